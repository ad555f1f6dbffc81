import type { ServerResponse } from 'node:http'
import type { EngineEvent, EventMessage } from '../contract/index.ts'
import type { Session } from './session.ts'
import { answerHeaders } from './shared/policy.ts'

const heartbeatMs = 15_000
/** A page that stopped reading must not make this process keep events for it without end. */
const maxBufferedBytes = 4 * 1024 * 1024

/** GET /events: server-sent events, one event message each, with a heartbeat so that a dead line is noticed. */
export class EventStreams {
  readonly #open = new Set<ServerResponse>()
  readonly #unsubscribe: () => void
  readonly #beat: NodeJS.Timeout

  constructor(session: Session) {
    this.#unsubscribe = session.subscribe((event) => this.#send(event))
    this.#beat = setInterval(() => this.#write(': beat\n\n'), heartbeatMs)
    this.#beat.unref()
  }

  open(response: ServerResponse): void {
    response.writeHead(200, {
      ...answerHeaders('text/event-stream; charset=utf-8'),
      Connection: 'keep-alive',
    })
    response.write('retry: 1000\n\n')
    this.#open.add(response)
    response.on('close', () => this.#open.delete(response))
  }

  close(): void {
    this.#unsubscribe()
    clearInterval(this.#beat)
    for (const response of this.#open) response.end()
    this.#open.clear()
  }

  #send(event: EngineEvent): void {
    const message: EventMessage = { event }
    this.#write(`data: ${JSON.stringify(message)}\n\n`)
  }

  #write(text: string): void {
    for (const response of this.#open) {
      // Dropping the line is honest: the page reconnects and asks again for what is on screen.
      if (response.writableLength > maxBufferedBytes) response.destroy()
      else response.write(text)
    }
  }
}
