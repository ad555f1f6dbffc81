/** Quantities derived from a histogram, with the names a size analysis gives them. */
export const DERIVED = ['mean', 'D10', 'D50', 'D90'] as const

/**
 * Mean and the 10, 50 and 90 % quantiles of a histogram, in the unit of its edges: `shares` (D, sum 1) lie in the bins
 * between `edges` (D + 1, ascending), spread evenly inside a bin.
 */
export function derivedOf(shares: ArrayLike<number>, edges: readonly number[]): number[] {
  let mean = 0
  for (let b = 0; b < shares.length; b++) mean += shares[b]! * 0.5 * (edges[b]! + edges[b + 1]!)
  return [mean, ...[0.1, 0.5, 0.9].map((p) => histogramQuantile(shares, edges, p))]
}

/** The value below which the share `p` (0 < p < 1) lies. */
export function histogramQuantile(shares: ArrayLike<number>, edges: readonly number[], p: number): number {
  let below = 0
  for (let b = 0; b < shares.length; b++) {
    const share = shares[b]!
    if (share > 0 && below + share >= p)
      return edges[b]! + ((p - below) / share) * (edges[b + 1]! - edges[b]!)
    below += share
  }
  // Shares that sum to 1 but for a rounding.
  return edges.at(-1)!
}
