import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import type { ChangedEvent, Sha256 } from '../../contract/index.ts'
import { openBlobs, type BlobStore } from './blobs.ts'
import { checkRows } from './check.ts'
import { closeDatabase, databaseError, openDatabase } from './database.ts'
import { idMaker } from './ids.ts'
import type { Entity, StoreCore } from './core.ts'
import { blobRows, type BlobRows } from './blob-rows.ts'
import { jobRows, type JobRows } from './jobs.ts'
import { metaRows, type MetaRows } from './meta.ts'
import { micrographRows, type MicrographRows } from './micrographs.ts'
import { measurementRows, type MeasurementRows } from './measurements.ts'
import { planRows, type PlanRows } from './plans.ts'
import { resultRows, type ResultRows } from './results.ts'
import { segmentationRows, type SegmentationRows } from './segmentations.ts'
import { settingRows, type SettingRows } from './settings.ts'
import { specimenRows, type SpecimenRows } from './specimens.ts'
import { truthRows, type TruthRows } from './truth.ts'

export interface Store {
  readonly dataDir: string
  readonly files: BlobStore
  readonly blobs: BlobRows
  readonly meta: MetaRows
  readonly jobs: JobRows
  readonly plans: PlanRows
  readonly specimens: SpecimenRows
  readonly micrographs: MicrographRows
  readonly segmentations: SegmentationRows
  readonly measurements: MeasurementRows
  readonly results: ResultRows
  readonly truth: TruthRows
  readonly settings: SettingRows
  readonly newId: () => string
  readonly now: () => string
  /** One write transaction; `changed` events leave after it committed, and none leave when it failed. */
  write<T>(change: () => T): T
  /** Writes the file durably, then its row. Call before or inside `write`: a kill leaves an orphan file, never a dangling row. */
  putBlob(bytes: Uint8Array, mediaType: string): Sha256
  revision(): number
  /** Integrity and references of all rows; takes as long as the database is large. */
  checkRows(): ReturnType<typeof checkRows>
  close(): void
}

export interface StoreOptions {
  readonly dataDir: string
  readonly clock: () => number
  readonly onChanged: (event: ChangedEvent) => void
}

/** A project whose blobs cannot be reached is not left locked. */
function openFiles(db: Database, dataDir: string): BlobStore {
  try {
    return openBlobs(join(dataDir, 'blobs'))
  } catch (error) {
    closeDatabase(db)
    throw error
  }
}

export function openStore(options: StoreOptions): Store {
  const now = () => new Date(options.clock()).toISOString()
  const db = openDatabase(options.dataDir, now())
  const files = openFiles(db, options.dataDir)
  const newId = idMaker(options.clock)
  let pending = new Map<Entity, Set<string>>()

  const core: StoreCore = {
    db,
    newId,
    now,
    changed(entity, ids = []) {
      const known = pending.get(entity) ?? new Set<string>()
      for (const id of ids) known.add(id)
      pending.set(entity, known)
    },
  }
  const blobs = blobRows(core)
  const meta = metaRows(core)
  const bumpRevision = () => {
    const next = Number(meta.get('revision') ?? '0') + 1
    meta.set('revision', String(next))
  }
  const revision = () => Number(meta.get('revision') ?? '0')

  return {
    dataDir: options.dataDir,
    files,
    blobs,
    meta,
    jobs: jobRows(core),
    plans: planRows(core),
    specimens: specimenRows(core),
    micrographs: micrographRows(core),
    segmentations: segmentationRows(core),
    measurements: measurementRows(core),
    results: resultRows(core),
    truth: truthRows(core),
    settings: settingRows(core),
    newId,
    now,
    revision,
    checkRows: () => checkRows(db),
    write(change) {
      if (db.inTransaction) return change()
      pending = new Map()
      const whole = db.transaction(() => {
        const result = change()
        if (pending.size > 0) bumpRevision()
        return result
      })
      let value: ReturnType<typeof change>
      try {
        value = whole.immediate()
      } catch (error) {
        throw databaseError(error, options.dataDir)
      }
      const told = pending
      pending = new Map()
      for (const [entity, ids] of told)
        options.onChanged({ type: 'changed', entity, ids: [...ids], revision: revision() })
      return value
    },
    putBlob(bytes, mediaType) {
      const sha256 = files.put(bytes)
      blobs.add(sha256, bytes.length, mediaType)
      return sha256
    },
    close: () => {
      closeDatabase(db)
    },
  }
}
