import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { tempDir } from '../support/temp.ts'

const builds = new URL('../../main/host/start/builds.ts', import.meta.url).href

function ensure(place: string): Promise<number | null> {
  const code = `import { ensureRenderer } from '${builds}'; ensureRenderer(() => {}, process.argv[1])`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, place], { stdio: 'ignore' })
  return new Promise((done) => child.on('exit', done))
}

/** The page and everything it loads at once are there. */
function isWhole(place: string): boolean {
  const page = readFileSync(join(place, 'index.html'), 'utf8')
  return [...page.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].every(([, file]) => existsSync(join(place, file!)))
}

afterEach(() => {
  tempDir.removeKept()
})

it('programs started together never serve half a build, and leave nothing beside it', async () => {
  const home = tempDir.keep()
  const place = join(home, 'renderer')
  let seen = 0
  let broken = 0
  const watch = setInterval(() => {
    const there = existsSync(join(place, 'index.html'))
    if (there ? !isWhole(place) : seen > 0) broken += 1
    if (there) seen += 1
  }, 5)
  const first = ensure(place)
  await new Promise((later) => setTimeout(later, 700))
  const codes = await Promise.all([first, ensure(place), ensure(place)])
  clearInterval(watch)
  expect(codes).toEqual([0, 0, 0])
  expect(seen).toBeGreaterThan(0)
  expect(broken).toBe(0)
  expect(readdirSync(home)).toEqual(['renderer'])
})
