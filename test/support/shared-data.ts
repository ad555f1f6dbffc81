import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/** Absolute path inside the reference data beside the repository, or null where a machine has none (tests are then skipped). */
export function sharedData(path: string): string | null {
  const full = resolve(import.meta.dirname, '../../../shared/data', path)
  return existsSync(full) ? full : null
}
