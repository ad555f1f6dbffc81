import { applyTreeFeatures, fitTreeFeatures } from '../forest/tree-features.ts'
import type { TreeFeatures } from '../forest/tree-features.ts'
import { indicesWhere } from '../inner-folds.ts'
import { emptyMoments, outputScale } from '../moments.ts'
import { subset, takeRows } from '../sample.ts'
import type { Moments, OutputScale, Sample } from '../types.ts'
import { binFeatures } from './bins.ts'
import { boost } from './boost.ts'
import type { Boosted } from './boost.ts'
import { boostedTotals, jackknife, leftOutMeans } from './predict.ts'

export const LOW = 0.05
export const HIGH = 0.95

/** Standardised: the mean, and the quantiles 5 % and 95 % fitted apart; null where the output was never measured. */
export interface BoostedOutput {
  readonly mean: Boosted
  readonly low: Boosted
  readonly high: Boosted
}

/** Mean models of each output fitted without one fold. */
export interface LeftOutModel {
  readonly features: TreeFeatures
  readonly outputs: readonly (Boosted | null)[]
}

/** A fitted boosting of each output: plain data. */
export interface BoostingState {
  readonly kind: 'boosting'
  readonly features: TreeFeatures
  readonly outputs: readonly (BoostedOutput | null)[]
  readonly leftOut: readonly LeftOutModel[]
  readonly scale: OutputScale
  readonly seed: number
}

/**
 * Histogram boosting of every output apart (boost.ts). The predictive sd is the width between the separately boosted
 * quantiles over 3.29, that of a Gaussian. folds: fold number of each row, 0..F−1. outOfFold: every row, measured or
 * not, as the models of the other folds predict it.
 */
export function fitBoosting(
  sample: Sample,
  folds: Int32Array,
  seed: number,
  check: () => void,
): { state: BoostingState; outOfFold: Moments } {
  const m = sample.outputs.length
  const d = sample.inputs.length
  const scale = outputScale(sample)
  const outOfFold = emptyMoments(sample.n * m)
  const leftOut: LeftOutModel[] = []
  for (let f = 0; f <= Math.max(...folds); f++) {
    const rows = indicesWhere(sample.n, (i) => folds[i] === f)
    const training = subset(
      sample,
      indicesWhere(sample.n, (i) => folds[i] !== f),
    )
    const part = fitParts(training, scale, check)
    leftOut.push({ features: part.features, outputs: part.outputs.map((o) => o?.mean ?? null) })
    const total = boostedTotals(part, scale, takeRows(sample.x, d, rows), rows.length)
    rows.forEach((row, i) => {
      for (let j = 0; j < m; j++) {
        outOfFold.mean[row * m + j] = total.mean[i * m + j]!
        outOfFold.aleatoricVariance[row * m + j] = total.variance[i * m + j]!
      }
    })
  }
  const state: BoostingState = { kind: 'boosting', ...fitParts(sample, scale, check), leftOut, scale, seed }
  // Only the model without its fold knows nothing of a row; the spread is that of all of them, as when served.
  const spread = jackknife(leftOutMeans(state, sample.x, sample.n), leftOut.length)
  for (let i = 0; i < sample.n * m; i++) {
    const total = outOfFold.aleatoricVariance[i]!
    const epistemic = Math.min(total, spread[i]! * scale.sd[i % m]! ** 2)
    outOfFold.epistemicVariance[i] = epistemic
    outOfFold.aleatoricVariance[i] = total - epistemic
  }
  return { state, outOfFold }
}

export interface BoostedParts {
  readonly features: TreeFeatures
  readonly outputs: readonly (BoostedOutput | null)[]
}

/** The three models of each output on all rows of the sample, targets in units of `scale`. */
export function fitParts(sample: Sample, scale: OutputScale, check: () => void): BoostedParts {
  const features = fitTreeFeatures(sample.inputs, sample.x, sample.n)
  const width = features.kept.length
  const x = applyTreeFeatures(features, sample.x, sample.n)
  const m = sample.outputs.length
  const outputs = sample.outputs.map((_, j): BoostedOutput | null => {
    const rows = indicesWhere(sample.n, (i) => !Number.isNaN(sample.y[i * m + j]!))
    if (rows.length === 0) return null
    const y = Float64Array.from(rows, (r) => (sample.y[r * m + j]! - scale.mean[j]!) / scale.sd[j]!)
    const data = binFeatures(takeRows(x, width, rows), rows.length, width)
    return {
      mean: boost(data, y, null, check),
      low: boost(data, y, LOW, check),
      high: boost(data, y, HIGH, check),
    }
  })
  return { features, outputs }
}
