import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { EngineSupervisor, type Child } from '../../../main/app/engine-process.ts'
import { answerScheme } from '../../../main/app/scheme-answer.ts'
import { createProject } from '../../../main/engine/index.ts'
import { openStore } from '../../../main/engine/store/index.ts'
import { portClient } from '../../contract/hosts.ts'

/** The engine's own entry, as a thread in place of Electron's utility process. */
const entry = new URL('../../../main/host/utility.ts', import.meta.url)
let folder: string
let workers: Worker[]
let supervisor: EngineSupervisor
let restarted: number
let givenUp: string[]

function startThread(): Child {
  const worker = new Worker(entry, { argv: [`--config-folder=${join(folder, 'config')}`] })
  workers.push(worker)
  return {
    post: (message, ports) => worker.postMessage({ message, ports }, ports as MessagePort[]),
    onMessage: (listener) => worker.on('message', listener),
    onExit: (listener) => worker.on('exit', listener),
    kill: () => void worker.terminate(),
  }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'causalloy-engine-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})
beforeEach(() => {
  workers = []
  restarted = 0
  givenUp = []
  supervisor = new EngineSupervisor({
    start: startThread,
    startExecutor: () => {
      throw new Error('none here')
    },
    ownChannel: () => {
      const { port1, port2 } = new MessageChannel()
      return {
        remote: port2,
        local: {
          post: (message) => port1.postMessage(message),
          onMessage: (listener) => port1.on('message', listener),
        },
      }
    },
    clock: () => performance.now(),
    onRestarted: () => restarted++,
    onGivenUp: (reason) => givenUp.push(reason),
    log: () => undefined,
  })
  supervisor.start()
})
afterEach(() => supervisor.close(5000))

function page(): ReturnType<typeof portClient> {
  const { port1, port2 } = new MessageChannel()
  supervisor.connect(port1)
  return portClient(port2)
}

describe('EngineSupervisor', () => {
  it('connects pages that asked before the engine stood, and mints handles for picked paths', async () => {
    const reply = await page().send({ id: 3, method: 'host.info', params: {} })
    expect(reply).toMatchObject({ id: 3, value: { host: 'electron', projectOpen: false } })
    const handle = await supervisor.mint(folder)
    const browsed = await page().send({ id: 1, method: 'files.browse', params: { folder: handle } })
    expect(browsed).toHaveProperty('value.entries')
  })

  it('makes the calls of the menu, with errors of the contract', async () => {
    const parent = await supervisor.mint(folder)
    await supervisor.call('project.create', { parent, name: 'menu' })
    await expect(supervisor.call('project.create', { parent, name: 'menu' })).rejects.toMatchObject({
      code: 'PROJECT_EXISTS',
    })
    await expect(supervisor.saveBlob('0'.repeat(64), join(folder, 'x.html'))).rejects.toThrow('no such blob')
    expect(await supervisor.blobPlace('../../etc/passwd')).toBeNull()
  })

  it('starts a failed engine again: what was pending fails at once, the next page is answered', async () => {
    await supervisor.mint(folder)
    const pending = supervisor.call('host.info', {})
    const failed = expect(pending).rejects.toMatchObject({ code: 'ENGINE_STOPPED' })
    await workers[0]!.terminate()
    await failed
    await expect.poll(() => restarted, { timeout: 10_000 }).toBe(1)
    expect(await page().send({ id: 1, method: 'host.info', params: {} })).toHaveProperty('value')
    expect(workers).toHaveLength(2)
    expect(givenUp).toEqual([])
  })

  it('does not start an engine again that was closed', async () => {
    await supervisor.mint(folder)
    await supervisor.close(5000)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(workers).toHaveLength(1)
    expect(restarted).toBe(0)
  })
})

describe('answerScheme', () => {
  it('serves pages and blobs of the open project, and nothing else', async () => {
    const rendererFolder = join(folder, 'renderer')
    const project = join(folder, 'blobs')
    createProject(project, { name: 'blobs', simulated: false, seed: 1, clock: () => 0 })
    const store = openStore({ dataDir: project, clock: () => 0, onChanged: () => undefined })
    const sha = store.files.put(new TextEncoder().encode('<p>report</p>'))
    store.write(() => {
      store.blobs.add(sha, 13, 'text/html; charset=utf-8')
    })
    store.close()
    mkdirSync(rendererFolder)
    writeFileSync(join(rendererFolder, 'index.html'), '<title>page</title>')
    writeFileSync(join(folder, 'secret.html'), 'SECRET')
    await supervisor.call('project.open', { folder: await supervisor.mint(project) })
    const get = (url: string, method = 'GET'): Promise<Response> =>
      answerScheme(new Request(url, { method }), {
        rendererFolder,
        blobPlace: (sha256) => supervisor.blobPlace(sha256),
      })

    const index = await get('causalloy://app/')
    expect(await index.text()).toBe('<title>page</title>')
    expect(index.headers.get('content-security-policy')).toMatch(/^default-src 'none'/)
    const blob = await get(`causalloy://app/blob/${sha}`)
    expect(await blob.text()).toBe('<p>report</p>')
    expect(blob.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/)
    for (const url of [
      'causalloy://app/%2e%2e/secret.html',
      'causalloy://app/..%2fsecret.html',
      'causalloy://app/..%5csecret.html',
      'causalloy://other/',
      `causalloy://app/blob/${'0'.repeat(64)}`,
    ]) {
      const answer = await get(url)
      expect(answer.status).toBe(404)
      expect(await answer.text()).toBe('')
    }
    expect((await get('causalloy://app/', 'POST')).status).toBe(405)

    const target = join(folder, 'saved.html')
    await supervisor.saveBlob(sha, target)
    expect(readFileSync(target, 'utf8')).toBe('<p>report</p>')
  })
})
