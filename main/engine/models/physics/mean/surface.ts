import { cholesky, matrix } from '../../../math/index.ts'
import { termValues } from './terms.ts'
import type { Term } from './terms.ts'

/**
 * A smooth function of the composition: a Gaussian process with a squared-exponential kernel on the standardised
 * composition terms, on at most `count` inducing compositions (Nyström; Quiñonero-Candela & Rasmussen 2005). Its prior
 * variance is a learnt block; one minus the squared length of the features is the share of variance they leave out.
 */
export interface Surface {
  readonly terms: readonly Term[]
  /** Inducing points, count x terms. */
  readonly points: Float64Array
  readonly count: number
  /** Length scale in units of √terms. */
  readonly length: number
  /** Lower Cholesky factor of the kernel between points, count x count. */
  readonly factor: Float64Array
}

export function fitSurface(
  terms: readonly Term[],
  x: Float64Array,
  d: number,
  n: number,
  most: number,
  length: number,
): Surface | null {
  const { values } = termValues(terms, x, d, n)
  const points = spreadPoints(values, n, terms.length, most)
  const count = points.length / Math.max(1, terms.length)
  if (terms.length === 0 || count < 4) return null
  const kernel = matrix(count, count)
  for (let a = 0; a < count; a++)
    for (let b = 0; b < count; b++)
      kernel.data[a * count + b] = kernelOf(points, a, points, b, terms.length, length) + (a === b ? 1e-6 : 0)
  const factor = cholesky(kernel)
  return factor === null ? null : { terms, points, count, length, factor: factor.data }
}

/** Distinct points, farthest first from the first row, until `most` or until all are close to one chosen. */
function spreadPoints(values: Float64Array, n: number, p: number, most: number): Float64Array {
  const nearest = new Float64Array(n).fill(Infinity)
  const chosen: number[] = []
  let next = 0
  while (chosen.length < most && n > 0) {
    chosen.push(next)
    let farthest = 0
    for (let i = 0; i < n; i++) {
      let distance = 0
      for (let j = 0; j < p; j++) distance += (values[i * p + j]! - values[next * p + j]!) ** 2
      nearest[i] = Math.min(nearest[i]!, distance)
      if (nearest[i]! > nearest[farthest]!) farthest = i
    }
    if (nearest[farthest]! < 1e-6 * p) break
    next = farthest
  }
  const out = new Float64Array(chosen.length * p)
  chosen.forEach((row, k) => {
    out.set(values.subarray(row * p, (row + 1) * p), k * p)
  })
  return out
}

function kernelOf(a: Float64Array, i: number, b: Float64Array, j: number, p: number, length: number): number {
  let distance = 0
  for (let k = 0; k < p; k++) distance += (a[i * p + k]! - b[j * p + k]!) ** 2
  return Math.exp((-0.5 * distance) / (length * length * p))
}

/** Features of n rows, n x count: rows of K(x, points) L⁻ᵀ. */
export function surfaceFeatures(surface: Surface, x: Float64Array, d: number, n: number): Float64Array {
  const { terms, points, count, length, factor } = surface
  const { values } = termValues(terms, x, d, n)
  const out = new Float64Array(n * count)
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < count; a++) {
      let sum = kernelOf(values, i, points, a, terms.length, length)
      for (let b = 0; b < a; b++) sum -= factor[a * count + b]! * out[i * count + b]!
      out[i * count + a] = sum / factor[a * count + a]!
    }
  }
  return out
}
