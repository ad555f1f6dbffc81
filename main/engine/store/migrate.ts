import { createHash } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import { ContractError } from '../../contract/index.ts'
import { migrations as released } from './migrations/index.ts'
import type { Migration } from './migrations/migration.ts'

const hashOf = (migration: Migration) => createHash('sha256').update(migration.sql).digest('hex')

interface AppliedRow {
  number: number
  name: string
  hash: string
}

/** Migrations a database already has; empty for a new file. */
function applied(db: Database): AppliedRow[] {
  const there = db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'migration'`).get()
  return there === undefined
    ? []
    : (db.prepare('SELECT number, name, hash FROM migration ORDER BY number').all() as AppliedRow[])
}

/** Number of the newest schema this program knows. */
export const schemaNumber = released.at(-1)?.number ?? 0

/**
 * Brings the schema to the newest version. Each migration runs in a transaction of its own together with its row,
 * so a kill leaves it wholly applied or not at all. `backup` runs first when an existing project would change.
 * Errors: PROJECT_NEWER for a schema of a later program, PROJECT_DAMAGED for a history that differs from ours,
 * MIGRATION_FAILED when a statement fails (the file is as before).
 */
export function migrate(db: Database, now: string, backup: () => void, migrations = released): void {
  const have = applied(db)
  const newest = migrations.at(-1)?.number ?? 0
  if ((have.at(-1)?.number ?? 0) > newest) {
    throw new ContractError(
      'PROJECT_NEWER',
      `The project has schema ${have.at(-1)!.number}; this program knows ${newest}.`,
    )
  }
  have.forEach((row, i) => {
    const known = migrations[i]
    if (known?.number !== row.number || hashOf(known) !== row.hash) {
      throw new ContractError(
        'PROJECT_DAMAGED',
        `Migration ${row.number} (${row.name}) of the project is not the one this program released.`,
      )
    }
  })
  const missing = migrations.slice(have.length)
  if (missing.length === 0) return
  if (have.length > 0) backup()
  for (const migration of missing) {
    try {
      db.transaction(() => {
        db.exec(
          'CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT',
        )
        db.exec(migration.sql)
        db.prepare('INSERT INTO migration VALUES (?, ?, ?, ?)').run(
          migration.number,
          migration.name,
          hashOf(migration),
          now,
        )
      }).immediate()
    } catch (error) {
      throw new ContractError(
        'MIGRATION_FAILED',
        `Migration ${migration.number} (${migration.name}) failed: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  }
}
