import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import BetterSqlite3, { type Database } from 'better-sqlite3'
import { ContractError } from '../../contract/index.ts'
import { diskError } from './blobs.ts'
import { migrate } from './migrate.ts'

export const DATABASE_FILE = 'project.sqlite'
const KEPT_BACKUPS = 5

/** True for a folder that holds a project. */
export function isProject(dataDir: string): boolean {
  return existsSync(join(dataDir, DATABASE_FILE))
}

/** Takes back a project that could not be made whole; what lay in the folder before is left alone. */
export function discardProject(dataDir: string): void {
  const tried = (work: () => void) => {
    try {
      work()
    } catch {
      // Not there, not ours to remove, or not empty: then it is not ours alone.
    }
  }
  for (const suffix of ['', '-wal', '-shm', '-journal'])
    tried(() => {
      rmSync(join(dataDir, DATABASE_FILE + suffix))
    })
  for (const folder of [join(dataDir, 'blobs', 'tmp'), join(dataDir, 'blobs'), dataDir])
    tried(() => {
      rmdirSync(folder)
    })
}

/**
 * Opens the one writer. The exclusive lock lasts as long as the process: a second opener is told PROJECT_IN_USE, and a
 * killed process frees it. After an unclean end the file is checked before anything is written.
 */
export function openDatabase(dataDir: string, now: string): Database {
  try {
    mkdirSync(dataDir, { recursive: true })
  } catch (error) {
    throw diskError(error, dataDir)
  }
  const file = join(dataDir, DATABASE_FILE)
  let db: Database
  try {
    db = new BetterSqlite3(file, { timeout: 500 })
  } catch (error) {
    throw new ContractError(
      'FOLDER_UNREADABLE',
      `The project database cannot be opened: ${error instanceof Error ? error.message : String(error)}`,
      dataDir,
    )
  }
  try {
    db.pragma('locking_mode = EXCLUSIVE')
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    db.pragma('foreign_keys = ON')
    db.pragma('trusted_schema = OFF')
    db.pragma('cell_size_check = ON')
    db.pragma('wal_autocheckpoint = 1000')
    // The write lock is taken here, not at the first edit, so that a second opener learns it at once.
    db.exec('BEGIN IMMEDIATE; COMMIT')
    checkAfterUncleanEnd(db, dataDir)
    migrate(db, now, () => backup(db, dataDir, now))
    db.prepare(
      `INSERT INTO meta VALUES ('cleanShutdown', '0') ON CONFLICT (key) DO UPDATE SET value = '0'`,
    ).run()
    return db
  } catch (error) {
    db.close()
    throw openError(error, dataDir)
  }
}

function openError(error: unknown, dataDir: string): unknown {
  if (error instanceof ContractError) return error
  const code = (error as { code?: string } | null)?.code ?? ''
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new ContractError('PROJECT_IN_USE', 'Another program has this project open.', dataDir)
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new ContractError(
      'PROJECT_DAMAGED',
      'The project database is damaged; it was left as it is.',
      dataDir,
    )
  }
  return databaseError(error, dataDir)
}

/** What the disk under the database refuses, as a person can act on it; any other error is handed back as it is. */
export function databaseError(error: unknown, dataDir: string): unknown {
  const code = (error as { code?: string } | null)?.code ?? ''
  if (code.startsWith('SQLITE_FULL'))
    return new ContractError(
      'DISK_FULL',
      'The disk is full; what was done before is kept.',
      basename(dataDir),
    )
  if (/^SQLITE_(READONLY|IOERR|CANTOPEN|PERM)/.test(code))
    return new ContractError(
      'FOLDER_UNREADABLE',
      `The project folder cannot be written: ${code}.`,
      basename(dataDir),
    )
  return diskError(error, dataDir)
}

function checkAfterUncleanEnd(db: Database, dataDir: string): void {
  const hasMeta = db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'meta'`).get() !== undefined
  if (!hasMeta) return
  const clean = db.prepare(`SELECT value FROM meta WHERE key = 'cleanShutdown'`).pluck().get()
  if (clean === '1') return
  const quick = db.pragma('quick_check', { simple: true })
  const broken = db.pragma('foreign_key_check') as unknown[]
  if (quick !== 'ok' || broken.length > 0) {
    throw new ContractError(
      'PROJECT_DAMAGED',
      `The project database did not pass its check after an unclean end: ${quick !== 'ok' ? String(quick) : `${broken.length} broken references`}.`,
      dataDir,
    )
  }
}

/** A verified copy in `backups/`; the oldest beyond five are removed. Never a copy of the live file itself. */
export function backup(db: Database, dataDir: string, now: string): string {
  const folder = join(dataDir, 'backups')
  mkdirSync(folder, { recursive: true })
  const target = join(folder, `project-${now.replaceAll(/[:.]/g, '-')}.sqlite`)
  const temp = `${target}.tmp`
  rmSync(temp, { force: true })
  db.prepare('VACUUM INTO ?').run(temp)
  const copy = new BetterSqlite3(temp)
  try {
    if (copy.pragma('quick_check', { simple: true }) !== 'ok')
      throw new ContractError('PROJECT_DAMAGED', 'The backup did not pass its check.', target)
  } finally {
    copy.close()
  }
  const handle = openSync(temp, 'r+')
  fsyncSync(handle)
  closeSync(handle)
  renameSync(temp, target)
  const old = readdirSync(folder)
    .filter((name) => name.endsWith('.sqlite'))
    .sort()
  for (const name of old.slice(0, Math.max(0, old.length - KEPT_BACKUPS))) rmSync(join(folder, name))
  return target
}

export function closeDatabase(db: Database): void {
  try {
    db.prepare(`UPDATE meta SET value = '1' WHERE key = 'cleanShutdown'`).run()
    db.pragma('wal_checkpoint(TRUNCATE)')
  } catch {
    // A full or vanished disk: the next opening finds no clean end and checks the file before it writes.
  } finally {
    db.close()
  }
}
