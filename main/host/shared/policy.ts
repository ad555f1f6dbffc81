/** The content security policy of every page of the program, whichever host serves it. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** A stored report is HTML that nobody reviewed after it was written: no script, no origin, no request. */
export const documentPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"

/** For bytes that are no document (images, models): nothing in them may run or load. */
export const inertPolicy = "sandbox; default-src 'none'"

const common = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
}

/** Headers of a file of the renderer. Not cached: a newer build has other bytes under the same index.html. */
export function pageHeaders(mediaType: string): Record<string, string> {
  return {
    ...common,
    'Content-Type': mediaType,
    'Content-Security-Policy': pagePolicy,
    'Cache-Control': 'no-cache',
  }
}

/** Headers of a blob. Its address is the hash of its bytes, so it may be kept for ever. */
export function blobHeaders(mediaType: string, downloadName: string | null): Record<string, string> {
  const isDocument = mediaType.startsWith('text/html')
  return {
    ...common,
    'Content-Type': mediaType,
    'Content-Security-Policy': isDocument ? documentPolicy : inertPolicy,
    'Cache-Control': 'private, max-age=31536000, immutable',
    ...(downloadName === null ? {} : { 'Content-Disposition': dispositionOf(downloadName) }),
  }
}

/** Headers of an answer or an event stream: never stored. */
export function answerHeaders(mediaType: string): Record<string, string> {
  return {
    ...common,
    'Content-Type': mediaType,
    'Content-Security-Policy': inertPolicy,
    'Cache-Control': 'no-store',
  }
}

/** RFC 6266: an ASCII name for old readers, the true one percent-encoded. */
function dispositionOf(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (c) => '%' + c.charCodeAt(0).toString(16))
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`
}
