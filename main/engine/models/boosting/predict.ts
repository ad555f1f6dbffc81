import { randomStream } from '../../math/index.ts'
import { applyTreeFeatures } from '../forest/tree-features.ts'
import { emptyMoments } from '../moments.ts'
import type { OutputScale, Predictor } from '../types.ts'
import { boostedValues } from './boost.ts'
import type { BoostedParts, BoostingState } from './boosting.ts'

/** Smallest predictive standard deviation, in standard deviations of the training targets. */
const SD_FLOOR = 0.02
/** Width of the central 90 % of a Gaussian in standard deviations. */
const WIDTH_90 = 3.29

/** Mean and whole predictive variance in the outputs' units at n rows of raw inputs, n x m each; NaN: never measured. */
export function boostedTotals(
  parts: BoostedParts,
  scale: OutputScale,
  raw: Float64Array,
  n: number,
): { mean: Float64Array; variance: Float64Array } {
  const width = parts.features.kept.length
  const x = applyTreeFeatures(parts.features, raw, n)
  const m = parts.outputs.length
  const mean = new Float64Array(n * m).fill(Number.NaN)
  const variance = new Float64Array(n * m).fill(Number.NaN)
  parts.outputs.forEach((output, j) => {
    if (output === null) return
    const centre = boostedValues(output.mean, x, n, width)
    const low = boostedValues(output.low, x, n, width)
    const high = boostedValues(output.high, x, n, width)
    for (let i = 0; i < n; i++) {
      // Quantiles fitted apart may cross where rows are few; the floor then stands in.
      const sd = Math.max(SD_FLOOR, (high[i]! - low[i]!) / WIDTH_90)
      mean[i * m + j] = scale.mean[j]! + scale.sd[j]! * centre[i]!
      variance[i * m + j] = (scale.sd[j]! * sd) ** 2
    }
  })
  return { mean, variance }
}

/** Standardised means without each fold in turn, F x n x m; a model without a measured row stands aside (NaN). */
export function leftOutMeans(state: BoostingState, raw: Float64Array, n: number): Float64Array {
  const m = state.outputs.length
  const out = new Float64Array(state.leftOut.length * n * m).fill(Number.NaN)
  state.leftOut.forEach(({ features, outputs }, f) => {
    const x = applyTreeFeatures(features, raw, n)
    outputs.forEach((model, j) => {
      if (model === null) return
      const values = boostedValues(model, x, n, features.kept.length)
      for (let i = 0; i < n; i++) out[(f * n + i) * m + j] = values[i]!
    })
  })
  return out
}

/**
 * Variance of the mean by the jackknife that leaves out one fold of groups at a time (Efron & Tibshirani 1993, 11.5):
 * (F − 1)/F Σ (f − f̄)². means: count x size, made into the deviations √((F − 1)/F) (f − f̄) in place; result: size.
 */
export function jackknife(means: Float64Array, count: number): Float64Array {
  const size = count > 0 ? means.length / count : 0
  const variance = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    let used = 0
    let sum = 0
    for (let f = 0; f < count; f++) {
      const v = means[f * size + i]!
      if (Number.isNaN(v)) continue
      used++
      sum += v
    }
    const factor = used > 1 ? Math.sqrt((used - 1) / used) : 0
    for (let f = 0; f < count; f++) {
      const v = means[f * size + i]!
      const deviation = Number.isNaN(v) ? 0 : factor * (v - sum / used)
      means[f * size + i] = deviation
      variance[i]! += deviation ** 2
    }
  }
  return variance
}

/**
 * The epistemic variance is the jackknife's over the folds of groups, at most the whole variance (boosted quantiles of
 * few rows can be closer than the models differ); aleatoric is the rest. A draw of the mean function adds the models'
 * deviations from their average with Gaussian weights, so that draws vary by the epistemic variance: F models span it.
 */
export function boostingPredictor(state: BoostingState): Predictor {
  const { scale, seed } = state
  const m = state.outputs.length
  const folds = state.leftOut.length
  return {
    moments(x, n) {
      const total = boostedTotals(state, scale, x, n)
      const spread = jackknife(leftOutMeans(state, x, n), folds)
      const out = emptyMoments(n * m)
      for (let i = 0; i < n * m; i++) {
        const epistemic = Math.min(total.variance[i]!, spread[i]! * scale.sd[i % m]! ** 2)
        out.mean[i] = total.mean[i]!
        out.epistemicVariance[i] = epistemic
        out.aleatoricVariance[i] = total.variance[i]! - epistemic
      }
      return out
    },
    drawMeans(x, n, count) {
      const total = boostedTotals(state, scale, x, n)
      const deviations = leftOutMeans(state, x, n)
      const spread = jackknife(deviations, folds)
      const out = new Float64Array(count * n * m)
      for (let s = 0; s < count; s++) {
        for (let j = 0; j < m; j++) {
          const stream = randomStream(seed, `boosting draw ${s} output ${j}`)
          const weight = Float64Array.from({ length: folds }, () => stream.normal())
          for (let i = j; i < n * m; i += m) {
            const own = spread[i]! * scale.sd[j]! ** 2
            const shrink = own > total.variance[i]! ? Math.sqrt(total.variance[i]! / own) : 1
            let sum = 0
            for (let f = 0; f < folds; f++) sum += weight[f]! * deviations[f * n * m + i]!
            out[s * n * m + i] = total.mean[i]! + scale.sd[j]! * shrink * sum
          }
        }
      }
      return out
    },
  }
}
