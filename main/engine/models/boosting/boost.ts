import { mean, quantileOfSorted } from '../../math/index.ts'
import type { Binned } from './bins.ts'
import { histogramGrower, TREE_NODES } from './histogram-tree.ts'

export const ROUNDS = 200
const RATE = 0.05

/** A boosted sum of trees, TREE_NODES slots each (unused ones stay 0); a leaf has feature −1 and its value. */
export interface Boosted {
  readonly start: number
  readonly feature: Int32Array
  readonly child: Int32Array
  /** Threshold of a split, value of a leaf (the rate in it). */
  readonly number: Float64Array
}

/** Squared error (null), or the pinball loss of this quantile. */
export type Level = number | null

/**
 * Gradient boosting (Friedman 2001) of 200 trees of 8 leaves at rate 0.05: for squared error a leaf takes the mean
 * residual of its rows, for a quantile the quantile of their residuals. y: n targets.
 */
export function boost(data: Binned, y: Float64Array, level: Level, check: () => void): Boosted {
  const { n } = data
  const feature = new Int32Array(ROUNDS * TREE_NODES)
  const child = new Int32Array(ROUNDS * TREE_NODES)
  const number = new Float64Array(ROUNDS * TREE_NODES)
  const slots = { feature, child, threshold: number }
  const grow = histogramGrower(data)
  const start = level === null ? mean(y) : quantileOfSorted(y.slice().sort(), level)
  const residual = y.map((v) => v - start)
  const pseudo = new Float64Array(n)
  const own = new Float64Array(n)
  for (let t = 0; t < ROUNDS; t++) {
    check()
    if (level !== null) for (let i = 0; i < n; i++) pseudo[i] = residual[i]! > 0 ? level : level - 1
    const at = t * TREE_NODES
    const leaves = grow(level === null ? residual : pseudo, slots, at, t)
    for (let k = 0; k < leaves.count; k++) {
      const low = leaves.low[k]!
      const high = leaves.high[k]!
      let value = 0
      if (level === null) {
        for (let p = low; p < high; p++) value += residual[leaves.order[p]!]! / (high - low)
      } else {
        const part = own.subarray(0, high - low)
        for (let p = low; p < high; p++) part[p - low] = residual[leaves.order[p]!]!
        value = quantileOfSorted(part.sort(), level)
      }
      value *= RATE
      number[at + leaves.nodes[k]!] = value
      for (let p = low; p < high; p++) residual[leaves.order[p]!]! -= value
    }
  }
  return { start, feature, child, number }
}

/** Values at n rows of features (n x width, row-major). */
export function boostedValues(model: Boosted, x: Float64Array, n: number, width: number): Float64Array {
  const { feature, child, number } = model
  const out = new Float64Array(n).fill(model.start)
  for (let t = 0; t < ROUNDS; t++) {
    const root = t * TREE_NODES
    for (let i = 0; i < n; i++) {
      let node = root
      let f = feature[node]!
      while (f >= 0) {
        node = root + child[node]! + (x[i * width + f]! <= number[node]! ? 0 : 1)
        f = feature[node]!
      }
      out[i]! += number[node]!
    }
  }
  return out
}
