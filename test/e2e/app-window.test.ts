import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserPlaces } from '../../main/host/start/browsers.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const browser = browserPlaces(process.platform, process.env).find((place) => existsSync(place))
const canRun = browser !== undefined && existsSync('/usr/bin/Xvfb')
const why = canRun ? '' : ' (skipped: needs Chromium and Xvfb)'

describe.skipIf(!canRun)(`npm start with an installed browser${why}`, () => {
  let folder: string
  let display: ChildProcess
  let displayName: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'causalloy-window-test-'))
    display = spawn('/usr/bin/Xvfb', ['-displayfd', '1', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    displayName = await new Promise<string>((resolve) => {
      display.stdout?.once('data', (part: Buffer) => resolve(`:${part.toString().trim()}`))
    })
  })
  afterAll(() => {
    display.kill()
    rmSync(folder, { recursive: true, force: true })
  })

  it('opens the pages in a window, whose address works once, and ends with it', async () => {
    const child = spawn(process.execPath, [join(root, 'main/host/start.ts'), '--browser'], {
      cwd: root,
      // Its own temporary folder, so that what it leaves there can be seen.
      env: { ...process.env, DISPLAY: displayName, TMPDIR: folder, XDG_CONFIG_HOME: join(folder, 'config') },
    })
    let said = ''
    child.stdout.on('data', (part: Buffer) => (said += part.toString()))
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
    const address = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/
    await expect.poll(() => said, { timeout: 120_000 }).toMatch(address)
    expect(said).toContain(`Opening an app window of ${browser ?? ''}`)
    const url = address.exec(said)![0]
    // Had the window not used the address up by now, this would answer 303.
    await new Promise((resolve) => setTimeout(resolve, 8_000))
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(403)
    child.kill('SIGINT')
    expect(await ended).toBe(0)
    expect(readdirSync(folder).filter((name) => name.startsWith('causalloy-window-'))).toEqual([])
  })
})
