import { cholesky, choleskySolve, matrix } from '../math/index.ts'
import type { Matrix } from '../math/index.ts'
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
  const solved = new Float64Array(count)
  return Float64Array.from({ length: n }, (_, i) => {
    let variance = kernelValue(similarity(kernel, rows, i, rows, i), surface.reach)
    for (let a = 0; a < count; a++) {
      let v = kernelValue(similarity(kernel, rows, i, anchors, a), surface.reach)
      for (let b = 0; b < a; b++) v -= factor[a * count + b]! * solved[b]!
      v /= factor[a * count + a]!
      solved[a] = v
      variance -= v * v
    }
    return Math.max(0, variance)
  })
}

const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0)
