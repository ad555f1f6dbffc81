/** Most bins of a feature. */
export const MOST_BINS = 255

/** Features of the training rows in bins; bin b of feature f holds values up to edges[f][b], the last one the rest. */
export interface Binned {
  readonly n: number
  readonly width: number
  /** Bin of row i in feature f, at f * n + i. */
  readonly bin: Uint8Array
  readonly edges: readonly Float64Array[]
}

/**
 * Bins of each feature: one a distinct value where there are at most 255, with edges half way between; else parts of
 * nearly equal numbers of rows. x: n x width features without gaps, row-major.
 */
export function binFeatures(x: Float64Array, n: number, width: number): Binned {
  const bin = new Uint8Array(n * width)
  const edges: Float64Array[] = []
  for (let f = 0; f < width; f++) {
    const column = Float64Array.from({ length: n }, (_, i) => x[i * width + f]!)
    const cuts = edgesOf(column.slice().sort())
    for (let i = 0; i < n; i++) bin[f * n + i] = firstAtLeast(cuts, column[i]!)
    edges.push(cuts)
  }
  return { n, width, bin, edges }
}

function edgesOf(sorted: Float64Array): Float64Array {
  const distinct = sorted.filter((v, i) => i === 0 || v > sorted[i - 1]!)
  const cuts: number[] = []
  const cut = (below: number, above: number): void => {
    if (!(above > below)) return
    const middle = below + 0.5 * (above - below)
    const edge = middle < above ? middle : below
    if (cuts.length === 0 || edge > cuts.at(-1)!) cuts.push(edge)
  }
  if (distinct.length <= MOST_BINS) {
    for (let k = 1; k < distinct.length; k++) cut(distinct[k - 1]!, distinct[k]!)
    return Float64Array.from(cuts)
  }
  const n = sorted.length
  for (let b = 1; b < MOST_BINS; b++) {
    // The edge goes after the last row of the same value, so that equal values share a bin.
    let at = Math.floor((b * n) / MOST_BINS)
    while (at < n && sorted[at] === sorted[at - 1]) at++
    if (at < n) cut(sorted[at - 1]!, sorted[at]!)
  }
  return Float64Array.from(cuts)
}

/** Index of the first entry of an ascending list that is v or more; its length when there is none. */
function firstAtLeast(ascending: Float64Array, v: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle]! < v) low = middle + 1
    else high = middle
  }
  return low
}
