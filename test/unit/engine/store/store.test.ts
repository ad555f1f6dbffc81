import { chmodSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import type { ChangedEvent } from '../../../../main/contract/index.ts'
import { openDatabase } from '../../../../main/engine/store/database.ts'
import { openStore } from '../../../../main/engine/store/index.ts'
import { migrate } from '../../../../main/engine/store/migrate.ts'
import { migrations } from '../../../../main/engine/store/migrations/index.ts'
import { steppingClock, tempDir } from '../../../support/temp.ts'

const open = (dataDir: string, events: ChangedEvent[] = []) =>
  openStore({ dataDir, clock: steppingClock(), onChanged: (event) => events.push(event) })

describe('store', () => {
  it('tells what changed only after the transaction committed, and nothing when it failed', () => {
    const events: ChangedEvent[] = []
    const store = open(tempDir(), events)
    expect(() => {
      store.write(() => {
        store.settings.set('theme', 'light', 'A')
        throw new Error('no')
      })
    }).toThrow('no')
    expect(events).toEqual([])
    expect(store.settings.all()).toEqual({})
    store.write(() => {
      store.settings.set('theme', 'light', 'A')
      expect(events).toEqual([])
    })
    expect(events).toEqual([{ type: 'changed', entity: 'settings', ids: [], revision: 1 }])
    store.close()
  })

  it('keeps every revision of a setting', () => {
    const dataDir = tempDir()
    const store = open(dataDir)
    for (const value of ['dark', 'light', 'dark'])
      store.write(() => {
        store.settings.set('theme', value, 'A')
      })
    expect(store.settings.all()).toEqual({ theme: 'dark' })
    store.close()
    const db = new BetterSqlite3(join(dataDir, 'project.sqlite'))
    expect(db.prepare('SELECT value FROM setting_revision ORDER BY revision').pluck().all()).toEqual([
      'dark',
      'light',
      'dark',
    ])
    db.close()
  })

  it('refuses a second opener with PROJECT_IN_USE and frees the project when closed', () => {
    const dataDir = tempDir()
    const store = open(dataDir)
    expect(() => open(dataDir)).toThrow(expect.objectContaining({ code: 'PROJECT_IN_USE' }) as Error)
    store.close()
    open(dataDir).close()
  })

  it('finds a changed and a missing blob when it is read', () => {
    const store = open(tempDir())
    const sha256 = store.putBlob(new TextEncoder().encode('grain boundary'), 'text/plain')
    const path = store.files.path(sha256)
    expect(new TextDecoder().decode(store.files.read(sha256))).toBe('grain boundary')
    chmodSync(path, 0o644)
    const bytes = readFileSync(path)
    bytes[0]! ^= 1
    writeFileSync(path, bytes)
    expect(() => store.files.read(sha256)).toThrow(
      expect.objectContaining({ code: 'PROJECT_DAMAGED' }) as Error,
    )
    store.files.remove(sha256)
    expect(() => store.files.read(sha256)).toThrow(
      expect.objectContaining({ code: 'PROJECT_DAMAGED' }) as Error,
    )
    store.close()
  })

  it('says PROJECT_DAMAGED for a file that is no database, and leaves it as it is', () => {
    const dataDir = tempDir()
    const file = join(dataDir, 'project.sqlite')
    writeFileSync(file, 'this is a text file, long enough to be looked at as a database header by SQLite')
    const before = readFileSync(file)
    expect(() => open(dataDir)).toThrow(expect.objectContaining({ code: 'PROJECT_DAMAGED' }) as Error)
    expect(readFileSync(file).equals(before)).toBe(true)
  })
})

describe('migrations', () => {
  it('match the schema that is kept for review', () => {
    const dataDir = tempDir()
    const db = openDatabase(dataDir, '2026-01-01T00:00:00.000Z')
    const now =
      (
        db
          .prepare(`SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name`)
          .pluck()
          .all() as string[]
      ).join(';\n\n') + ';\n'
    db.close()
    expect(now).toBe(readFileSync('main/engine/store/schema.sql', 'utf8'))
  })

  it('back up before changing a project, and leave it as it was when a statement fails', () => {
    const dataDir = tempDir()
    const store = open(dataDir)
    store.write(() => {
      store.settings.set('theme', 'light', 'A')
    })
    store.close()
    const db = new BetterSqlite3(join(dataDir, 'project.sqlite'))
    const bad = [
      ...migrations,
      {
        number: migrations.length + 1,
        name: 'bad',
        sql: 'CREATE TABLE grain (id TEXT) STRICT; INSERT INTO nowhere VALUES (1);',
      },
    ]
    let backups = 0
    expect(() => {
      migrate(db, '2026-01-01T00:00:00.000Z', () => backups++, bad)
    }).toThrow(expect.objectContaining({ code: 'MIGRATION_FAILED' }) as Error)
    expect(backups).toBe(1)
    expect(db.prepare(`SELECT count(*) FROM sqlite_schema WHERE name = 'grain'`).pluck().get()).toBe(0)
    expect(db.prepare('SELECT count(*) FROM setting_revision').pluck().get()).toBe(1)
    db.close()
  })

  it('take generators into a project that knew none, and keep its results', () => {
    const db = new BetterSqlite3(join(tempDir(), 'project.sqlite'))
    db.pragma('foreign_keys = ON')
    migrate(db, '', () => undefined, migrations.slice(0, 1))
    db.exec(`INSERT INTO meta VALUES ('schemaVersion', '1')`)
    for (const id of ['a', 'b'])
      db.exec(`INSERT INTO job (id, kind, state, params, resolved, code_version, seed, created_at)
        VALUES ('${id}', 'train', 'done', '{}', 'null', 'test', 1, '')`)
    db.exec(`INSERT INTO result VALUES ('r', 'model', 'a', '{"x":1}', NULL, 'then')`)
    const generator = `INSERT INTO result VALUES ('g', 'generator', 'b', '{}', NULL, 'now')`
    const results = () => db.prepare('SELECT * FROM result ORDER BY id DESC').all()
    const before = results()
    expect(() => db.exec(generator)).toThrow(/CHECK/)
    migrate(db, '', () => undefined, migrations.slice(0, 2))
    expect(results()).toEqual(before)
    db.exec(generator)
    expect(results()).toHaveLength(2)
    expect(() => db.exec(`INSERT INTO result VALUES ('h', 'model', 'a', '{}', NULL, '')`)).toThrow(/UNIQUE/)
    expect(db.pragma('foreign_key_check')).toEqual([])
    expect(db.prepare(`SELECT value FROM meta WHERE key = 'schemaVersion'`).pluck().get()).toBe('2')
    db.close()
  })

  it('refuse a newer schema and a changed history', () => {
    const dataDir = tempDir()
    open(dataDir).close()
    const file = join(dataDir, 'project.sqlite')
    const db = new BetterSqlite3(file)
    const none = () => undefined
    expect(() => {
      migrate(db, '', none, [])
    }).toThrow(expect.objectContaining({ code: 'PROJECT_NEWER' }) as Error)
    expect(() => {
      migrate(db, '', none, [{ number: 1, name: 'first', sql: 'SELECT 1' }, ...migrations.slice(1)])
    }).toThrow(expect.objectContaining({ code: 'PROJECT_DAMAGED' }) as Error)
    db.close()
    expect(readdirSync(dataDir)).not.toContain('backups')
  })
})
