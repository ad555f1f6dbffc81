/**
 * The whole surface of the desktop shell that a page can reach, as `window.causalloy`; absent where the
 * loopback host serves the page. Verbs only: no path, no event object, no Electron object crosses it.
 */
export interface CausalloyBridge {
  /** 'linux', 'win32' or 'darwin'. */
  platform: string
  /**
   * Asks for a port to the engine. It arrives as a `message` event of the window whose data is
   * 'causalloy-port' and whose only port speaks the contract (callMessage in, replyMessage and eventMessage
   * out). After a restart of the engine a new port arrives unasked.
   */
  requestPort: () => void
  /** A handle of the contract, or null when the person cancels. */
  pickFolder: () => Promise<string | null>
  pickFile: (kind: 'csv') => Promise<string | null>
  /** Copies a blob to a place the person chooses; false when the person cancels. */
  saveAs: (sha256: string, suggestedName: string) => Promise<boolean>
  /** Where the bytes of a blob can be fetched by the page. */
  blobUrl: (sha256: string) => string
}
