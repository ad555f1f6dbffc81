import { mean } from '../../math/index.ts'

/** Orthonormal axes of a cloud of points, the longest first. */
export interface PrincipalAxes {
  readonly centre: Float64Array
  /** d x d: row k is axis k. */
  readonly axes: Float64Array
  /** Variance along each axis. */
  readonly variance: Float64Array
}

const MOST_SWEEPS = 60

/** Principal axes of points (each of length d), by Jacobi rotations of their covariance (Golub & Van Loan 2013, 8.5). */
export function principalAxes(points: readonly Float64Array[], d: number): PrincipalAxes {
  const centre = Float64Array.from({ length: d }, (_, j) => mean(points.map((p) => p[j]!)))
  const a = new Float64Array(d * d)
  for (const p of points)
    for (let i = 0; i < d; i++)
      for (let j = 0; j < d; j++)
        a[i * d + j]! += ((p[i]! - centre[i]!) * (p[j]! - centre[j]!)) / Math.max(1, points.length - 1)
  const v = new Float64Array(d * d)
  for (let i = 0; i < d; i++) v[i * d + i] = 1
  for (let sweep = 0; sweep < MOST_SWEEPS && offDiagonal(a, d) > 0; sweep++)
    for (let p = 0; p < d; p++) for (let q = p + 1; q < d; q++) rotate(a, v, d, p, q)
  const order = Array.from({ length: d }, (_, k) => k).sort((i, j) => a[j * d + j]! - a[i * d + i]!)
  return {
    centre,
    axes: Float64Array.from({ length: d * d }, (_, i) => v[(i % d) * d + order[Math.floor(i / d)]!]!),
    variance: Float64Array.from(order, (k) => Math.max(0, a[k * d + k]!)),
  }
}

/** Largest entry off the diagonal, 0 where it is rounding against the trace. */
function offDiagonal(a: Float64Array, d: number): number {
  let largest = 0
  let trace = 0
  for (let i = 0; i < d; i++) {
    trace += a[i * d + i]!
    for (let j = i + 1; j < d; j++) largest = Math.max(largest, Math.abs(a[i * d + j]!))
  }
  return largest > 1e-14 * trace ? largest : 0
}

/** Turns axes p and q so that a[p, q] vanishes; `v` collects the turns in its columns. */
function rotate(a: Float64Array, v: Float64Array, d: number, p: number, q: number): void {
  const apq = a[p * d + q]!
  if (apq === 0) return
  const theta = (a[q * d + q]! - a[p * d + p]!) / (2 * apq)
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const c = 1 / Math.sqrt(t * t + 1)
  const s = t * c
  const turn = (m: Float64Array, i: number, j: number): void => {
    const x = m[i]!
    const y = m[j]!
    m[i] = c * x - s * y
    m[j] = s * x + c * y
  }
  for (let k = 0; k < d; k++) turn(a, k * d + p, k * d + q)
  for (let k = 0; k < d; k++) turn(a, p * d + k, q * d + k)
  for (let k = 0; k < d; k++) turn(v, k * d + p, k * d + q)
}
