import type { RandomStream } from '../../math/index.ts'
import type { Presorted } from './presorted.ts'

/** Fewest distinct rows in a leaf. */
const LEAST_LEAF = 2

/**
 * Binary trees in flat arrays, one after another. Node i sends a row to child[i] where its feature value is at most
 * threshold[i], else to child[i] + 1; a leaf has feature −1. Tree t starts at roots[t]; roots has one entry more.
 */
export interface Trees {
  readonly roots: Int32Array
  readonly feature: Int32Array
  readonly threshold: Float64Array
  readonly child: Int32Array
}

/** Where grown nodes go: arrays with room for every tree, and the number of nodes so far. */
export interface NodeStore {
  feature: Int32Array
  threshold: Float64Array
  child: Int32Array
  size: number
}

export function nodeStore(): NodeStore {
  const room = 1024
  return {
    feature: new Int32Array(room),
    threshold: new Float64Array(room),
    child: new Int32Array(room),
    size: 0,
  }
}

/**
 * A function that grows one regression tree (Breiman 2001; CART by variance) on a bootstrap sample: `counts` says how
 * often each row was drawn, y is standardised (n). Half of the features are tried at each split, more only while all of
 * those tried are constant in the node. It appends to `store` and leaves tree arrays of earlier calls as they were.
 *
 * Rows stay sorted by every feature from the root down: each split parts the sorted lists stably, so that no node sorts.
 */
export function treeGrower(
  data: Presorted,
  y: Float64Array,
): (counts: Uint8Array, stream: RandomStream, store: NodeStore) => void {
  const { n, width, code, order, values } = data
  const tries = Math.max(1, Math.floor(width / 2))
  const sorted = new Int32Array(n * width)
  const spare = new Int32Array(n)
  const goesLeft = new Uint8Array(n)
  const weighted = new Float64Array(n)
  const features = new Int32Array(width)
  const stack = new Int32Array(4 * (n + 1))

  return (counts, stream, store) => {
    let size = 0
    for (let i = 0; i < n; i++) {
      weighted[i] = counts[i]! * y[i]!
      if (counts[i]! > 0) size++
    }
    for (let f = 0; f < width; f++) {
      features[f] = f
      let at = f * n
      for (let p = f * n; p < (f + 1) * n; p++) {
        const row = order[p]!
        sorted[at] = row
        at += counts[row]! > 0 ? 1 : 0
      }
    }
    let top = 0
    push(0, size, reserve(store, 1))
    while (top > 0) {
      top -= 3
      split(stack[top]!, stack[top + 1]!, stack[top + 2]!)
    }

    function push(low: number, high: number, node: number): void {
      stack[top++] = low
      stack[top++] = high
      stack[top++] = node
    }

    function split(low: number, high: number, node: number): void {
      store.feature[node] = -1
      store.threshold[node] = 0
      store.child[node] = 0
      if (high - low < 2 * LEAST_LEAF) return
      let sum = 0
      let weight = 0
      let squares = 0
      const first = firstSorted(low, high)
      if (first < 0) return
      for (let p = low; p < high; p++) {
        const row = sorted[first * n + p]!
        sum += weighted[row]!
        weight += counts[row]!
        squares += weighted[row]! * y[row]!
      }
      const base = (sum * sum) / weight
      if (squares - base <= 1e-12 * weight) return
      let best = -Infinity
      let bestFeature = -1
      let bestAt = -1
      let useful = 0
      for (let k = 0; k < width && (k < tries || useful === 0); k++) {
        const pick = k + stream.integer(width - k)
        const f = features[pick]!
        features[pick] = features[k]!
        features[k] = f
        const offset = f * n
        if (code[offset + sorted[offset + low]!] === code[offset + sorted[offset + high - 1]!]) continue
        useful++
        let row = sorted[offset + low]!
        let leftSum = weighted[row]!
        let leftWeight = counts[row]!
        const last = offset + high - LEAST_LEAF
        row = sorted[offset + low + 1]!
        let here = code[offset + row]!
        for (let p = offset + low + LEAST_LEAF; p <= last; p++) {
          leftSum += weighted[row]!
          leftWeight += counts[row]!
          row = sorted[p]!
          const next = code[offset + row]!
          if (next === here) continue
          here = next
          const rightSum = sum - leftSum
          const gain = (leftSum * leftSum) / leftWeight + (rightSum * rightSum) / (weight - leftWeight)
          if (gain > best) {
            best = gain
            bestFeature = f
            bestAt = p - offset
          }
        }
      }
      if (bestFeature < 0) return
      const offset = bestFeature * n
      const levels = values[bestFeature]!
      const below = levels[code[offset + sorted[offset + bestAt - 1]!]!]!
      const above = levels[code[offset + sorted[offset + bestAt]!]!]!
      const middle = below + 0.5 * (above - below)
      const child = reserve(store, 2)
      store.feature[node] = bestFeature
      // Between neighbouring doubles the midpoint may round up to the upper one, which belongs to the right.
      store.threshold[node] = middle < above ? middle : below
      store.child[node] = child
      if (Math.max(bestAt - low, high - bestAt) >= 2 * LEAST_LEAF) part(low, high, bestAt, bestFeature)
      push(low, bestAt, child)
      push(bestAt, high, child + 1)
    }

    /** A feature that varies in the node, so that its list holds just the rows of the node; −1 without one. */
    function firstSorted(low: number, high: number): number {
      for (let f = 0; f < width; f++) {
        const offset = f * n
        if (code[offset + sorted[offset + low]!] !== code[offset + sorted[offset + high - 1]!]) return f
      }
      return -1
    }

    /** Parts the list of every feature that varies in the node; the others may stay mixed, they never split below it. */
    function part(low: number, high: number, middle: number, by: number): void {
      for (let p = low; p < high; p++) goesLeft[sorted[by * n + p]!] = p < middle ? 1 : 0
      for (let f = 0; f < width; f++) {
        if (f === by) continue
        const offset = f * n
        if (code[offset + sorted[offset + low]!] === code[offset + sorted[offset + high - 1]!]) continue
        let left = offset + low
        let right = 0
        for (let p = offset + low; p < offset + high; p++) {
          const row = sorted[p]!
          const side = goesLeft[row]!
          sorted[left] = row
          spare[right] = row
          left += side
          right += 1 - side
        }
        for (let p = 0; p < right; p++) sorted[left + p] = spare[p]!
      }
    }
  }
}

/** Number of the first of `count` new nodes. */
function reserve(store: NodeStore, count: number): number {
  const first = store.size
  store.size += count
  if (store.size > store.feature.length) {
    const room = 2 * store.feature.length
    store.feature = grown(store.feature, new Int32Array(room))
    store.child = grown(store.child, new Int32Array(room))
    const threshold = new Float64Array(room)
    threshold.set(store.threshold)
    store.threshold = threshold
  }
  return first
}

function grown(from: Int32Array, to: Int32Array): Int32Array {
  to.set(from)
  return to
}
