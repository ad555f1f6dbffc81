import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProject } from '../../main/engine/index.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'causalloy-start-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function start(...flags: string[]): {
  child: ChildProcess
  said: () => string
  ended: Promise<number | null>
} {
  const child = spawn(process.execPath, [join(root, 'main/host/start.ts'), ...flags], {
    cwd: root,
    env: { ...process.env, XDG_CONFIG_HOME: join(folder, 'config'), APPDATA: join(folder, 'config') },
  })
  let text = ''
  child.stdout.on('data', (part: Buffer) => (text += part.toString()))
  child.stderr.on('data', (part: Buffer) => (text += part.toString()))
  return { child, said: () => text, ended: new Promise((resolve) => child.on('exit', resolve)) }
}

describe('npm start', () => {
  it('serves the pages and the given project, says where, and ends in order at Ctrl+C', async () => {
    const project = join(folder, 'lab')
    createProject(project, { name: 'Lab 7', simulated: false, seed: 1, clock: Date.now })
    const { child, said, ended } = start('--no-open', '--project', project)
    const address = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/
    await expect.poll(said, { timeout: 120_000 }).toMatch(address)
    const url = new URL(address.exec(said())![0])
    const first = await fetch(url, { redirect: 'manual' })
    const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? ''
    const page = await fetch(url.origin, { headers: { cookie } })
    expect(await page.text()).toContain('<title>')
    const reply = await fetch(`${url.origin}/rpc`, {
      method: 'POST',
      headers: { cookie, origin: url.origin, 'content-type': 'application/json' },
      body: JSON.stringify({ id: 1, method: 'project.info', params: {} }),
    })
    expect(await reply.json()).toMatchObject({ id: 1, value: { name: 'Lab 7' } })
    child.kill('SIGINT')
    expect(await ended).toBe(0)
    // Closed in order: another process may open it at once.
    const again = start('--no-open', '--project', project)
    await expect.poll(again.said, { timeout: 60_000 }).toMatch(address)
    again.child.kill('SIGTERM')
    expect(await again.ended).toBe(0)
  })

  it('says why it cannot open a folder, and what its flags are', async () => {
    const none = start('--no-open', '--project', folder)
    expect(await none.ended).toBe(1)
    expect(none.said()).toContain('The folder holds no project.')
    const wrong = start('--bogus')
    expect(await wrong.ended).toBe(2)
    expect(wrong.said()).toContain('--project DIR')
  })
})
