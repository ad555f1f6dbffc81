import type { TransportEvents, TransportKind } from './transport.ts'

/** The bridge of preload/: it hands over the engine's port and a few verbs of the operating system. */
export interface CausalloyBridge {
  requestPort: () => void
  /** A handle, or null when the person cancelled. */
  pickFolder: () => Promise<string | null>
  pickFile: (kind: 'csv') => Promise<string | null>
  saveAs: (sha256: string, suggestedName: string) => Promise<boolean>
  blobUrl: (sha256: string) => string
}

declare global {
  interface Window {
    causalloy?: CausalloyBridge
  }
}

export function bridge(): CausalloyBridge | null {
  return typeof window === 'undefined' ? null : (window.causalloy ?? null)
}

/**
 * The engine's message port. The shell sends a port when asked, and a new one unasked after it restarted the
 * engine: a second port therefore means that everything sent on the first is lost.
 */
export function electronPort(shell: CausalloyBridge): TransportKind {
  return {
    connect: (events: TransportEvents) => {
      let port: MessagePort | null = null
      let alive = true

      const breakOff = (reason: string) => {
        if (!alive) return
        alive = false
        detach()
        events.broken(reason)
      }
      const onWindowMessage = (event: MessageEvent<unknown>) => {
        const received = event.ports[0]
        if (event.source !== window || event.data !== 'causalloy-port' || received === undefined) return
        if (port !== null) {
          received.close()
          breakOff('The engine was restarted.')
          return
        }
        port = received
        port.onmessage = (message: MessageEvent<unknown>) => {
          events.message(message.data)
        }
        port.addEventListener('close', () => {
          breakOff('The engine stopped.')
        })
        port.start()
        events.open()
      }
      const detach = () => {
        window.removeEventListener('message', onWindowMessage)
        port?.close()
      }
      window.addEventListener('message', onWindowMessage)
      shell.requestPort()

      return {
        // As on every transport a call is JSON; a reactive object of the page could not be cloned.
        send: (message) => port?.postMessage(JSON.parse(JSON.stringify(message))),
        close: () => {
          alive = false
          detach()
        },
      }
    },
    blobUrl: (sha256) => shell.blobUrl(sha256),
  }
}
