import { ContractError, type Sha256 } from '../../contract/index.ts'
import type { Entity, StoreCore } from './core.ts'

/** Immutable outcomes of jobs: the document is the contract's summary, the blob its payload (table, weights, page). */
export type ResultKind = 'dataset' | 'model' | 'causal' | 'optimization' | 'report' | 'scorecard'

export interface StoredResult<T = unknown> {
  readonly id: string
  readonly kind: ResultKind
  readonly jobId: string
  readonly createdAt: string
  readonly document: T
  readonly blob: Sha256 | null
}

export interface ResultRows {
  /** `document` gets id, jobId and createdAt of its row; one result a job. */
  insert<T extends object>(kind: ResultKind, jobId: string, document: T, blob: Sha256 | null): string
  get<T>(kind: ResultKind, id: string): StoredResult<T>
  list<T>(kind: ResultKind): StoredResult<T>[]
  ofJob<T>(kind: ResultKind, jobId: string): StoredResult<T> | null
}

interface Row {
  id: string
  kind: ResultKind
  job_id: string
  document: string
  blob: Sha256 | null
  created_at: string
}

export function resultRows({ db, newId, now, changed }: StoreCore): ResultRows {
  const insert = db.prepare('INSERT INTO result VALUES (?, ?, ?, ?, ?, ?)')
  const one = db.prepare<[string, string], Row>('SELECT * FROM result WHERE id = ? AND kind = ?')
  const all = db.prepare<[string], Row>('SELECT * FROM result WHERE kind = ? ORDER BY id DESC')
  const ofJob = db.prepare<[string, string], Row>('SELECT * FROM result WHERE kind = ? AND job_id = ?')

  function fromRow<T>(row: Row): StoredResult<T> {
    const own = { id: row.id, jobId: row.job_id, createdAt: row.created_at }
    return {
      ...own,
      kind: row.kind,
      document: { ...(JSON.parse(row.document) as object), ...own } as T,
      blob: row.blob,
    }
  }
  return {
    insert(kind, jobId, document, blob) {
      const id = newId()
      insert.run(id, kind, jobId, JSON.stringify(document), blob, now())
      changed(kind satisfies Entity, [id])
      return id
    },
    get<T>(kind: ResultKind, id: string) {
      const row = one.get(id, kind)
      if (row === undefined) throw new ContractError('NOT_FOUND', `There is no such ${kind}.`, id)
      return fromRow<T>(row)
    },
    list: <T>(kind: ResultKind) => all.all(kind).map((row) => fromRow<T>(row)),
    ofJob<T>(kind: ResultKind, jobId: string) {
      const row = ofJob.get(kind, jobId)
      return row === undefined ? null : fromRow<T>(row)
    },
  }
}
