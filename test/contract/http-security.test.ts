import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProject } from '../../main/engine/index.ts'
import { openStore } from '../../main/engine/store/index.ts'
import { startLoopbackHost, type LoopbackHost } from '../../main/host/server.ts'
import type { Session } from '../../main/host/session.ts'
import { browserOf, newSession } from './hosts.ts'

let folder: string
let session: Session
let host: LoopbackHost
let browser: Record<string, string>
const call = JSON.stringify({ id: 1, method: 'host.info', params: {} })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'causalloy-http-'))
  const renderer = join(folder, 'renderer')
  mkdirSync(join(renderer, 'assets'), { recursive: true })
  writeFileSync(join(renderer, 'index.html'), '<!doctype html><title>page</title>')
  writeFileSync(join(renderer, 'assets', 'main.js'), 'export {}')
  writeFileSync(join(renderer, 'notes.txt'), 'not a kind that is served')
  mkdirSync(join(folder, 'renderer-secret'))
  writeFileSync(join(folder, 'secret.html'), 'SECRET')
  writeFileSync(join(folder, 'renderer-secret', 'secret.html'), 'SECRET')
  symlinkSync(join(folder, 'secret.html'), join(renderer, 'link.html'))
  session = newSession(folder, 'server')
  host = await startLoopbackHost({ session, rendererFolder: renderer })
  browser = await browserOf(host)
})
afterAll(async () => {
  await host.close()
  await session.closeProject()
  rmSync(folder, { recursive: true })
})

interface Answer {
  status: number
  text: string
  headers: Record<string, unknown>
}

/** Sends exactly what is given; fetch would set Host, Origin and paths itself. */
function raw(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(host.origin)
    const sent = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (text += part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
const rpc = (headers: Record<string, string>, body = call): Promise<Answer> =>
  raw('POST', '/rpc', headers, body)
const without = (name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(browser).filter(([key]) => key !== name))

it('serves its own page and answers its own calls', async () => {
  expect((await rpc(browser)).status).toBe(200)
  const page = await raw('GET', '/', browser)
  expect(page.text).toContain('<title>page</title>')
  expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/)
  expect(page.headers['x-content-type-options']).toBe('nosniff')
  expect((await raw('GET', '/assets/main.js', browser)).headers['content-type']).toMatch(/^text\/javascript/)
})

describe('dns-rebinding', () => {
  it.each(['evil.example', 'localhost', '127.0.0.1', '127.0.0.1:1', '[::1]', '0.0.0.0', 'evil.example:80'])(
    'Host: %s is refused',
    async (name) => {
      expect((await rpc({ ...browser, host: name })).status).toBe(403)
      expect((await raw('GET', '/', { ...browser, host: name })).status).toBe(403)
    },
  )
})

describe('cross-site-post', () => {
  it.each([
    ['another origin', { origin: 'http://evil.example' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['https of the same name', { origin: 'https://127.0.0.1' }],
    ['another site by fetch metadata', { 'sec-fetch-site': 'cross-site' }],
    ['another port by fetch metadata', { 'sec-fetch-site': 'same-site' }],
  ])('%s is refused', async (_name, change) => {
    const answer = await rpc({ ...browser, ...change } as Record<string, string>)
    expect(answer.status).toBe(403)
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin')
  })
  it('a post without an origin is refused', async () => {
    expect((await rpc(without('origin'))).status).toBe(403)
  })
  it('what a form can send is refused', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      '',
    ])
      expect((await rpc({ ...browser, 'content-type': type })).status).toBe(415)
  })
  it('a preflight gets no permission', async () => {
    const answer = await raw('OPTIONS', '/rpc', {
      ...browser,
      origin: 'http://evil.example',
      'access-control-request-method': 'POST',
    })
    expect(answer.status).toBe(403)
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })
  it('reading across ports is refused', async () => {
    const answer = await raw('GET', '/events', { ...browser, 'sec-fetch-site': 'same-site' })
    expect(answer.status).toBe(403)
  })
})

describe('missing-token', () => {
  it.each(['/', '/index.html', '/assets/main.js', '/events', `/blob/${'a'.repeat(64)}`])(
    'GET %s without the cookie is refused',
    async (path) => {
      expect((await raw('GET', path, without('cookie'))).status).toBe(403)
    },
  )
  it('a call without the cookie, or with a guessed one, is refused', async () => {
    expect((await rpc(without('cookie'))).status).toBe(403)
    expect((await rpc({ ...browser, cookie: browser['cookie']!.slice(0, -1) })).status).toBe(403)
  })
  it('a wrong launch token gives no cookie', async () => {
    for (const token of ['', 'x', host.launchUrl.split('token=')[1]!.slice(0, -1)]) {
      const answer = await raw('GET', `/?token=${token}`, { host: new URL(host.origin).host })
      expect(answer.status).toBe(403)
      expect(answer.headers).not.toHaveProperty('set-cookie')
    }
  })
  it('the right one gives a cookie that no script and no other site gets, and leaves the address', async () => {
    const answer = await raw('GET', new URL(host.launchUrl).pathname + new URL(host.launchUrl).search, {})
    expect(answer.status).toBe(303)
    expect(answer.headers['location']).toBe('/')
    expect(String(answer.headers['set-cookie'])).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/)
    expect(answer.headers['referrer-policy']).toBe('no-referrer')
    const token = new URL(host.launchUrl).searchParams.get('token') ?? ''
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    expect(browser['cookie']).not.toContain(token)
  })
  it('a launch address for one window works once', async () => {
    const other = newSession(folder, 'server')
    const once = await startLoopbackHost({ session: other, singleLaunch: true })
    expect((await fetch(once.launchUrl, { redirect: 'manual' })).status).toBe(303)
    expect((await fetch(once.launchUrl, { redirect: 'manual' })).status).toBe(403)
    await once.close()
  })
})

