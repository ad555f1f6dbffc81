import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { ContractError } from '../contract/index.ts'
import { answerRpc, refuse, sendBlob, sendStatic } from './http-answers.ts'
import { EventStreams } from './http-events.ts'
import type { Session } from './session.ts'
import { programRoot } from './version.ts'
import { blobOfPath } from './shared/files.ts'
import { refusal, sameText, strangerRefusal, type Caller, type Secrets } from './shared/guard.ts'

export interface LoopbackHost {
  /** The address without the token, e.g. http://127.0.0.1:41234/ */
  readonly origin: string
  /** The address that opens the program; whoever has it may use the program until it ends. */
  readonly launchUrl: string
  close(): Promise<void>
}

export interface LoopbackOptions {
  readonly session: Session
  /** Folder of the built renderer. */
  readonly rendererFolder?: string
  readonly port?: number
  /** The launch address opens the program once only; later ones that read it somewhere come too late. */
  readonly singleLaunch?: boolean
}

/**
 * Serves the session on 127.0.0.1 at a random port: the renderer, POST /rpc, GET /events, GET /blob/<sha256>.
 * The first address carries a 256-bit token of this launch, which is exchanged for a cookie no script can read.
 */
export async function startLoopbackHost(options: LoopbackOptions): Promise<LoopbackHost> {
  const { session } = options
  const root = options.rendererFolder ?? fileURLToPath(new URL('dist/renderer', programRoot))
  let launchToken: string | null = randomBytes(32).toString('base64url')
  const launchPath = `/?token=${launchToken}`
  const server = createServer({ requestTimeout: 60_000, headersTimeout: 10_000, maxHeaderSize: 16_384 })
  const port = await listen(server, options.port ?? 0)
  const secrets: Secrets = {
    authority: `127.0.0.1:${port}`,
    // Cookies know no ports: the name keeps two running programs from overwriting each other's.
    cookieName: `causalloy_${port}`,
    cookieValue: randomBytes(32).toString('base64url'),
  }
  const streams = new EventStreams(session)

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    route(request, response).catch((cause: unknown) => {
      session.options.log({ level: 'error', message: 'A request failed.', detail: String(cause) })
      if (!response.headersSent) refuse(response, 500, new ContractError('INTERNAL', 'The request failed.'))
      else response.destroy()
    })
  })

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '/'
    const at = url.indexOf('?')
    const path = at < 0 ? url : url.slice(0, at)
    const query = new URLSearchParams(at < 0 ? '' : url.slice(at + 1))
    const caller = callerOf(request)
    const token = query.get('token')
    if (caller.method === 'GET' && path === '/' && token !== null) {
      const stranger = strangerRefusal(caller, secrets.authority)
      if (stranger === null && launchToken !== null && sameText(token, launchToken)) {
        if (options.singleLaunch === true) launchToken = null
        return welcome(response, secrets)
      }
    }
    const reason = refusal(caller, secrets)
    if (reason !== null) return refuse(response, 403, new ContractError('NOT_ALLOWED', reason))
    if (path === '/rpc') return answerRpc(session, request, response)
    if (caller.method !== 'GET') return refuse(response, 405, new ContractError('NOT_ALLOWED', 'Only GET.'))
    if (path === '/events') return streams.open(response)
    const blob = blobOfPath(path)
    if (blob !== null) return sendBlob(session, blob, query.get('download'), response)
    return sendStatic(path, root, response)
  }

  return {
    origin: `http://${secrets.authority}/`,
    launchUrl: `http://${secrets.authority}${launchPath}`,
    close: async () => {
      streams.close()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
        // Answers under way get a moment; then the port is given back in any case.
        setTimeout(() => server.closeAllConnections(), 1_000).unref()
      })
    },
  }
}

function welcome(response: ServerResponse, secrets: Secrets): void {
  response.writeHead(303, {
    Location: '/',
    'Set-Cookie': `${secrets.cookieName}=${secrets.cookieValue}; HttpOnly; SameSite=Strict; Path=/`,
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
  })
  response.end()
}

function callerOf(request: IncomingMessage): Caller {
  const text = (value: string | string[] | undefined): string | undefined =>
    Array.isArray(value) ? value.join(',') : value
  return {
    method: request.method ?? 'GET',
    host: request.headers.host,
    origin: text(request.headers.origin),
    fetchSite: text(request.headers['sec-fetch-site']),
    cookie: request.headers.cookie,
  }
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve())
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The loopback host has no port.')
  return address.port
}
