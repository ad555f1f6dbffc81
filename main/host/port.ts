import { sha256, type EventMessage } from '../contract/index.ts'
import type { Session } from './session.ts'

/** What a message port of Electron and one of Node have in common. */
export interface Port {
  postMessage(message: unknown): void
  start(): void
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'close', listener: () => void): unknown
}

/**
 * Lets one page talk to the session over a port: calls in, replies and events out.
 * Electron wraps the message in an event with `data`, Node hands it over bare; `unwrap` tells which.
 */
export function attachPort(session: Session, port: Port, unwrap: (message: unknown) => unknown): () => void {
  let open = true
  const post = (message: unknown): void => {
    if (open) port.postMessage(message)
  }
  const unsubscribe = session.subscribe((event) => {
    const message: EventMessage = { event }
    post(message)
  })
  const detach = (): void => {
    open = false
    unsubscribe()
  }
  port.on('message', (message) => {
    void session.dispatch(unwrap(message)).then(post)
  })
  port.on('close', detach)
  port.start()
  return detach
}

/** The blob a text names, for the shell's own requests; null when it names none. */
export function blobFor(session: Session, text: unknown): { path: string; mediaType: string } | null {
  const sha = sha256.safeParse(text)
  return sha.success ? session.blobPath(sha.data) : null
}