describe('path-traversal', () => {
  const up = [
    '..',
    '%2e%2e',
    '%2E%2E',
    '.%2e',
    '%2e.',
    '..%00',
    '..;',
    '%252e%252e',
    '%c0%ae%c0%ae',
    '...',
    '.. ',
    '..%20',
  ]
  const slash = ['/', '%2f', '%5c', '\\', '%252f']
  const payloads = [
    ...up.flatMap((dots) => slash.map((mark) => `/${dots}${mark}secret.html`)),
    '/assets/../../secret.html',
    '/assets/%2e%2e/%2e%2e/secret.html',
    '/../renderer-secret/secret.html',
    '/link.html',
    '//secret.html',
    '/./secret.html',
    `/${'../'.repeat(20)}etc/passwd`,
    '/etc/passwd',
    '/C:/Windows/win.ini',
    '/C%3A%5CWindows%5Cwin.ini',
    '/file:///etc/passwd',
    '/index.html/../../secret.html',
    '/index.html%00.js',
    '/notes.txt',
    '/%',
    '/%zz.html',
    '/con.js',
    '/index.html::$DATA',
    `/${'a'.repeat(5000)}.js`,
    '/blob/../secret.html',
    `/blob/${'a'.repeat(64)}/../../secret.html`,
    '/blob/..%2f..%2fsecret.html',
  ]
  it('has more than fifty payloads', () => {
    expect(payloads.length).toBeGreaterThan(50)
  })
  it.each(payloads)('%s reaches nothing', async (path) => {
    const answer = await overSocket(path)
    expect(answer).toMatch(/^HTTP\/1\.1 (400|403|404) /)
    expect(answer).not.toContain('SECRET')
    expect(answer).not.toContain('root:')
  })
  it('a blob that the project has not is not found', async () => {
    expect((await raw('GET', `/blob/${'0'.repeat(64)}`, browser)).status).toBe(404)
  })
})

/** A client that does not tidy the path: Node's own would refuse or rewrite some of the payloads. */
function overSocket(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { port, host: authority } = new URL(host.origin)
    const socket = connect(Number(port), '127.0.0.1')
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (part: string) => (text += part))
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: ${authority}\r\nCookie: ${browser['cookie']!}\r\nConnection: close\r\n\r\n`,
    )
  })
}

describe('oversized-body', () => {
  it('a declared size above 32 MiB is refused before it is read', async () => {
    const answer = await rpc(
      { ...browser, 'content-length': String(33 * 1024 * 1024) },
      'x'.repeat(33 * 1024 * 1024),
    )
    expect(answer.status).toBe(413)
  })
  it('an undeclared size above 32 MiB is refused while it is read', async () => {
    const { port } = new URL(host.origin)
    const status = await new Promise<number>((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port,
          method: 'POST',
          path: '/rpc',
          headers: { ...browser, 'transfer-encoding': 'chunked' },
        },
        (response) => {
          response.resume()
          resolve(response.statusCode ?? 0)
        },
      )
      sent.on('error', reject)
      const part = Buffer.alloc(1024 * 1024, 'x')
      for (let i = 0; i < 40; i++) sent.write(part)
      sent.end()
    })
    expect(status).toBe(413)
    expect((await rpc(browser)).status).toBe(200)
  })
  it('text that is no JSON is refused', async () => {
    expect((await rpc(browser, '{"id":')).status).toBe(400)
    expect((await rpc(browser, '')).status).toBe(400)
  })
})

describe('stored-report-script', () => {
  it('a report from the store cannot run, load or keep anything, and saves under a tame name', async () => {
    const project = join(folder, 'project')
    const html = '<script>document.title="ran"</script>'
    createProject(project, { name: 'p', simulated: false, seed: 1, clock: () => 0 })
    const store = openStore({ dataDir: project, clock: () => 0, onChanged: () => undefined })
    const sha = store.files.put(new TextEncoder().encode(html))
    store.write(() => {
      store.blobs.add(sha, html.length, 'text/html; charset=utf-8')
    })
    store.close()
    await session.openProject(project)
    const answer = await raw(
      'GET',
      `/blob/${sha}?download=${encodeURIComponent('../../r"\r\n.html')}`,
      browser,
    )
    expect(answer.status).toBe(200)
    expect(answer.text).toBe(html)
    expect(answer.headers['content-security-policy']).toBe(
      "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    )
    expect(answer.headers['cache-control']).toMatch(/immutable/)
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="[^"/\\]*\.html"/)
  })
})
