import { multiplyTransposed } from '../product.ts'
import type { Hyperparameters } from './hyperparameters.ts'

/** Features in units of their length-scales, n x width. */
export function inLengths(x: Float64Array, n: number, lengths: Float64Array): Float64Array {
  const width = lengths.length
  const out = new Float64Array(n * width)
  for (let i = 0; i < n; i++)
    for (let d = 0; d < width; d++) out[i * width + d] = x[i * width + d]! / lengths[d]!
  return out
}

/** Covariance without noise between n rows a and k rows b, both `inLengths`: n x k. */
export function crossCovariance(
  { amplitude, lengths }: Hyperparameters,
  a: Float64Array,
  n: number,
  b: Float64Array,
  k: number,
): Float64Array {
  const width = lengths.length
  const out = new Float64Array(n * k)
  multiplyTransposed(a, b, out, n, k, width)
  const lengthB = squaredNorms(b, k, width)
  const lengthA = squaredNorms(a, n, width)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < k; j++) {
      const distance = Math.max(0, lengthA[i]! + lengthB[j]! - 2 * out[i * k + j]!)
      out[i * k + j] = amplitude * Math.exp(-0.5 * distance)
    }
  return out
}

function squaredNorms(x: Float64Array, n: number, width: number): Float64Array {
  const out = new Float64Array(n)
  for (let i = 0; i < n; i++) for (let d = 0; d < width; d++) out[i]! += x[i * width + d]! ** 2
  return out
}
