import { multiplyTransposed } from '../product.ts'
import { crossCovariance, inLengths } from './covariance.ts'
import type { ProcessOutput } from './gaussian-process.ts'
import { paddedSize, symmetricInverse } from './symmetric-inverse.ts'

/** A process given its targets, factorised once. */
export interface Conditioned {
  readonly rows: number
  /** Mean and variance of the function (without noise) at n rows of features, standardised. */
  at(x: Float64Array, n: number): { mean: Float64Array; variance: Float64Array }
  /** (K + noise I)⁻¹ r for `count` right-hand sides r, count x rows. */
  solve(right: Float64Array, count: number): Float64Array
  /** Covariance with the training rows, n x rows. */
  cross(x: Float64Array, n: number): Float64Array
}

/** Closed form of Rasmussen & Williams 2006, eq. 2.25 and 2.26. RangeError when the covariance has no factor. */
export function condition(output: ProcessOutput): Conditioned {
  const { x, y, lengths, amplitude, noise } = output
  const rows = y.length
  const size = paddedSize(rows)
  const anchors = inLengths(x, rows, lengths)
  const own = crossCovariance(output, anchors, rows, anchors, rows)
  const system = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < Math.min(i, rows); j++) system[i * size + j] = i < rows ? own[i * rows + j]! : 0
    system[i * size + i] = i < rows ? amplitude + noise : 1
  }
  const solver = symmetricInverse(size)
  const padded = new Float64Array(size * size)
  if (solver.invert(system, padded) === null)
    throw new RangeError('the covariance of the Gaussian process is not positive definite')
  const inverse = new Float64Array(rows * rows)
  const factor = new Float64Array(rows * rows)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < rows; j++) {
      inverse[i * rows + j] = padded[i * size + j]!
      factor[i * rows + j] = solver.upper[j * size + i]!
    }
  const solve = (right: Float64Array, count: number): Float64Array => {
    const out = new Float64Array(count * rows)
    multiplyTransposed(right, inverse, out, count, rows, rows)
    return out
  }
  const alpha = solve(y, 1)
  const cross = (at: Float64Array, n: number): Float64Array =>
    crossCovariance(output, inLengths(at, n, lengths), n, anchors, rows)
  return {
    rows,
    solve,
    cross,
    at(at, n) {
      const k = cross(at, n)
      const mean = new Float64Array(n)
      multiplyTransposed(k, alpha, mean, n, 1, rows)
      const reduced = new Float64Array(n * rows)
      multiplyTransposed(k, factor, reduced, n, rows, rows)
      const variance = new Float64Array(n)
      for (let i = 0; i < n; i++) {
        let known = 0
        for (let r = 0; r < rows; r++) known += reduced[i * rows + r]! ** 2
        variance[i] = Math.max(0, amplitude - known)
      }
      return { mean, variance }
    },
  }
}
