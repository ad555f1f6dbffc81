import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'

const cli = fileURLToPath(new URL('../../main/host/cli.ts', import.meta.url))
let folder: string
let running: ChildProcess | null = null
let env: NodeJS.ProcessEnv
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'causalloy-cancel-'))
  env = { ...process.env, XDG_CONFIG_HOME: join(folder, 'config'), APPDATA: join(folder, 'config') }
})
afterAll(() => {
  running?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

it('Ctrl+C cancels the running job: exit code 130, the row says so, and what is done is kept', async () => {
  const child = spawn(process.execPath, [cli, 'demo', '--out', 'demo', '--specimens', '40', '--json'], {
    cwd: folder,
    env,
  })
  let said = ''
  let answer = ''
  child.stderr.on('data', (part: Buffer) => (said += part.toString()))
  child.stdout.on('data', (part: Buffer) => (answer += part.toString()))
  running = child
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  // A progress line of a job of many units, so that some of them are done.
  await expect.poll(() => said, { timeout: 60_000 }).toMatch(/\b[1-9]\d?\/80 micrographs/)
  child.kill('SIGINT')
  expect(await ended).toBe(130)
  expect(JSON.parse(answer)).toHaveProperty('error.code', 'CANCELLED')

  const { stdout } = spawnSync(process.execPath, [cli, 'job', 'list', '--project', 'demo', '--json'], {
    cwd: folder,
    env,
    encoding: 'utf8',
  })
  const [job] = JSON.parse(stdout) as { state: string; done: number; total: number }[]
  expect(job).toMatchObject({ state: 'cancelled', total: 80 })
  expect(job!.done).toBeGreaterThan(0)
  expect(job!.done).toBeLessThan(80)
})
