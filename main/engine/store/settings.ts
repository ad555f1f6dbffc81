import type { StoreCore } from './core.ts'

/** Append-only: the newest revision of a key is its value, the others are the trail of who changed it and when. */
export interface SettingRows {
  all(): Record<string, string>
  set(key: string, value: string, author: string): void
}

export function settingRows({ db, now, changed }: StoreCore): SettingRows {
  const all = db.prepare<[], { key: string; value: string }>(
    `SELECT key, value FROM setting_revision s WHERE revision = (SELECT max(revision) FROM setting_revision WHERE key = s.key) ORDER BY key`,
  )
  const set = db.prepare(
    'INSERT INTO setting_revision VALUES (?, (SELECT count(*) + 1 FROM setting_revision WHERE key = ?), ?, ?, ?)',
  )
  return {
    all: () => Object.fromEntries(all.all().map((row) => [row.key, row.value])),
    set(key, value, author) {
      set.run(key, key, value, author, now())
      changed('settings')
    },
  }
}
