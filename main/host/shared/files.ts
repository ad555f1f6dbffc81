import type { win32 } from 'node:path'
import { posix } from 'node:path'

/** Kinds of file the renderer consists of. Anything else is not served. */
const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

export interface StaticFile {
  /** Path below the root, with the separators of the platform. */
  readonly path: string
  readonly mediaType: string
}

/**
 * The file of folder `root` that a URL path names, or null when it names none. The path is decoded exactly
 * once; whatever still holds a separator of either platform, a drive, a stream, a NUL or a dot segment after that is
 * refused and not repaired. The caller resolves links (`realpath`) and asks `isInside` again before it reads.
 */
export function staticFile(urlPath: string, root: string, style: typeof posix = posix): StaticFile | null {
  if (!urlPath.startsWith('/') || urlPath.length > 1024) return null
  const segments: string[] = []
  for (const raw of urlPath.slice(1).split('/')) {
    const segment = decodeSegment(raw)
    if (segment === null) return null
    segments.push(segment)
  }
  if (segments.length === 1 && segments[0] === '') segments[0] = 'index.html'
  if (!segments.every(isPlainName)) return null
  const path = style.join(root, ...segments)
  if (!isInside(path, root, style)) return null
  const mediaType = mediaTypes[style.extname(path).toLowerCase()]
  return mediaType === undefined ? null : { path, mediaType }
}

function decodeSegment(raw: string): string | null {
  try {
    return decodeURIComponent(raw)
  } catch {
    return null
  }
}

const deviceName = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i

function isPlainName(segment: string): boolean {
  // A '%' left after one decoding is an attempt at a second one; no file of the renderer has it in its name.
  // eslint's no-control-regex wants control characters spelt by code.
  for (const c of segment) if (c.charCodeAt(0) < 32) return false
  return (
    segment !== '' &&
    !/^\.|[\\/:%*?"<>|]|[. ]$/.test(segment) &&
    !deviceName.test(segment) &&
    segment.length <= 200
  )
}

/** Whether `path` lies below `root`. Compared with the separator: /data-secret is not inside /data. */
export function isInside(path: string, root: string, style: typeof posix | typeof win32 = posix): boolean {
  const relative = style.relative(root, path)
  return (
    relative !== '' &&
    relative !== '..' &&
    !relative.startsWith('..' + style.sep) &&
    !style.isAbsolute(relative)
  )
}

/** The blob a URL path names: `/blob/<sha256>`, else null. */
export function blobOfPath(urlPath: string): string | null {
  return /^\/blob\/([0-9a-f]{64})$/.exec(urlPath)?.[1] ?? null
}
