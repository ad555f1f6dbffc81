import type { Binned } from './bins.ts'

const LEAVES = 8
/** Nodes of a tree of LEAVES leaves. */
export const TREE_NODES = 2 * LEAVES - 1
/** Fewest rows in a leaf. */
const LEAST_LEAF = 5
/** A gain below this share of Σg² is rounding: rows of equal g are not split, and equal splits count as equal. */
const ROUNDING = 1e-10

/** One tree in the arrays of an ensemble, from `at` on: feature −1 marks a leaf, child is the left one of two. */
export interface TreeSlots {
  readonly feature: Int32Array
  readonly threshold: Float64Array
  readonly child: Int32Array
}

/** Where the rows of the leaves of the tree just grown lie: leaf k is node nodes[k], rows order[low[k]..high[k]−1]. */
export interface GrownLeaves {
  count: number
  readonly nodes: Int32Array
  readonly low: Int32Array
  readonly high: Int32Array
  readonly order: Int32Array
}

/**
 * A function that grows one regression tree on pseudo-targets g (n), best split first, until 8 leaves or no gain
 * (squared error from histograms; the larger child's is the parent's less the smaller's). It writes the nodes of the
 * tree at `at` and returns where the rows ended up; leaf values are the caller's, by its loss.
 *
 * Inputs that part the rows alike (a heat treatment and its hold time) tie. `turn` says at which feature the search
 * begins, so that such inputs share the trees among them; always taking the first would hang the model on one of them.
 */
export function histogramGrower(
  data: Binned,
): (g: Float64Array, slots: TreeSlots, at: number, turn: number) => GrownLeaves {
  const { n, width, bin, edges } = data
  // Where the histogram of each feature begins; a bin is its sum of g and its count, side by side.
  const begin = new Int32Array(width + 1)
  for (let f = 0; f < width; f++) begin[f + 1] = begin[f]! + 2 * (edges[f]!.length + 1)
  const histograms = Array.from({ length: TREE_NODES }, () => new Float64Array(begin[width]!))
  const low = new Int32Array(TREE_NODES)
  const high = new Int32Array(TREE_NODES)
  const gain = new Float64Array(TREE_NODES)
  const splitFeature = new Int32Array(TREE_NODES)
  const splitBin = new Int32Array(TREE_NODES)
  const order = new Int32Array(n)
  let least = 0
  let first = 0
  const spare = new Int32Array(n)
  const own = new Float64Array(n)
  const leaves: GrownLeaves = {
    count: 0,
    nodes: new Int32Array(LEAVES),
    low: new Int32Array(LEAVES),
    high: new Int32Array(LEAVES),
    order,
  }

  return (g, slots, at, turn) => {
    first = width > 0 ? turn % width : 0
    for (let i = 0; i < n; i++) order[i] = i
    low[0] = 0
    high[0] = n
    let size = 1
    slots.feature[at] = -1
    fill(0, g)
    let squares = 0
    for (let i = 0; i < n; i++) squares += g[i]! * g[i]!
    least = ROUNDING * squares
    search(0)
    for (let count = 1; count < LEAVES; count++) {
      let best = -1
      for (let node = 0; node < size; node++)
        if (gain[node]! > 0 && (best < 0 || gain[node]! > gain[best]!)) best = node
      if (best < 0) break
      const left = size
      const right = size + 1
      size += 2
      const f = splitFeature[best]!
      const middle = part(best)
      slots.feature[at + best] = f
      slots.threshold[at + best] = edges[f]![splitBin[best]!]!
      slots.child[at + best] = left
      slots.feature[at + left] = -1
      slots.feature[at + right] = -1
      low[left] = low[best]!
      high[left] = middle
      low[right] = middle
      high[right] = high[best]!
      gain[best] = 0
      gain[left] = 0
      gain[right] = 0
      if (count + 1 === LEAVES) break
      const smaller = middle - low[left]! <= high[right]! - middle ? left : right
      const larger = smaller === left ? right : left
      if (high[larger]! - low[larger]! < 2 * LEAST_LEAF) continue
      fill(smaller, g)
      subtract(best, smaller, larger)
      search(larger)
      if (high[smaller]! - low[smaller]! >= 2 * LEAST_LEAF) search(smaller)
    }
    leaves.count = 0
    for (let node = 0; node < size; node++) {
      if (slots.feature[at + node]! >= 0) continue
      leaves.nodes[leaves.count] = node
      leaves.low[leaves.count] = low[node]!
      leaves.high[leaves.count] = high[node]!
      leaves.count++
    }
    return leaves
  }

  function fill(node: number, g: Float64Array): void {
    const histogram = histograms[node]!
    const from = low[node]!
    const to = high[node]!
    histogram.fill(0)
    for (let p = from; p < to; p++) own[p] = g[order[p]!]!
    for (let f = 0; f < width; f++) {
      const offset = f * n
      const base = begin[f]!
      for (let p = from; p < to; p++) {
        const slot = base + 2 * bin[offset + order[p]!]!
        histogram[slot]! += own[p]!
        histogram[slot + 1]! += 1
      }
    }
  }

  function subtract(parent: number, known: number, out: number): void {
    const all = histograms[parent]!
    const part = histograms[known]!
    const rest = histograms[out]!
    for (let slot = 0; slot < rest.length; slot++) rest[slot] = all[slot]! - part[slot]!
  }

  function search(node: number): void {
    const histogram = histograms[node]!
    const rows = high[node]! - low[node]!
    gain[node] = 0
    if (width === 0 || rows < 2 * LEAST_LEAF) return
    let total = 0
    for (let slot = 0; slot < begin[1]!; slot += 2) total += histogram[slot]!
    const base = (total * total) / rows
    let most = least
    for (let k = 0; k < width; k++) {
      const f = first + k < width ? first + k : first + k - width
      const start = begin[f]!
      const last = begin[f + 1]! - 2
      let leftSum = 0
      let leftCount = 0
      for (let slot = start; slot < last; slot += 2) {
        const here = histogram[slot + 1]!
        if (here === 0) continue
        leftSum += histogram[slot]!
        leftCount += here
        if (leftCount < LEAST_LEAF) continue
        const rightCount = rows - leftCount
        if (rightCount < LEAST_LEAF) break
        const rightSum = total - leftSum
        const value = (leftSum * leftSum) / leftCount + (rightSum * rightSum) / rightCount - base
        if (value > most) {
          most = value + least
          gain[node] = value
          splitFeature[node] = f
          splitBin[node] = (slot - start) >> 1
        }
      }
    }
  }

  /** Parts the rows of a node by its best split; result: where the right part begins. */
  function part(node: number): number {
    const offset = splitFeature[node]! * n
    const limit = splitBin[node]!
    let left = low[node]!
    let right = 0
    for (let p = low[node]!; p < high[node]!; p++) {
      const row = order[p]!
      if (bin[offset + row]! <= limit) order[left++] = row
      else spare[right++] = row
    }
    for (let p = 0; p < right; p++) order[left + p] = spare[p]!
    return left
  }
}
