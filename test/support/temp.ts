import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'

const made: string[] = []
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true })
})

/** A fresh folder, removed after the test; the name holds a space and letters outside ASCII on purpose. */
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'causalloy Prüfling µ '))
  made.push(dir)
  return dir
}

/** A clock that moves one second a reading. */
export function steppingClock(startMs = Date.UTC(2026, 0, 1)): () => number {
  let now = startMs
  return () => (now += 1000)
}
