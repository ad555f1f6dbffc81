import type { StepContext } from '../jobs/index.ts'
import type { StoredJob } from '../store/index.ts'
import type { AreaContext } from './area.ts'

/** A step context for asking what a finished job would take today; it can run nothing. */
export function silentContext(context: AreaContext, job: StoredJob): StepContext {
  return {
    store: context.store,
    jobId: job.id,
    planId: job.planId,
    seed: job.seed,
    codeVersion: job.codeVersion,
    signal: new AbortController().signal,
    resolved: job.resolved,
    run: () => Promise.reject(new Error('a plan computes nothing')),
  }
}
