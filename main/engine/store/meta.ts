import type { StoreCore } from './core.ts'

export interface MetaRows {
  get(key: string): string | null
  set(key: string, value: string): void
}

export function metaRows({ db }: StoreCore): MetaRows {
  const read = db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck()
  const write = db.prepare(
    'INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  )
  return {
    get: (key) => (read.get(key) as string | undefined) ?? null,
    set(key, value) {
      write.run(key, value)
    },
  }
}
