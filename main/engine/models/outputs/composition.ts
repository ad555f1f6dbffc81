/**
 * Parts of a whole and their isometric log-ratio coordinates (Egozcue et al. 2003, Math. Geol. 35, 279): D shares that sum
 * to 1 become D − 1 real numbers in which straight lines and normal distributions are meant, and any real numbers become
 * shares again. Basis of pivots: coordinate k compares the geometric mean of parts 1..k with part k + 1. What is fitted in
 * these coordinates does not depend on the order of the parts once their axes are turned (principal-axes.ts).
 *
 * A logarithm needs parts above 0. Zeros are replaced by drawing the whole composition in towards equal shares,
 * p' = δ + (1 − Dδ) p, and let out again after prediction, with what falls below δ at 0. Unlike multiplicative replacement
 * (Martín-Fernández et al. 2003) this is one continuous, reversible map for all rows: a part that was not seen and one of a
 * tenth of a percent are neighbours, as they are under the microscope. Ratios among parts far below δ are not kept.
 */

/** Half a percent, as for a bounded output (support.ts); together at most a tenth of the whole, for many bins. */
export function insetOf(parts: number): number {
  return Math.min(0.005, 0.1 / parts)
}

/** Shares (D, sum 1, zeros allowed) with every part at least `insetOf(D)`. */
export function drawnIn(shares: ArrayLike<number>): Float64Array {
  const inset = insetOf(shares.length)
  return Float64Array.from(shares, (p) => inset + (1 - shares.length * inset) * p)
}

/** Reverse of `drawnIn`; what lies below the inset becomes 0, and the rest sums to 1. */
export function letOut(shares: Float64Array): Float64Array {
  const inset = insetOf(shares.length)
  return closed(
    shares.map((p) => Math.max(0, p - inset)),
    1,
  )
}

/** The values scaled to their total; the last rounding goes to the largest, so that they add up to it. */
export function closed(values: Float64Array, total: number): Float64Array {
  let sum = 0
  let largest = 0
  values.forEach((v, j) => {
    sum += v
    if (v > values[largest]!) largest = j
  })
  const out = values.map((v) => (sum > 0 ? (total * v) / sum : total / values.length))
  let rest = 0
  for (let j = 0; j < out.length; j++) if (j !== largest) rest += out[j]!
  out[largest] = total - rest
  return out
}

/** Coordinates (D − 1) of shares above 0 (D); the sum of the shares does not matter. */
export function ilr(shares: ArrayLike<number>): Float64Array {
  const out = new Float64Array(shares.length - 1)
  let sum = 0
  for (let k = 1; k < shares.length; k++) {
    sum += Math.log(shares[k - 1]!)
    out[k - 1] = Math.sqrt(k / (k + 1)) * (sum / k - Math.log(shares[k]!))
  }
  return out
}

/** Shares (D, sum 1) of coordinates (D − 1). */
export function fromIlr(coordinates: ArrayLike<number>): Float64Array {
  const parts = coordinates.length + 1
  const logs = new Float64Array(parts)
  let later = 0
  for (let j = parts - 1; j >= 0; j--) {
    // Part j stands alone in coordinate j, and is one of the first k parts in every later coordinate k.
    const own = j === 0 ? 0 : Math.sqrt(j / (j + 1)) * coordinates[j - 1]!
    logs[j] = later - own
    if (j > 0) later += own / j
  }
  const largest = logs.reduce((a, b) => Math.max(a, b), -Infinity)
  const shares = logs.map((v) => Math.exp(v - largest))
  const sum = shares.reduce((a, b) => a + b, 0)
  return shares.map((v) => v / sum)
}
