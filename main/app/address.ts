import { blobOfPath } from '../host/shared/files.ts'

export const scheme = 'causalloy'
/** The one origin of the program's page. */
export const appOrigin = `${scheme}://app`
export const startUrl = `${appOrigin}/`

export type Target =
  | { readonly kind: 'page'; readonly path: string }
  | { readonly kind: 'blob'; readonly sha256: string; readonly download: string | null }

/** What a URL of the own scheme asks for, or null when nothing may be answered. */
export function targetOf(url: string): Target | null {
  const parsed = ownUrl(url)
  if (parsed === null) return null
  // URL has already resolved dot segments; what it left encoded is decoded once, by staticFile.
  const sha256 = blobOfPath(parsed.pathname)
  if (sha256 !== null) return { kind: 'blob', sha256, download: parsed.searchParams.get('download') }
  return { kind: 'page', path: parsed.pathname }
}

function ownUrl(url: string): URL | null {
  if (!URL.canParse(url)) return null
  const parsed = new URL(url)
  const isOwn =
    parsed.protocol === `${scheme}:` &&
    parsed.hostname === 'app' &&
    parsed.port === '' &&
    parsed.username === '' &&
    parsed.password === ''
  return isOwn ? parsed : null
}

/** A page may go to itself again (reload) and nowhere else; a stored report is never a page of the window. */
export function mayNavigate(url: string): boolean {
  const parsed = ownUrl(url)
  return parsed !== null && (parsed.pathname === '/' || parsed.pathname === '/index.html')
}

/** Whether a request may leave the page at all: own scheme, and what the page made itself in memory. */
export function mayRequest(url: string): boolean {
  return ownUrl(url) !== null || url.startsWith(`blob:${appOrigin}/`) || url.startsWith('data:')
}

/** Who sends a message to the shell. */
export interface Sender {
  readonly frameUrl: string | null
  readonly isMainFrame: boolean
  readonly isKnownWindow: boolean
}

/** Only the program's page, in the main frame of the program's window, is listened to. */
export function maySend(sender: Sender): boolean {
  return (
    sender.isKnownWindow && sender.isMainFrame && sender.frameUrl !== null && mayNavigate(sender.frameUrl)
  )
}
