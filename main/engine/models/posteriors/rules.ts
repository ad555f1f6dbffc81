import type { DistributionSpec } from './types.ts'

/** How the bound is climbed. */
export interface TrainingPlan {
  /** Samples of z a step, half of them the negatives of the others. */
  readonly draws: number
  readonly steps: number
  /** Steps over which the rate rises to its peak; it then falls to 0 along a cosine. */
  readonly warmup: number
  /** Peak step of Adam, in units of the prior's sds. */
  readonly rate: number
}

/** Most coordinates for which D² parameters of a full covariance cost no more than the network's own pass over rows. */
const FULL_COVARIANCE_MOST = 200
const MOST_RANK = 16

/**
 * The richest Gaussian head that D coordinates and n rows pay for. n rows of m outputs can turn the prior around in at
 * most n directions of weight space, so a rank above n is never needed.
 */
export function headFor(coordinates: number, rows: number): DistributionSpec {
  if (coordinates <= FULL_COVARIANCE_MOST) return { kind: 'full-covariance' }
  return { kind: 'low-rank', rank: Math.max(1, Math.min(MOST_RANK, rows)) }
}

const FEW_COORDINATES = 20

/**
 * Coordinates are in units of the prior, so one rate serves all tables: 0.02 crosses the prior in some hundred steps, and
 * the cosine down to 0 averages the noise of the draws away at the end, where sds must be right to a few per cent. Few
 * coordinates are cheap and may be as correlated as a regression's on near-collinear inputs: more draws, longer steps.
 */
export function planFor(coordinates: number): TrainingPlan {
  if (coordinates <= FEW_COORDINATES) return { draws: 16, steps: 4000, warmup: 50, rate: 0.05 }
  return { draws: 8, steps: Math.min(6000, 2000 + 10 * coordinates), warmup: 50, rate: 0.02 }
}

/** Factor of the peak rate at step 0..steps−1: a straight rise over the warm-up, then half a cosine down to 0. */
export function rateAt(plan: TrainingPlan, step: number): number {
  if (step < plan.warmup) return (step + 1) / plan.warmup
  return 0.5 * (1 + Math.cos((Math.PI * (step - plan.warmup)) / Math.max(1, plan.steps - plan.warmup)))
}
