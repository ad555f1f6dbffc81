import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'

const made: string[] = []
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true })
})

const kept: string[] = []
const make = () => mkdtempSync(join(tmpdir(), 'causalloy Prüfling µ '))

/** A fresh folder, removed after the test; the name holds a space and letters outside ASCII on purpose. */
export function tempDir(): string {
  const dir = make()
  made.push(dir)
  return dir
}
/** A folder that several tests of a file share; removed by `removeKept`. */
tempDir.keep = (): string => {
  const dir = make()
  kept.push(dir)
  return dir
}
tempDir.removeKept = (): void => {
  for (const dir of kept.splice(0)) rmSync(dir, { recursive: true, force: true })
}

/** A clock that moves one second a reading. */
export function steppingClock(startMs = Date.UTC(2026, 0, 1)): () => number {
  let now = startMs
  return () => (now += 1000)
}
