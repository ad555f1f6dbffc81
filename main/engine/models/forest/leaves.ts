import { leavesOf } from './bagged.ts'
import type { Trees } from './grow.ts'

/** What the training rows make of the leaves; every array is by node, as in `Trees`. */
export interface LeafMeans {
  readonly mean: Float64Array
  /** Variance inside the leaf with divisor n: 0 for a leaf of equal targets. */
  readonly variance: Float64Array
}

export interface LeafRows extends LeafMeans {
  /** Members of node i are rows[start[i]] .. rows[start[i + 1] − 1]. */
  readonly start: Int32Array
  readonly rows: Int32Array
}

/**
 * Leaves filled with all training rows, drawn or not, as in quantile regression forests (Meinshausen 2006): a leaf of
 * s rows gives each of them the weight 1/s. x: n x width features, y: n targets. NaN where a node has no row.
 */
export function fillLeaves(trees: Trees, x: Float64Array, y: Float64Array, width: number): LeafRows {
  const n = y.length
  const count = trees.roots.length - 1
  const nodes = trees.feature.length
  const leaves = new Int32Array(n)
  const start = new Int32Array(nodes + 1)
  const rows = new Int32Array(count * n)
  const mean = new Float64Array(nodes).fill(Number.NaN)
  const variance = new Float64Array(nodes).fill(Number.NaN)
  for (let t = 0; t < count; t++) {
    leavesOf(trees, t, x, n, width, leaves)
    const from = trees.roots[t]!
    const to = trees.roots[t + 1]!
    for (let i = 0; i < n; i++) start[leaves[i]! + 1]!++
    start[from] = t * n
    for (let node = from; node < to; node++) start[node + 1]! += start[node]!
    const next = start.slice(from, to)
    for (let i = 0; i < n; i++) rows[next[leaves[i]! - from]!++] = i
    for (let node = from; node < to; node++) {
      const first = start[node]!
      const last = start[node + 1]!
      if (first === last) continue
      let sum = 0
      for (let p = first; p < last; p++) sum += y[rows[p]!]!
      const centre = sum / (last - first)
      let squares = 0
      for (let p = first; p < last; p++) squares += (y[rows[p]!]! - centre) ** 2
      mean[node] = centre
      variance[node] = squares / (last - first)
    }
  }
  return { mean, variance, start, rows }
}

/** Means of the leaves over the drawn rows alone, as often as drawn. counts: trees x n. */
export function drawnLeafMeans(
  trees: Trees,
  counts: Uint8Array,
  x: Float64Array,
  y: Float64Array,
  width: number,
): Float64Array {
  const n = y.length
  const leaves = new Int32Array(n)
  const weight = new Float64Array(trees.feature.length)
  const sum = new Float64Array(trees.feature.length)
  for (let t = 0; t + 1 < trees.roots.length; t++) {
    leavesOf(trees, t, x, n, width, leaves)
    for (let i = 0; i < n; i++) {
      weight[leaves[i]!]! += counts[t * n + i]!
      sum[leaves[i]!]! += counts[t * n + i]! * y[i]!
    }
  }
  return sum.map((s, node) => s / weight[node]!)
}

/** Value of each tree at n rows of features, trees x n; `value` is by node. */
export function treeValues(
  trees: Trees,
  value: Float64Array,
  x: Float64Array,
  n: number,
  width: number,
): Float64Array {
  const count = trees.roots.length - 1
  const leaves = new Int32Array(n)
  const out = new Float64Array(count * n)
  for (let t = 0; t < count; t++) {
    leavesOf(trees, t, x, n, width, leaves)
    for (let i = 0; i < n; i++) out[t * n + i] = value[leaves[i]!]!
  }
  return out
}
