import { ContractError, type Sha256 } from '../../contract/index.ts'
import type { Entity, StoreCore } from './core.ts'
import { readDocument, type DocumentRow, type ResultDocument, type ResultKind } from './documents.ts'

export interface StoredResult<K extends ResultKind = ResultKind> {
  readonly id: string
  readonly kind: K
  readonly jobId: string
  readonly createdAt: string
  /** Read when first asked for, so that a damaged document stops what needs it and nothing else. */
  readonly document: ResultDocument<K>
  readonly blob: Sha256 | null
}

export interface ResultRows {
  /** `document` gets id, jobId and createdAt of its row; one result a job. */
  insert(kind: ResultKind, jobId: string, document: object, blob: Sha256 | null): string
  get<K extends ResultKind>(kind: K, id: string): StoredResult<K>
  list<K extends ResultKind>(kind: K): StoredResult<K>[]
  ofJob<K extends ResultKind>(kind: K, jobId: string): StoredResult<K> | null
}

type Row<K extends ResultKind = ResultKind> = DocumentRow & { readonly kind: K; readonly blob: Sha256 | null }

export function resultRows({ db, newId, now, changed }: StoreCore): ResultRows {
  const insert = db.prepare('INSERT INTO result VALUES (?, ?, ?, ?, ?, ?)')
  const one = db.prepare<[string, string], Row>('SELECT * FROM result WHERE id = ? AND kind = ?')
  const all = db.prepare<[string], Row>('SELECT * FROM result WHERE kind = ? ORDER BY id DESC')
  const ofJob = db.prepare<[string, string], Row>('SELECT * FROM result WHERE kind = ? AND job_id = ?')

  function fromRow<K extends ResultKind>(row: Row<K>): StoredResult<K> {
    const { id, kind, job_id: jobId, created_at: createdAt, blob } = row
    let document: ResultDocument<K> | null = null
    return {
      id,
      kind,
      jobId,
      createdAt,
      blob,
      get document() {
        return (document ??= readDocument(row))
      },
    }
  }
  return {
    insert(kind, jobId, document, blob) {
      const id = newId()
      insert.run(id, kind, jobId, JSON.stringify(document), blob, now())
      changed(kind satisfies Entity, [id])
      return id
    },
    get<K extends ResultKind>(kind: K, id: string) {
      const row = one.get(id, kind) as Row<K> | undefined
      if (row === undefined) throw new ContractError('NOT_FOUND', `There is no such ${kind}.`, id)
      return fromRow(row)
    },
    list: <K extends ResultKind>(kind: K) => (all.all(kind) as Row<K>[]).map((row) => fromRow(row)),
    ofJob<K extends ResultKind>(kind: K, jobId: string) {
      const row = ofJob.get(kind, jobId) as Row<K> | undefined
      return row === undefined ? null : fromRow(row)
    },
  }
}
