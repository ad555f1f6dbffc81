import { timingSafeEqual } from 'node:crypto'

/** The parts of a request that say who sent it. */
export interface Caller {
  readonly method: string
  readonly host: string | undefined
  readonly origin: string | undefined
  readonly fetchSite: string | undefined
  readonly cookie: string | undefined
}

export interface Secrets {
  /** '127.0.0.1:PORT': the one name this server answers to. */
  readonly authority: string
  readonly cookieName: string
  readonly cookieValue: string
}

/**
 * Why a request is refused, or null when it may pass. Host is compared whole (a name that a stranger's DNS
 * points at 127.0.0.1 is another host); a writing request must name this origin; what a page of another port
 * on this machine asks for is «same-site» and would carry the cookie, therefore Sec-Fetch-Site is looked at too.
 */
export function refusal(caller: Caller, secrets: Secrets): string | null {
  const shape = strangerRefusal(caller, secrets.authority)
  if (shape !== null) return shape
  if (!sameText(cookieOf(caller.cookie, secrets.cookieName), secrets.cookieValue))
    return 'The page was not opened by this program.'
  return null
}

/** The same without the cookie: for the first request, which brings the token instead. */
export function strangerRefusal(caller: Caller, authority: string): string | null {
  if (caller.host !== authority) return 'The request names another host.'
  const own = `http://${authority}`
  if (caller.origin !== undefined && caller.origin !== own) return 'The request comes from another origin.'
  if (caller.method === 'POST' && caller.origin !== own) return 'The request does not name its origin.'
  if (caller.fetchSite !== undefined && caller.fetchSite !== 'same-origin' && caller.fetchSite !== 'none')
    return 'The request comes from another site.'
  return null
}

/** Value of one cookie of a Cookie header; '' when absent. */
export function cookieOf(header: string | undefined, name: string): string {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim()
  }
  return ''
}

/** Comparison in a time that does not depend on where the texts differ. */
export function sameText(given: string, expected: string): boolean {
  const a = Buffer.from(given)
  const b = Buffer.from(expected)
  return a.length === b.length && a.length > 0 && timingSafeEqual(a, b)
}
