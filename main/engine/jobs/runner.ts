import { createHash } from 'node:crypto'
import {
  ContractError,
  jobParams,
  type ContractErrorData,
  type Job,
  type JobEvent,
  type JobKind,
  type JsonValue,
} from '../../contract/index.ts'
import type { Store, StoredJob } from '../store/index.ts'
import type { TaskProgress } from './messages.ts'
import type { Pool } from './pool.ts'
import { continuePlan } from './plans.ts'
import { errorData } from './serve.ts'
import type { Step, StepContext, Steps } from './step.ts'
import { inOrder } from './window.ts'

export interface RunnerOptions {
  readonly store: Store
  readonly pool: Pool
  readonly steps: Steps
  readonly seed: number
  readonly codeVersion: string
  readonly onJob: (event: JobEvent) => void
  readonly log: (message: string, detail: string) => void
  /** Named points at which a fault test may end the process; does nothing in the product. */
  readonly faultPoint: (name: string) => void
}

export interface Runner {
  submit(
    kind: JobKind,
    params: unknown,
    resolveHandle: (handle: string) => string,
    planId?: string | null,
  ): StoredJob
  resume(id: string): void
  cancel(id: string): void
  /** Live series of a job that runs or ran in this process. */
  trace(id: string): Record<string, [number, number][]>
  /** Resolves when the job has left pending and running; rejects with its error when that could not be stored. */
  settled(id: string): Promise<Job>
  /** Puts interrupted jobs back into the queue and starts working. */
  start(): void
  close(): Promise<void>
}

/** As it would be read back from the database: without absent fields. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as JsonValue

/** Two objects with the same entries give the same text, whatever the order they were built in. */
function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key]!)}`)
    .join(',')}}`
}

export function inputHash(
  kind: JobKind,
  params: JsonValue,
  inputs: unknown,
  codeVersion: string,
  seed: number,
): string {
  return createHash('sha256')
    .update(canonical(plain({ kind, params, inputs, codeVersion, seed })))
    .digest('hex')
}

