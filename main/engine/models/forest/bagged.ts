import { randomStream } from '../../math/index.ts'
import { nodeStore, treeGrower } from './grow.ts'
import type { Trees } from './grow.ts'
import { presort } from './presorted.ts'

export const TREES = 200

/** Trees on bootstrap samples of the same n rows, and how often each drew each row (TREES x n). */
export interface BaggedTrees {
  readonly trees: Trees
  readonly counts: Uint8Array
}

/** x: n x width features without gaps; y: n standardised targets. Tree t depends on (seed, name, t) only. */
export function growForest(
  x: Float64Array,
  y: Float64Array,
  width: number,
  seed: number,
  name: string,
  check: () => void,
): BaggedTrees {
  const n = y.length
  const grow = treeGrower(presort(x, n, width), y)
  const store = nodeStore()
  const counts = new Uint8Array(TREES * n)
  const roots = new Int32Array(TREES + 1)
  for (let t = 0; t < TREES; t++) {
    check()
    const stream = randomStream(seed, `${name} tree ${t}`)
    const drawn = counts.subarray(t * n, (t + 1) * n)
    for (let i = 0; i < n; i++) drawn[stream.integer(n)]!++
    grow(drawn, stream, store)
    roots[t + 1] = store.size
  }
  const trees = {
    roots,
    feature: store.feature.slice(0, store.size),
    threshold: store.threshold.slice(0, store.size),
    child: store.child.slice(0, store.size),
  }
  return { trees, counts }
}

/** Leaf of tree t that each of n rows of features falls into, into `leaves` (n). */
export function leavesOf(
  trees: Trees,
  t: number,
  x: Float64Array,
  n: number,
  width: number,
  leaves: Int32Array,
): void {
  const { roots, feature, threshold, child } = trees
  const root = roots[t]!
  for (let i = 0; i < n; i++) {
    let node = root
    let f = feature[node]!
    while (f >= 0) {
      node = child[node]! + (x[i * width + f]! <= threshold[node]! ? 0 : 1)
      f = feature[node]!
    }
    leaves[i] = node
  }
}
