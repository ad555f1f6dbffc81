import type { CallMessage } from '../../main/contract/index.ts'
import type { Transport, TransportEvents, TransportKind } from './transport.ts'

interface EventSourceLike {
  onopen: ((event: Event) => void) | null
  onmessage: ((event: MessageEvent<string>) => void) | null
  onerror: ((event: Event) => void) | null
  close: () => void
}

export interface LoopbackParts {
  post: (body: string, signal: AbortSignal) => Promise<{ status: number; text: string }>
  events: () => EventSourceLike
}

const browserParts: LoopbackParts = {
  post: async (body, signal) => {
    const response = await fetch('/rpc', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      credentials: 'same-origin',
      body,
      signal,
    })
    return { status: response.status, text: await response.text() }
  },
  events: () => new EventSource('/events'),
}

/** Calls by POST /rpc, events by GET /events; one broken call breaks the connection, as a closed port would. */
function connect(parts: LoopbackParts, events: TransportEvents): Transport {
  const aborter = new AbortController()
  const source = parts.events()
  let alive = true

  const breakOff = (reason: string) => {
    if (!alive) return
    alive = false
    source.close()
    aborter.abort()
    events.broken(reason)
  }
  source.onopen = () => {
    if (alive) events.open()
  }
  source.onmessage = (event) => {
    if (alive) events.message(parseJson(event.data))
  }
  source.onerror = () => {
    breakOff('The event stream of the program ended.')
  }

  const send = async (message: CallMessage) => {
    try {
      const { status, text } = await parts.post(JSON.stringify(message), aborter.signal)
      if (!alive) return
      const reply = parseJson(text)
      if (reply === undefined)
        breakOff(`The program answered ${message.method} with status ${String(status)}.`)
      else events.message(reply)
    } catch (error) {
      breakOff(error instanceof Error ? error.message : String(error))
    }
  }

  return {
    send: (message) => void send(message),
    close: () => {
      alive = false
      source.close()
      aborter.abort()
    },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

export function loopback(parts: LoopbackParts = browserParts): TransportKind {
  return {
    connect: (events) => connect(parts, events),
    blobUrl: (sha256) => `/blob/${sha256}`,
  }
}
