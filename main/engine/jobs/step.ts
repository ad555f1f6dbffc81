import type { JobKind, JsonValue } from '../../contract/index.ts'
import type { Store } from '../store/index.ts'
import type { Pool } from './pool.ts'

/** What a step is given while its job runs. */
export interface StepContext {
  readonly store: Store
  readonly jobId: string
  readonly planId: string | null
  readonly seed: number
  readonly codeVersion: string
  readonly signal: AbortSignal
  /** What `resolve` answered when the job was submitted. */
  readonly resolved: JsonValue
  /** Runs a task of the worker pool; progress and live series of the task become the job's. */
  run<I, O>(task: string, input: I): Promise<O>
}

export interface StepPlan {
  /** Everything the outcome depends on besides parameters, program version and seed: hashes of blobs, ids of rows; plain data. */
  readonly inputs: unknown
  /** Names of the units of work, in the order in which they are committed. */
  readonly units: readonly string[]
  /** What a unit is, in the plural: 'micrographs', 'specimens', 'steps'. */
  readonly unitName: string
}

/**
 * One kind of job. The runner calls plan once, unit for each unit not yet done, finish at the end. Unit and finish
 * compute first and answer a writer; the runner calls the writer inside the transaction that also moves the cursor,
 * so an outcome is stored exactly once, whatever is killed when.
 */
export interface Step<P = unknown> {
  readonly kind: JobKind
  /** Turns what only the submitting host knows (handles) into what survives a restart. */
  resolve?(params: P, resolveHandle: (handle: string) => string): JsonValue
  plan(context: StepContext, params: P): StepPlan
  unit(context: StepContext, params: P, index: number, plan: StepPlan): Promise<() => void>
  finish(context: StepContext, params: P, plan: StepPlan): Promise<() => object>
}

export type Steps = ReadonlyMap<JobKind, Step>

/** The explicit list of steps; a kind given twice stops the program at the start. */
export function stepRegistry(steps: readonly Step<never>[]): Steps {
  const map = new Map<JobKind, Step>()
  for (const step of steps) {
    if (map.has(step.kind)) throw new Error(`two steps of kind ${step.kind}`)
    map.set(step.kind, step as Step)
  }
  return map
}

export interface RunnerParts {
  readonly store: Store
  readonly pool: Pool
  readonly steps: Steps
}
