import { cholesky, choleskySolve, matrix } from '../math/index.ts'
import type { Matrix } from '../math/index.ts'
import { multiplyTransposed } from './product.ts'
import { kernelValue, similarity } from './quadratic-kernel.ts'
import type { QuadraticKernel } from './quadratic-kernel.ts'

const REACHES = [0.7, 1, 1.4, 2, 2.8, 4]
const NOISES = [0.01, 0.03, 0.1, 0.3, 1, 3, 10]

/** What the targets of one output say of a quadratic surface through them, in their standardised unit. */
export interface Surface {
  readonly reach: number
  /** Noise variance in units of `amplitude`. */
  readonly noise: number
  /** Prior variance of the surface at a typical row. */
  readonly amplitude: number
}

/**
 * Reach, noise and amplitude with the highest marginal likelihood of `targets` (n) on a grid, the mean flat and the
 * amplitude in closed form (Rasmussen & Williams 2006, ch. 5). `similarities` is n x n.
 */
export function fitSurface(similarities: Float64Array, targets: Float64Array, check: () => void): Surface {
  const n = targets.length
  const one = new Float64Array(n).fill(1)
  let best: Surface = { reach: REACHES.at(-1)!, noise: NOISES.at(-1)!, amplitude: 1 / (1 + NOISES.at(-1)!) }
  let bestLikelihood = -Infinity
  for (const reach of REACHES) {
    check()
    const values = similarities.map((s) => kernelValue(s, reach))
    for (const noise of NOISES) {
      const factor = factorOf(values, n, noise)
      if (factor === null) continue
      const solvedOne = choleskySolve(factor, one)
      const solved = choleskySolve(factor, targets)
      const centre = sum(solved) / sum(solvedOne)
      let quadratic = 0
      let logRoot = 0
      for (let i = 0; i < n; i++) {
        quadratic += (targets[i]! - centre) * (solved[i]! - centre * solvedOne[i]!)
        logRoot += Math.log(factor.data[i * n + i]!)
      }
      const amplitude = Math.max(quadratic / n, 1e-12)
      const likelihood = -0.5 * n * Math.log(amplitude) - logRoot
      if (likelihood > bestLikelihood) {
        bestLikelihood = likelihood
        best = { reach, noise, amplitude }
      }
    }
  }
  return best
}

export function factorOf(values: Float64Array, n: number, noise: number): Matrix | null {
  const system = matrix(n, n, values.slice())
  for (let i = 0; i < n; i++) system.data[i * n + i]! += noise
  return cholesky(system)
}

/**
 * Variance of the surface at rows given the anchors, in units of `amplitude`: k(x, x) − kᵀ(K + noise I)⁻¹k. `factor` is
 * the Cholesky factor of K + noise I over the anchors, row-major.
 */
export function surfaceVariance(
  kernel: QuadraticKernel,
  surface: Surface,
  anchors: Float64Array,
  factor: Float64Array,
  rows: Float64Array,
  n: number,
): Float64Array {
  const count = anchors.length / kernel.width
  const cross = new Float64Array(n * count)
  multiplyTransposed(rows, anchors, cross, n, count, kernel.width)
  const out = new Float64Array(n)
  const solved = new Float64Array(4 * count)
  // Four rows at a time, so that each entry of the factor is read once for four sums that do not wait for each other.
  for (let first = 0; first < n; first += 4) {
    const own = [0, 1, 2, 3].map((r) => Math.min(n - 1, first + r))
    const [c0, c1, c2, c3] = own.map((i) => i * count) as [number, number, number, number]
    const variance = own.map((i) => kernelValue(similarity(kernel, rows, i, rows, i), surface.reach))
    for (let a = 0; a < count; a++) {
      let v0 = kernelValue(cross[c0 + a]! / kernel.power, surface.reach)
      let v1 = kernelValue(cross[c1 + a]! / kernel.power, surface.reach)
      let v2 = kernelValue(cross[c2 + a]! / kernel.power, surface.reach)
      let v3 = kernelValue(cross[c3 + a]! / kernel.power, surface.reach)
      const line = a * count
      for (let b = 0; b < a; b++) {
        const f = factor[line + b]!
        v0 -= f * solved[4 * b]!
        v1 -= f * solved[4 * b + 1]!
        v2 -= f * solved[4 * b + 2]!
        v3 -= f * solved[4 * b + 3]!
      }
      const pivot = factor[line + a]!
      solved[4 * a] = v0 / pivot
      solved[4 * a + 1] = v1 / pivot
      solved[4 * a + 2] = v2 / pivot
      solved[4 * a + 3] = v3 / pivot
      for (let r = 0; r < 4; r++) variance[r]! -= solved[4 * a + r]! ** 2
    }
    own.forEach((i, r) => (out[i] = Math.max(0, variance[r]!)))
  }
  return out
}

/** (L⁻¹)ᵀ of a lower triangular L, so that k·(L⁻¹)ᵀ solves L s = k for rows k. */
export function inverseTransposed(factor: Float64Array, count: number): Float32Array {
  const out = new Float32Array(count * count)
  const column = new Float64Array(count)
  for (let c = 0; c < count; c++) {
    column.fill(0)
    for (let i = c; i < count; i++) {
      let v = i === c ? 1 : 0
      for (let k = c; k < i; k++) v -= factor[i * count + k]! * column[k]!
      column[i] = v / factor[i * count + i]!
      out[c * count + i] = column[i]!
    }
  }
  return out
}

const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0)
