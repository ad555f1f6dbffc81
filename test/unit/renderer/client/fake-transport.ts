import type { CallMessage } from '../../../../main/contract/index.ts'
import type { TransportEvents, TransportKind } from '../../../../renderer/client/index.ts'

/** A transport whose other end is the test: it sees every call and answers, breaks or opens when it likes. */
export class FakeTransport implements TransportKind {
  readonly sent: CallMessage[] = []
  readonly attempts: TransportEvents[] = []
  closed = 0

  connect(events: TransportEvents) {
    this.attempts.push(events)
    return {
      send: (message: CallMessage) => {
        this.sent.push(message)
      },
      close: () => {
        this.closed++
      },
    }
  }
  blobUrl(sha256: string): string {
    return `blob:${sha256}`
  }
  get newest(): TransportEvents {
    const attempt = this.attempts.at(-1)
    if (attempt === undefined) throw new Error('nobody connected')
    return attempt
  }
  answer(value: unknown): void {
    const call = this.sent.at(-1)
    this.newest.message({ id: call?.id, value })
  }
}
