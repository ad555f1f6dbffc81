import {
  ContractError,
  type ContractErrorData,
  type Job,
  type JobKind,
  type JobState,
  type JsonValue,
} from '../../contract/index.ts'
import type { StoreCore } from './core.ts'

/** A job row as the runner needs it: the contract's job and what never leaves the engine. */
export interface StoredJob extends Job {
  /** What the step resolved when the job was submitted (folders behind handles); survives a restart. */
  readonly resolved: JsonValue
  readonly inputHash: string | null
  readonly codeVersion: string
}

export interface NewJob {
  readonly kind: JobKind
  readonly params: JsonValue
  readonly resolved: JsonValue
  readonly seed: number
  readonly codeVersion: string
  readonly planId: string | null
}

export interface JobPatch {
  readonly state?: JobState
  readonly inputHash?: string
  readonly done?: number
  readonly total?: number | null
  readonly unit?: string
  readonly message?: string
  readonly result?: JsonValue
  readonly error?: ContractErrorData | null
  readonly reusedFrom?: string
  readonly startedAt?: string
  readonly endedAt?: string | null
}

export interface JobRows {
  insert(job: NewJob): StoredJob
  get(id: string): StoredJob
  list(limit: number): StoredJob[]
  inState(...states: JobState[]): StoredJob[]
  newest(kind: JobKind, state?: JobState): StoredJob | null
  /** Id of the job whose outcome counts now: the newest done one, or the one it took its result from. */
  current(kind: JobKind): string | null
  /** A finished job with the same inputs, parameters, program and seed, whose result can be taken as it is. */
  sameDone(kind: JobKind, inputHash: string): StoredJob | null
  /** Input hash of the job whose outcome counts now: says what that outcome was made from, in any project alike. */
  currentHash(kind: JobKind): string | null
  update(id: string, patch: JobPatch): void
}

interface Row {
  id: string
  kind: JobKind
  state: JobState
  params: string
  resolved: string
  input_hash: string | null
  code_version: string
  seed: number
  done: number
  total: number | null
  unit: string
  message: string
  result: string
  error: string
  reused_from: string | null
  plan_id: string | null
  created_at: string
  started_at: string | null
  ended_at: string | null
}

const json = (text: string) => JSON.parse(text) as JsonValue

function fromRow(row: Row): StoredJob {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    params: json(row.params),
    resolved: json(row.resolved),
    inputHash: row.input_hash,
    codeVersion: row.code_version,
    seed: row.seed,
    done: row.done,
    total: row.total,
    unit: row.unit,
    message: row.message,
    result: json(row.result),
    error: json(row.error) as ContractErrorData | null,
    reusedFrom: row.reused_from,
    planId: row.plan_id,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  }
}

const columnOf: Record<keyof JobPatch, string> = {
  state: 'state',
  inputHash: 'input_hash',
  done: 'done',
  total: 'total',
  unit: 'unit',
  message: 'message',
  result: 'result',
  error: 'error',
  reusedFrom: 'reused_from',
  startedAt: 'started_at',
  endedAt: 'ended_at',
}

export function jobRows({ db, newId, now }: StoreCore): JobRows {
  const insert = db.prepare(
    `INSERT INTO job (id, kind, state, params, resolved, code_version, seed, plan_id, created_at) VALUES (?, ?, 'pending', ?, ?, ?, ?, ?, ?)`,
  )
  const one = db.prepare<[string], Row>('SELECT * FROM job WHERE id = ?')
  const newestFirst = db.prepare<[number], Row>('SELECT * FROM job ORDER BY id DESC LIMIT ?')
  const byState = db.prepare<[string], Row>(
    'SELECT * FROM job WHERE state IN (SELECT value FROM json_each(?)) ORDER BY id',
  )
  const newestOf = db.prepare<[string], Row>('SELECT * FROM job WHERE kind = ? ORDER BY id DESC LIMIT 1')
  const newestIn = db.prepare<[string, string], Row>(
    'SELECT * FROM job WHERE kind = ? AND state = ? ORDER BY id DESC LIMIT 1',
  )
  const same = db.prepare<[string, string], Row>(
    `SELECT * FROM job WHERE kind = ? AND input_hash = ? AND state = 'done' AND reused_from IS NULL ORDER BY id DESC LIMIT 1`,
  )

  const rows: JobRows = {
    insert(job) {
      const id = newId()
      insert.run(
        id,
        job.kind,
        JSON.stringify(job.params),
        JSON.stringify(job.resolved),
        job.codeVersion,
        job.seed,
        job.planId,
        now(),
      )
      return rows.get(id)
    },
    get(id) {
      const row = one.get(id)
      if (row === undefined) throw new ContractError('NOT_FOUND', 'There is no such job.', id)
      return fromRow(row)
    },
    list: (limit) => newestFirst.all(limit).map(fromRow),
    inState: (...states) => byState.all(JSON.stringify(states)).map(fromRow),
    newest(kind, state) {
      const row = state === undefined ? newestOf.get(kind) : newestIn.get(kind, state)
      return row === undefined ? null : fromRow(row)
    },
    current(kind) {
      const row = newestIn.get(kind, 'done')
      return row === undefined ? null : (row.reused_from ?? row.id)
    },
    currentHash: (kind) => newestIn.get(kind, 'done')?.input_hash ?? null,
    sameDone(kind, inputHash) {
      const row = same.get(kind, inputHash)
      return row === undefined ? null : fromRow(row)
    },
    update(id, patch) {
      const keys = Object.keys(patch) as (keyof JobPatch)[]
      if (keys.length === 0) return
      const values = keys.map((key) =>
        key === 'result' || key === 'error'
          ? JSON.stringify(patch[key])
          : (patch[key] as string | number | null),
      )
      db.prepare(`UPDATE job SET ${keys.map((key) => `${columnOf[key]} = ?`).join(', ')} WHERE id = ?`).run(
        ...values,
        id,
      )
    },
  }
  return rows
}
