import type { Session, WebContents } from 'electron'
import { mayNavigate, mayRequest } from './address.ts'

/** Counts what was refused, for Help › Network. */
export interface NetworkCount {
  blocked: number
}

/** Takes every way out from a session: permissions, devices, downloads, spell-check, proxies, requests. */
export function lockSession(session: Session, count: NetworkCount): void {
  // First of all: the spell-checker would fetch dictionaries when the first window opens.
  session.setSpellCheckerEnabled(false)
  session.setSpellCheckerDictionaryDownloadURL('causalloy://none/')
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler(null)
  session.webRequest.onBeforeRequest((details, answer) => {
    const cancel = !mayRequest(details.url)
    if (cancel) count.blocked++
    answer({ cancel })
  })
  session.on('will-download', (event) => event.preventDefault())
  void session.setProxy({ mode: 'direct' })
}

/** Keeps a page where it is: no navigation, no new window, no webview. */
export function lockContents(contents: WebContents): void {
  const stay = (event: { preventDefault(): void; readonly url: string }): void => {
    if (!mayNavigate(event.url)) event.preventDefault()
  }
  contents.on('will-navigate', stay)
  contents.on('will-frame-navigate', (event) => {
    // Frames have no business at all: there is no frame in the page.
    if (!event.isMainFrame || !mayNavigate(event.url)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}
