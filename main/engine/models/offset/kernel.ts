/**
 * Variances of what is common to the rows of one group, in units of the predictor's variance at each row:
 * k(z, z') = level + Σ_j slope_j z_j z'_j + bend exp(−|z − z'|²/(2 ℓ²)), and the noise of single rows.
 */
export interface OffsetScales {
  readonly level: number
  readonly slopes: Float64Array
  readonly bend: number
  readonly length: number
  readonly noise: number
}

/** Parameters in the order level, slopes, bend, length, noise, as logarithms. */
export function scalesOf(logs: Float64Array): OffsetScales {
  const p = logs.length - 4
  return {
    level: Math.exp(logs[0]!),
    slopes: logs.slice(1, 1 + p).map((v) => Math.exp(v)),
    bend: Math.exp(logs[1 + p]!),
    length: Math.exp(logs[2 + p]!),
    noise: Math.exp(logs[3 + p]!),
  }
}

/** Covariance of the group's function at row i of a and row j of b (p columns each). */
export function covariance(
  { level, slopes, bend, length }: OffsetScales,
  a: Float64Array,
  i: number,
  b: Float64Array,
  j: number,
): number {
  const p = slopes.length
  let sum = level
  let distance = 0
  for (let k = 0; k < p; k++) {
    const u = a[i * p + k]!
    const v = b[j * p + k]!
    sum += slopes[k]! * u * v
    distance += (u - v) ** 2
  }
  return sum + bend * Math.exp((-0.5 * distance) / (length * length))
}
