import type { CallMessage } from '../../main/contract/index.ts'

/** What a transport tells its owner. `broken` is told once; nothing comes after it. */
export interface TransportEvents {
  open: () => void
  message: (message: unknown) => void
  broken: (reason: string) => void
}

/** One attempt at a connection: it opens, carries messages, and breaks or is closed; it never comes back. */
export interface Transport {
  send: (message: CallMessage) => void
  close: () => void
}

export interface TransportKind {
  connect: (events: TransportEvents) => Transport
  /** Where the bytes of a blob can be fetched; immutable, so a browser may keep them. */
  blobUrl: (sha256: string) => string
}
