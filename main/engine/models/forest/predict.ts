import { randomStream } from '../../math/index.ts'
import { emptyMoments } from '../moments.ts'
import { takeRows } from '../sample.ts'
import type { Moments, OutputScale, Predictor } from '../types.ts'
import { TREES, leavesOf } from './bagged.ts'
import type { ForestOutput, ForestState } from './forest.ts'
import { fillLeaves, treeValues } from './leaves.ts'
import type { LeafRows } from './leaves.ts'
import { applyTreeFeatures } from './tree-features.ts'

/** Smallest predictive standard deviation, in standard deviations of the training targets. */
const SD_FLOOR = 0.02
/** Rows at a time where a value of every tree is kept. */
const CHUNK = 1024

export interface ForestPredictor extends Predictor {
  /**
   * Quantiles of the weighted training targets at each level in (0, 1), n x m x levels.length: the smallest target
   * whose distribution function reaches the level (Meinshausen 2006), so never beyond what was measured.
   */
  quantiles(x: Float64Array, n: number, levels: readonly number[]): Float64Array
}

/** The leaves of one output, filled with the rows it was measured on. */
export function leafRowsOf(state: ForestState, output: ForestOutput): LeafRows {
  const width = state.features.kept.length
  return fillLeaves(output.trees, takeRows(state.x, width, output.rows), output.y, width)
}

/**
 * Mean and variance are those of the training targets under the leaf weights. That variance is the mean variance inside
 * leaves plus the variance between the trees; of the latter, the share that the mean of `subset` trees drawn at random
 * has counts as epistemic, all the rest as aleatoric (sampling-share.ts says why this size). A draw of the mean
 * function is the mean of such a subset, so that draws vary by exactly the epistemic variance.
 */
export function forestPredictor(state: ForestState): ForestPredictor {
  const m = state.outputs.length
  const width = state.features.kept.length
  const { scale, seed } = state
  const filled = state.outputs.map((output) => leafRowsOf(state, output))
  return {
    moments(raw, n) {
      const x = applyTreeFeatures(state.features, raw, n)
      const out = emptyMoments(n * m)
      const leaves = new Int32Array(n)
      state.outputs.forEach(({ trees, subset }, j) => {
        const { mean, variance } = filled[j]!
        const sum = new Float64Array(n)
        const squares = new Float64Array(n)
        const inside = new Float64Array(n)
        for (let t = 0; t < TREES; t++) {
          leavesOf(trees, t, x, n, width, leaves)
          for (let i = 0; i < n; i++) {
            const leaf = leaves[i]!
            sum[i]! += mean[leaf]!
            squares[i]! += mean[leaf]! ** 2
            inside[i]! += variance[leaf]!
          }
        }
        const share = subsetShare(subset)
        const unit = scale.sd[j]! ** 2
        for (let i = 0; i < n; i++) {
          const centre = sum[i]! / TREES
          const between = Math.max(0, squares[i]! / TREES - centre ** 2)
          const total = Math.max(SD_FLOOR ** 2, between + inside[i]! / TREES)
          out.mean[i * m + j] = scale.mean[j]! + scale.sd[j]! * centre
          out.epistemicVariance[i * m + j] = unit * share * between
          out.aleatoricVariance[i * m + j] = unit * (total - share * between)
        }
      })
      return out
    },

    drawMeans(raw, n, count) {
      const out = new Float64Array(count * n * m)
      const d = n > 0 ? raw.length / n : 0
      state.outputs.forEach(({ trees, subset }, j) => {
        const chosen = Array.from({ length: count }, (_, s) => treesOfDraw(seed, j, s, subset))
        for (let from = 0; from < n; from += CHUNK) {
          const size = Math.min(CHUNK, n - from)
          const x = applyTreeFeatures(state.features, raw.subarray(from * d, (from + size) * d), size)
          const values = treeValues(trees, filled[j]!.mean, x, size, width)
          const sum = new Float64Array(size)
          chosen.forEach((list, s) => {
            sum.fill(0)
            for (const t of list) for (let i = 0; i < size; i++) sum[i]! += values[t * size + i]!
            for (let i = 0; i < size; i++)
              out[(s * n + from + i) * m + j] = scale.mean[j]! + (scale.sd[j]! * sum[i]!) / subset
          })
        }
      })
      return out
    },

    quantiles(raw, n, levels) {
      const x = applyTreeFeatures(state.features, raw, n)
      const out = new Float64Array(n * m * levels.length).fill(Number.NaN)
      const ascending = levels.map((level, at) => ({ level, at })).sort((a, b) => a.level - b.level)
      state.outputs.forEach(({ trees, y }, j) => {
        const { start, rows } = filled[j]!
        const sorted = Int32Array.from(y, (_, i) => i).sort((a, b) => y[a]! - y[b]!)
        const rank = new Int32Array(y.length)
        sorted.forEach((row, at) => (rank[row] = at))
        const leaves = new Int32Array(n * TREES)
        const column = new Int32Array(n)
        for (let t = 0; t < TREES; t++) {
          leavesOf(trees, t, x, n, width, column)
          for (let i = 0; i < n; i++) leaves[i * TREES + t] = column[i]!
        }
        const weight = new Float64Array(y.length)
        for (let i = 0; i < n; i++) {
          weight.fill(0)
          for (let t = 0; t < TREES; t++) {
            const leaf = leaves[i * TREES + t]!
            const first = start[leaf]!
            const last = start[leaf + 1]!
            const each = 1 / (TREES * (last - first))
            for (let p = first; p < last; p++) weight[rank[rows[p]!]!]! += each
          }
          let at = 0
          let reached = weight[0] ?? Number.NaN
          for (const { level, at: place } of ascending) {
            // The weights sum to 1 but for rounding: a level of 0.5 is reached by half of them.
            while (at + 1 < y.length && reached < level - 1e-12) reached += weight[++at]!
            const value = y.length === 0 ? Number.NaN : y[sorted[at]!]!
            out[(i * m + j) * levels.length + place] = scale.mean[j]! + scale.sd[j]! * value
          }
        }
      })
      return out
    },
  }
}

/** Variance of the mean of a subset of the trees drawn without replacement, in units of the variance between all. */
function subsetShare(subset: number): number {
  return ((1 / subset - 1 / TREES) * TREES) / (TREES - 1)
}

function treesOfDraw(seed: number, output: number, draw: number, subset: number): Int32Array {
  const stream = randomStream(seed, `forest draw ${draw} output ${output}`)
  const all = Int32Array.from({ length: TREES }, (_, t) => t)
  for (let i = 0; i < subset; i++) {
    const pick = i + stream.integer(TREES - i)
    const t = all[pick]!
    all[pick] = all[i]!
    all[i] = t
  }
  return all.subarray(0, subset)
}

/** What a forest offers another model as mean function: standardised mean and log-variance, n x m each. */
export interface MeanFunction {
  readonly mean: Float64Array
  readonly logVariance: Float64Array
}

/**
 * The forest as mean function of another model, in units of that model's own `scale`. For the rows it was trained on
 * give the moments `outOfFold` of fitForest, for new rows those of the predictor: both then are of rows not seen.
 */
export function forestMoments(moments: Moments, scale: OutputScale): MeanFunction {
  const m = scale.sd.length
  return {
    mean: moments.mean.map((v, i) => (v - scale.mean[i % m]!) / scale.sd[i % m]!),
    logVariance: moments.epistemicVariance.map((v, i) =>
      Math.log((v + moments.aleatoricVariance[i]!) / scale.sd[i % m]! ** 2),
    ),
  }
}
