import { ContractError } from '../../../contract/index.ts'
import type { Progress } from '../../dataset/table.ts'
import type { LocalExecutor } from '../../graph/index.ts'
import { randomStream } from '../../math/index.ts'
import { gaussianNll } from '../gaussian.ts'
import { fitPosterior } from './fit.ts'
import { predictive } from './predictive.ts'
import type { TrainingPlan } from './rules.ts'
import type { PosteriorRows, PosteriorSpec } from './types.ts'

const DRAWS = 128

export interface Choice {
  /** Number of the candidate that is taken. */
  readonly chosen: number
  /** Mean over folds of the mean negative log predictive density of held-out cells, per candidate, nats. */
  readonly scores: readonly number[]
  /** Standard error over folds of a candidate's difference to the best. */
  readonly standardErrors: readonly number[]
}

/**
 * Chooses among posteriors (tempers, heads, latent sizes) by how well each, trained on the other folds, predicts the fold
 * left out: training rows alone decide. The first candidate within one standard error of the best is taken (Breiman et
 * al. 1984), so list them from the most to the least trusted: temper 1 before 0.1, the small head before the large.
 * folds: fold 0..F−1 of each row, whole groups together. Errors: BAD_REQUEST below two folds or without candidates.
 */
export function choosePosterior(
  candidates: readonly PosteriorSpec[],
  rows: PosteriorRows,
  folds: Int32Array,
  executor: LocalExecutor,
  progress: Progress,
  plan: TrainingPlan,
): Choice {
  const foldCount = new Set(folds).size
  if (candidates.length === 0 || foldCount < 2 || folds.length !== rows.n)
    throw new ContractError(
      'BAD_REQUEST',
      `${candidates.length} candidates cannot be compared over ${foldCount} folds of ${folds.length} rows.`,
      'folds',
    )
  const byFold = candidates.map((spec) =>
    Array.from(new Set(folds), (fold) => heldOutScore(spec, rows, folds, fold, executor, progress, plan)),
  )
  const scores = byFold.map((list) => list.reduce((sum, v) => sum + v, 0) / foldCount)
  const best = scores.indexOf(Math.min(...scores))
  const standardErrors = byFold.map((list) => {
    const differences = list.map((v, f) => v - byFold[best]![f]!)
    const centre = differences.reduce((sum, v) => sum + v, 0) / foldCount
    const square = differences.reduce((sum, v) => sum + (v - centre) ** 2, 0) / (foldCount - 1)
    return Math.sqrt(square / foldCount)
  })
  const chosen = scores.findIndex((score, i) => score <= scores[best]! + standardErrors[i]!)
  return { chosen, scores, standardErrors }
}

function heldOutScore(
  spec: PosteriorSpec,
  rows: PosteriorRows,
  folds: Int32Array,
  fold: number,
  executor: LocalExecutor,
  progress: Progress,
  plan: TrainingPlan,
): number {
  const training = rowsWhere(rows, (i) => folds[i] !== fold)
  const held = rowsWhere(rows, (i) => folds[i] === fold)
  const fitted = fitPosterior(spec, training, executor, progress, plan)
  const seed = randomStream(spec.seed, `choose ${fold}`).integer(2 ** 31)
  const { mean, sd } = predictive([fitted], held.x, executor, progress, {
    draws: DRAWS,
    reweigh: false,
    seed,
  })
  let sum = 0
  let count = 0
  held.y.forEach((y, i) => {
    if (Number.isNaN(y)) return
    sum += gaussianNll(y, mean[i]!, sd[i]!)
    count++
  })
  return count === 0 ? 0 : sum / count
}

function rowsWhere(rows: PosteriorRows, keep: (row: number) => boolean): PosteriorRows {
  const d = rows.x.length / rows.n
  const m = rows.y.length / rows.n
  const kept = Array.from({ length: rows.n }, (_, i) => i).filter(keep)
  const take = (values: Float64Array, width: number): Float64Array => {
    const out = new Float64Array(kept.length * width)
    kept.forEach((row, i) => {
      out.set(values.subarray(row * width, (row + 1) * width), i * width)
    })
    return out
  }
  return { n: kept.length, x: take(rows.x, d), y: take(rows.y, m) }
}
