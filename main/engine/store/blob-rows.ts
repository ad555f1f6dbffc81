import type { Sha256 } from '../../contract/index.ts'
import type { StoreCore } from './core.ts'

export interface BlobRow {
  readonly sha256: Sha256
  readonly byteLength: number
  readonly mediaType: string
}

export interface BlobRows {
  add(sha256: Sha256, byteLength: number, mediaType: string): void
  get(sha256: Sha256): BlobRow | null
  all(): BlobRow[]
}

export function blobRows({ db, now }: StoreCore): BlobRows {
  const insert = db.prepare('INSERT INTO blob VALUES (?, ?, ?, ?) ON CONFLICT (sha256) DO NOTHING')
  const columns = 'SELECT sha256, byte_length AS byteLength, media_type AS mediaType FROM blob'
  const one = db.prepare<[string], BlobRow>(`${columns} WHERE sha256 = ?`)
  const every = db.prepare<[], BlobRow>(`${columns} ORDER BY sha256`)
  return {
    add(sha256, byteLength, mediaType) {
      insert.run(sha256, byteLength, mediaType, now())
    },
    get: (sha256) => one.get(sha256) ?? null,
    all: () => every.all(),
  }
}
