import type { ExecutorCheck } from '../../../contract/index.ts'
import { referenceExecutor, type Executor } from '../../graph/index.ts'
import { mismatchOf, trialAnywhere, trialOf, type Trial } from './trial.ts'
import type { Workload, WorkloadPair } from './workloads.ts'

const mostTimedSteps = 50

export function expectationOf({ checked }: WorkloadPair): Trial {
  return trialOf(referenceExecutor, checked)
}

/**
 * Compares an executor with the reference on one workload and times it; an error of the executor is an outcome, too.
 * `tolerance` is relative to the largest value of each gradient. Timed are up to 50 steps, in as many as fit `budgetMs`.
 */
export async function checkExecutor(
  executor: Executor,
  { kind, checked, timed }: WorkloadPair,
  expected: Trial,
  tolerance: number,
  { now, budgetMs }: { now(): number; budgetMs: number },
): Promise<ExecutorCheck> {
  const answer = (
    outcome: ExecutorCheck['outcome'],
    gradientError: number | null,
    msPerStep: number | null,
    reason: string,
  ): ExecutorCheck => ({ workload: kind, outcome, gradientError, msPerStep, reason })
  try {
    const { gradientError, reason } = mismatchOf(await trialAnywhere(executor, checked), expected, tolerance)
    const known = Number.isFinite(gradientError) ? gradientError : null
    if (reason !== '') return answer('refused', known, null, reason)
    return answer('correct', known, await timeOf(executor, timed, now, budgetMs), '')
  } catch (error) {
    return answer('failed', null, null, error instanceof Error ? error.message : String(error))
  }
}

/** Milliseconds of one step in the middle of training: the first, which compiles and allocates, is left out. */
async function timeOf(
  executor: Executor,
  { step, initial, data, feedsFor }: Workload,
  now: () => number,
  budgetMs: number,
): Promise<number> {
  const trainer = await executor.trainer(step, initial, data)
  try {
    await trainer.run(feedsFor(0, 1))
    const second = feedsFor(1, 1)
    const secondMs = now()
    await trainer.run(second)
    const oneMs = Math.max(now() - secondMs, 1e-3)
    const count = Math.max(1, Math.min(mostTimedSteps, Math.floor(budgetMs / oneMs)))
    const feeds = feedsFor(2, count)
    const startMs = now()
    await trainer.run(feeds)
    return (now() - startMs) / count
  } finally {
    await trainer.dispose()
  }
}