export function openRunner(options: RunnerOptions): Runner {
  const { store, pool, steps, faultPoint } = options
  const aborts = new Map<string, AbortController>()
  const traces = new Map<string, Record<string, [number, number][]>>()
  const waiters = new Map<string, { resolve: (job: Job) => void; reject: (error: unknown) => void }[]>()
  let working: Promise<void> | null = null
  let closing = false
  /** The disk takes no writes: the queue rests until something is submitted or resumed. */
  let stalled = false

  const stepOf = (kind: JobKind): Step => {
    const step = steps.get(kind)
    if (step === undefined) throw new Error(`no step of kind ${kind}`)
    return step
  }
  const tell = (id: string) => {
    const job = store.jobs.get(id)
    options.onJob({
      type: 'job',
      id,
      kind: job.kind,
      state: job.state,
      done: job.done,
      total: job.total,
      unit: job.unit,
      message: job.message,
    })
    if (job.state !== 'pending' && job.state !== 'running') {
      for (const { resolve } of waiters.get(id) ?? []) resolve(job)
      waiters.delete(id)
    }
  }
  const tellNotStored = (id: string, error: ContractErrorData) => {
    for (const { reject } of waiters.get(id) ?? []) reject(ContractError.from(error))
    waiters.delete(id)
  }

  function submit(
    kind: JobKind,
    params: unknown,
    resolveHandle: (handle: string) => string,
    planId: string | null = null,
  ): StoredJob {
    const parsed = jobParams[kind].parse(params)
    const resolved = stepOf(kind).resolve?.(parsed, resolveHandle) ?? null
    const job = store.write(() =>
      store.jobs.insert({
        kind,
        params: parsed as JsonValue,
        resolved,
        seed: options.seed,
        codeVersion: options.codeVersion,
        planId,
      }),
    )
    tell(job.id)
    wake()
    return job
  }

  function wake(): void {
    if (closing || working !== null) return
    stalled = false
    // Deferred: a submission may stand inside a transaction that is not over yet.
    working = new Promise((resolve) => setImmediate(resolve)).then(work).finally(() => {
      working = null
      if (!closing && !stalled && store.jobs.inState('pending').length > 0) wake()
    })
  }

  async function work(): Promise<void> {
    for (;;) {
      const job = store.jobs.inState('pending')[0]
      if (job === undefined || closing || stalled) return
      await runJob(job)
    }
  }

  async function runJob(job: StoredJob): Promise<void> {
    const abort = new AbortController()
    aborts.set(job.id, abort)
    traces.set(job.id, {})
    try {
      store.write(() => {
        store.jobs.update(job.id, {
          state: 'running',
          startedAt: job.startedAt ?? store.now(),
          endedAt: null,
          error: null,
        })
      })
      tell(job.id)
      await runSteps(job, abort.signal)
    } catch (error) {
      if (closing) return
      if (!(error instanceof ContractError))
        options.log(`job ${job.kind} failed`, error instanceof Error ? (error.stack ?? '') : String(error))
      endOrLeave(job, errorData(error))
    } finally {
      aborts.delete(job.id)
      if (!closing) tell(job.id)
    }
  }

  /** On a disk too full to store even the end, the row stays as it is, and the next start puts it back into the queue. */
  function endOrLeave(job: StoredJob, error: ContractErrorData): void {
    try {
      end(job, error)
    } catch (cause) {
      stalled = true
      options.log(`the end of job ${job.kind} was not stored`, errorData(cause).message)
      tellNotStored(job.id, error)
    }
  }

  function end(job: StoredJob, error: ContractErrorData): void {
    const state = error.code === 'CANCELLED' ? 'cancelled' : 'failed'
    store.write(() => {
      store.jobs.update(job.id, { state, error, message: error.message, endedAt: store.now() })
      continuePlan(store, options, store.jobs.get(job.id))
    })
  }

  async function runSteps(job: StoredJob, signal: AbortSignal): Promise<void> {
    const step = stepOf(job.kind)
    const params = jobParams[job.kind].parse(job.params) as unknown
    const context = contextOf(job, signal)
    const plan = step.plan(context, params)
    const hash = inputHash(job.kind, job.params, plan.inputs, options.codeVersion, job.seed)
    const same = store.jobs.sameDone(job.kind, hash)
    if (same !== null && same.id !== job.id) {
      store.write(() => {
        store.jobs.update(job.id, {
          state: 'done',
          inputHash: hash,
          reusedFrom: same.id,
          result: same.result,
          done: same.done,
          total: same.total,
          unit: same.unit,
          message: 'Same inputs, parameters, program and seed: the stored result was taken.',
          endedAt: store.now(),
        })
        continuePlan(store, options, store.jobs.get(job.id))
      })
      return
    }
    if (job.inputHash !== null && job.inputHash !== hash && job.done > 0) {
      throw new ContractError(
        'BAD_REQUEST',
        'The inputs of this job changed while it was interrupted; start a new one.',
        job.id,
      )
    }
    store.write(() => {
      store.jobs.update(job.id, {
        inputHash: hash,
        total: Math.max(1, plan.units.length),
        unit: plan.unitName,
      })
    })
    tell(job.id)
    faultPoint(`${job.kind}:planned`)
    await inOrder(
      job.done,
      plan.units.length,
      pool.size,
      (index) => step.unit(context, params, index, plan),
      (writer, index) => {
        if (signal.aborted) throw new ContractError('CANCELLED', 'Cancelled by the person.')
        faultPoint(`${job.kind}:unit`)
        store.write(() => {
          writer()
          store.jobs.update(job.id, { done: index + 1, message: plan.units[index] ?? '' })
        })
        faultPoint(`${job.kind}:unit-done`)
        tell(job.id)
      },
    )
    const writer = await step.finish(context, params, plan)
    if (signal.aborted) throw new ContractError('CANCELLED', 'Cancelled by the person.')
    faultPoint(`${job.kind}:finish`)
    store.write(() => {
      const result = writer()
      store.jobs.update(job.id, {
        state: 'done',
        result: plain(result),
        done: Math.max(1, plan.units.length),
        message: '',
        endedAt: store.now(),
      })
      continuePlan(store, options, store.jobs.get(job.id))
    })
    faultPoint(`${job.kind}:done`)
  }

  function contextOf(job: StoredJob, signal: AbortSignal): StepContext {
    const onProgress = (progress: TaskProgress) => {
      const series = traces.get(job.id)
      if (series !== undefined) {
        for (const [name, points] of Object.entries(progress.series)) (series[name] ??= []).push(...points)
      }
      const stored = store.jobs.get(job.id)
      // Jobs of one unit show the progress inside it; jobs of many units show the units.
      const inside = stored.total === 1 && progress.total !== null
      options.onJob({
        type: 'job',
        id: job.id,
        kind: job.kind,
        state: 'running',
        done: inside ? progress.done : stored.done,
        total: inside ? progress.total : stored.total,
        unit: inside ? 'steps' : stored.unit,
        message: progress.message,
      })
    }
    return {
      store,
      jobId: job.id,
      planId: job.planId,
      seed: job.seed,
      codeVersion: options.codeVersion,
      signal,
      resolved: job.resolved,
      run: async <I, O>(task: string, input: I) => (await pool.run(task, input, { signal, onProgress })) as O,
    }
  }

  return {
    submit,
    resume(id) {
      const job = store.jobs.get(id)
      if (job.state === 'pending' || job.state === 'running' || job.state === 'done') return
      store.write(() => {
        store.jobs.update(id, { state: 'pending', error: null, endedAt: null })
        if (job.planId !== null) {
          const plan = store.plans.get(job.planId)
          if (plan.state === 'stopped') store.plans.advance(plan.id, plan.cursor, 'running')
        }
      })
      tell(id)
      wake()
    },
    cancel(id) {
      const job = store.jobs.get(id)
      if (job.state === 'running') aborts.get(id)?.abort()
      else if (job.state === 'pending' || job.state === 'interrupted') {
        end(job, new ContractError('CANCELLED', 'Cancelled by the person.').toData())
        tell(id)
      }
    },
    trace: (id) => traces.get(id) ?? {},
    settled(id) {
      const job = store.jobs.get(id)
      if (job.state !== 'pending' && job.state !== 'running') return Promise.resolve(job)
      return new Promise((resolve, reject) => {
        waiters.set(id, [...(waiters.get(id) ?? []), { resolve, reject }])
      })
    },
    start() {
      store.write(() => {
        // Found running at the start means that the process that ran it is gone.
        for (const job of store.jobs.inState('running', 'interrupted'))
          store.jobs.update(job.id, { state: 'pending', message: 'Resumed after an interruption.' })
      })
      wake()
    },
    async close() {
      closing = true
      for (const abort of aborts.values()) abort.abort()
      await pool.close()
      await working
      // A row that cannot be written now is found running at the next start, which means the same.
      if (stalled) return
      store.write(() => {
        for (const job of store.jobs.inState('running'))
          store.jobs.update(job.id, { state: 'interrupted', message: 'The program was closed.' })
      })
    },
  }
}
