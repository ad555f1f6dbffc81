import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ContractError, sha256 } from '../contract/index.ts'
import type { Session } from './session.ts'
import { isInside, staticFile } from './shared/files.ts'
import { safeFileName } from './shared/names.ts'
import { answerHeaders, blobHeaders, pageHeaders } from './shared/policy.ts'

/** A call is text about data, never the data: 32 MiB is far above any of them. */
const maxBodyBytes = 32 * 1024 * 1024

export function refuse(response: ServerResponse, status: number, error: ContractError): void {
  sendJson(response, status, { id: 0, error: error.toData() })
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, answerHeaders('application/json; charset=utf-8'))
  response.end(JSON.stringify(value))
}

/** POST /rpc: one call message in, one reply message out. */
export async function answerRpc(
  session: Session,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST') return refuse(response, 405, new ContractError('NOT_ALLOWED', 'Only POST.'))
  // A form of another page can post text/plain without asking; it cannot post JSON.
  const kind = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  if (kind !== 'application/json')
    return refuse(response, 415, new ContractError('BAD_REQUEST', 'The body is not JSON.'))
  const body = await readBody(request)
  if (body === null) {
    response.setHeader('Connection', 'close')
    refuse(response, 413, new ContractError('BAD_REQUEST', 'The message is larger than 32 MiB.'))
    // The rest is read and thrown away, so that the sender gets to read the refusal.
    request.resume()
    return
  }
  let message: unknown
  try {
    message = JSON.parse(body)
  } catch {
    return refuse(response, 400, new ContractError('BAD_REQUEST', 'The body is not JSON.'))
  }
  sendJson(response, 200, await session.dispatch(message))
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) return null
  const parts: Buffer[] = []
  let length = 0
  return new Promise((resolve, reject) => {
    request.on('data', (part: Buffer) => {
      length += part.length
      if (length > maxBodyBytes) {
        parts.length = 0
        resolve(null)
      } else parts.push(part)
    })
    request.on('end', () => resolve(Buffer.concat(parts).toString('utf8')))
    request.on('error', reject)
  })
}

/** GET /blob/<sha256>: the bytes, or 404; `download` makes the browser save them under that name. */
export async function sendBlob(
  session: Session,
  sha: string,
  download: string | null,
  response: ServerResponse,
): Promise<void> {
  const blob = session.blobPath(sha256.parse(sha))
  if (blob === null)
    return refuse(response, 404, new ContractError('NOT_FOUND', 'There is no such blob.', sha))
  const name = download === null ? null : safeFileName(download, 'download')
  await sendFile(blob.path, blobHeaders(blob.mediaType, name), response)
}

/** A file of the renderer, or 404. */
export async function sendStatic(urlPath: string, root: string, response: ServerResponse): Promise<void> {
  const missing = new ContractError('NOT_FOUND', 'There is no such page.')
  const file = staticFile(urlPath, root, path)
  if (file === null) return refuse(response, 404, missing)
  const real = await realpath(file.path).catch(() => null)
  const realRoot = await realpath(root).catch(() => null)
  if (real === null || realRoot === null || !isInside(real, realRoot, path))
    return refuse(response, 404, missing)
  await sendFile(real, pageHeaders(file.mediaType), response)
}

async function sendFile(
  file: string,
  headers: Record<string, string>,
  response: ServerResponse,
): Promise<void> {
  const info = await stat(file).catch(() => null)
  if (info?.isFile() !== true)
    return refuse(response, 404, new ContractError('NOT_FOUND', 'There is no such file.'))
  response.writeHead(200, { ...headers, 'Content-Length': String(info.size) })
  await pipeline(createReadStream(file), response).catch((cause: unknown) => {
    // The page went away in the middle: nothing to answer.
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ERR_STREAM_PREMATURE_CLOSE'))
      throw cause
  })
}
