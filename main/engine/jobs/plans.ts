import type { JobKind, JsonValue } from '../../contract/index.ts'
import { jobParams } from '../../contract/index.ts'
import type { Store, StoredJob } from '../store/index.ts'

/** Steps that may refuse for want of data; the way goes on, and the report says what was refused and why. */
const mayRefuse: ReadonlySet<JobKind> = new Set(['train', 'discover', 'optimize', 'scorecard'])

/**
 * Moves the plan of an ended job on, inside the transaction that ends it: the next job is there in the same instant,
 * so a kill between two steps loses none and doubles none.
 */
export function continuePlan(
  store: Store,
  options: { readonly seed: number; readonly codeVersion: string },
  job: StoredJob,
): void {
  if (job.planId === null) return
  const plan = store.plans.get(job.planId)
  if (plan.state !== 'running') return
  const goesOn = job.state === 'done' || (job.state === 'failed' && mayRefuse.has(job.kind))
  if (!goesOn) {
    store.plans.advance(plan.id, plan.cursor, 'stopped')
    return
  }
  const cursor = plan.cursor + 1
  store.plans.advance(plan.id, cursor, cursor >= plan.steps.length ? 'done' : 'running')
  insertPlanJob(store, options, plan.id, null)
}

/** Inserts the job of the plan's present step, when there is one. */
export function insertPlanJob(
  store: Store,
  options: { readonly seed: number; readonly codeVersion: string },
  planId: string,
  resolved: JsonValue,
): StoredJob | null {
  const plan = store.plans.get(planId)
  const step = plan.state === 'running' ? plan.steps[plan.cursor] : undefined
  if (step === undefined) return null
  const params = jobParams[step.kind].parse(step.params) as JsonValue
  return store.jobs.insert({
    kind: step.kind,
    params,
    resolved,
    seed: options.seed,
    codeVersion: options.codeVersion,
    planId,
  })
}
