import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { isInside, staticFile } from '../host/shared/files.ts'
import { safeFileName } from '../host/shared/names.ts'
import { answerHeaders, blobHeaders, pageHeaders } from '../host/shared/policy.ts'
import { targetOf } from './address.ts'

export interface SchemePlaces {
  /** Folder of the built renderer. */
  readonly rendererFolder: string
  blobPlace(sha256: string): Promise<{ path: string; mediaType: string } | null>
}

/** Answers a request of the own scheme: a file of the renderer or a blob, GET only, with the page's policy. */
export async function answerScheme(request: Request, places: SchemePlaces): Promise<Response> {
  if (request.method !== 'GET') return nothing(405)
  const target = targetOf(request.url)
  if (target === null) return nothing(404)
  if (target.kind === 'page') return page(target.path, places.rendererFolder)
  const blob = await places.blobPlace(target.sha256)
  if (blob === null) return nothing(404)
  const name = target.download === null ? null : safeFileName(target.download, 'download')
  return fileResponse(blob.path, blobHeaders(blob.mediaType, name))
}

async function page(urlPath: string, root: string): Promise<Response> {
  const file = staticFile(urlPath, root, path)
  if (file === null) return nothing(404)
  const real = await realpath(file.path).catch(() => null)
  const realRoot = await realpath(root).catch(() => null)
  if (real === null || realRoot === null || !isInside(real, realRoot, path)) return nothing(404)
  return fileResponse(real, pageHeaders(file.mediaType))
}

async function fileResponse(file: string, headers: Record<string, string>): Promise<Response> {
  const info = await stat(file).catch(() => null)
  if (info?.isFile() !== true) return nothing(404)
  const stream = Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>
  return new Response(stream, { headers: { ...headers, 'Content-Length': String(info.size) } })
}

function nothing(status: number): Response {
  return new Response('', { status, headers: answerHeaders('text/plain; charset=utf-8') })
}
