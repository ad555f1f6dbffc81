import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { attachPort } from '../../main/host/port.ts'
import { startLoopbackHost, type LoopbackHost } from '../../main/host/server.ts'
import { Session } from '../../main/host/session.ts'

/** One way to reach a session: sends any message whatever and answers what came back. */
export interface TestHost {
  readonly name: string
  readonly session: Session
  readonly folder: string
  send(message: unknown): Promise<unknown>
  /** Events received so far. */
  readonly events: unknown[]
  close(): Promise<void>
}

export function newSession(folder: string, host: 'cli' | 'server' | 'electron'): Session {
  let now = Date.UTC(2026, 10, 25)
  return new Session({
    host,
    configFolder: join(folder, 'config'),
    clock: () => (now += 1000),
    log: () => undefined,
    programVersion: '0.0.0-test',
    seed: 7,
  })
}

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'causalloy-host-'))

async function endSession(session: Session, folder: string): Promise<void> {
  await session.closeProject()
  rmSync(folder, { recursive: true, force: true })
}

export function inProcess(): Promise<TestHost> {
  const folder = newFolder()
  const session = newSession(folder, 'cli')
  const events: unknown[] = []
  session.subscribe((event) => events.push({ event }))
  return Promise.resolve({
    name: 'in process',
    session,
    folder,
    events,
    send: (message) => session.dispatch(message),
    close: () => endSession(session, folder),
  })
}

/** Opens the program as a browser does: launch address, redirect, cookie. */
export async function browserOf(host: LoopbackHost): Promise<Record<string, string>> {
  const first = await fetch(host.launchUrl, { redirect: 'manual' })
  const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? ''
  return {
    cookie,
    origin: host.origin.slice(0, -1),
    'content-type': 'application/json',
    'sec-fetch-site': 'same-origin',
  }
}

export async function overHttp(): Promise<TestHost> {
  const folder = newFolder()
  const session = newSession(folder, 'server')
  const host = await startLoopbackHost({ session })
  const headers = await browserOf(host)
  const events: unknown[] = []
  const aborter = new AbortController()
  const stream = await fetch(`${host.origin}events`, { headers, signal: aborter.signal })
  void readEvents(stream, events).catch(() => undefined)
  return {
    name: 'HTTP',
    session,
    folder,
    events,
    send: async (message) => {
      const body = JSON.stringify(message)
      const response = await fetch(`${host.origin}rpc`, { method: 'POST', headers, body })
      return response.json()
    },
    close: async () => {
      aborter.abort()
      await host.close()
      await endSession(session, folder)
    },
  }
}

async function readEvents(response: Response, events: unknown[]): Promise<void> {
  let text = ''
  for await (const part of response.body ?? []) {
    text += new TextDecoder().decode(part)
    const whole = text.split('\n\n')
    text = whole.pop() ?? ''
    for (const block of whole) if (block.startsWith('data: ')) events.push(JSON.parse(block.slice(6)))
  }
}

export function overPort(): Promise<TestHost> {
  const folder = newFolder()
  const session = newSession(folder, 'electron')
  const { port1, port2 } = new MessageChannel()
  attachPort(session, port1, (message) => message)
  const { events, send } = portClient(port2)
  return Promise.resolve({
    name: 'message port',
    session,
    folder,
    events,
    send,
    close: async () => {
      port2.close()
      await endSession(session, folder)
    },
  })
}

/** A page's end of a port; replies are taken in the order of the calls, as one call is made at a time. */
export function portClient(port: MessagePort): {
  events: unknown[]
  send(message: unknown): Promise<unknown>
} {
  const events: unknown[] = []
  const waiting: ((reply: unknown) => void)[] = []
  port.on('message', (message: object) => {
    if ('event' in message) events.push(message)
    else waiting.shift()?.(message)
  })
  return {
    events,
    send: (message) =>
      new Promise((resolve) => {
        waiting.push(resolve)
        port.postMessage(message)
      }),
  }
}
