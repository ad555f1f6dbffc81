import type { Executor, LocalExecutor, Parameters, StepGradients } from '../../graph/index.ts'
import type { Workload } from './workloads.ts'

/** What an executor says of a workload: gradients of its first step, and the losses while it trains a little. */
export interface Trial {
  readonly first: StepGradients
  readonly losses: Float32Array
}

/** Steps whose losses are compared: a wrong update of the weights shows from the second on. */
const comparedSteps = 4
/** Losses of later steps carry the rounding of the steps before. */
const driftFactor = 10

export function trialOf(executor: LocalExecutor, { step, initial, data, feedsFor }: Workload): Trial {
  const trainer = executor.trainer(step, initial, data)
  try {
    return {
      first: trainer.gradients(feedsFor(0, 1).inputs),
      losses: trainer.run(feedsFor(0, comparedSteps)),
    }
  } finally {
    trainer.dispose()
  }
}

export async function trialAnywhere(
  executor: Executor,
  { step, initial, data, feedsFor }: Workload,
): Promise<Trial> {
  const trainer = await executor.trainer(step, initial, data)
  try {
    const first = await trainer.gradients(feedsFor(0, 1).inputs)
    return { first, losses: await trainer.run(feedsFor(0, comparedSteps)) }
  } finally {
    await trainer.dispose()
  }
}

/** How far a trial is from the expected one, and why that is too far (empty when it is not). */
export function mismatchOf(
  actual: Trial,
  expected: Trial,
  tolerance: number,
): { readonly gradientError: number; readonly reason: string } {
  const gradientError = gradientErrorOf(actual.first.gradients, expected.first.gradients)
  const drift = lossErrorOf(actual.losses, expected.losses)
  // Written so that a NaN is refused.
  const reason = !(gradientError <= tolerance)
    ? `its gradients differ by ${digits(gradientError)} from the reference`
    : !(drift <= driftFactor * tolerance)
      ? `its training drifts by ${digits(drift)} from the reference`
      : ''
  return { gradientError, reason }
}

/** Largest difference of any gradient, relative to the largest expected value of its tensor; NaN when one is not a number. */
export function gradientErrorOf(actual: Parameters, expected: Parameters): number {
  let worst = 0
  for (const [name, values] of Object.entries(expected)) {
    const given = actual[name]
    if (given?.length !== values.length) return NaN
    const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0)
    const off = values.reduce((max, value, i) => Math.max(max, Math.abs(value - given[i]!)), 0)
    // Math.max hands a NaN on.
    worst = Math.max(worst, largest === 0 ? off : off / largest)
  }
  return worst
}

/** Absolute where the expected loss is below 1: a loss may cross zero. */
function lossErrorOf(actual: Float32Array, expected: Float32Array): number {
  return expected.reduce(
    (max, loss, i) => Math.max(max, Math.abs(actual[i]! - loss) / Math.max(1, Math.abs(loss))),
    0,
  )
}

const digits = (value: number): string =>
  Number.isFinite(value) ? value.toExponential(1) : 'no number at all'
