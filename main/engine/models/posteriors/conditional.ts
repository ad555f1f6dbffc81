import { ContractError } from '../../../contract/index.ts'
import { cholesky, choleskySolve, matrix } from '../../math/index.ts'
import type { DrawOutputs } from './evaluate-draws.ts'
import type { Layer, PosteriorRows } from './types.ts'

/** The response of every draw at some rows given the hidden weights: normal, with these moments, draws x rows x m. */
export interface ResponseMoments {
  readonly draws: number
  readonly rows: number
  readonly mean: Float64Array
  /** Null when the weights are all drawn and the response has no spread of its own. */
  readonly variance: Float64Array | null
  readonly logNoise: Float32Array
}

/**
 * The last layer given the hidden ones (Bishop 2006, 3.3): w | γ ~ N(βA⁻¹Φᵀy, A⁻¹), A = I + βΦᵀΦ, β = 1/(τ sd²), for
 * each draw and output, in float64. `training`: hidden outputs at the training rows. The result gives the moments of
 * the response at the hidden outputs of other rows of the same draws.
 */
export function conditionalLayer(
  last: Layer,
  temper: number,
  rows: PosteriorRows,
  training: DrawOutputs,
): (hidden: DrawOutputs) => ResponseMoments {
  const { draws, width: h } = training
  const m = last.outputs
  const f = h + 1
  const factors: { factor: ReturnType<typeof matrix>; mean: Float64Array }[] = []
  const phi = new Float64Array(f)
  for (let s = 0; s < draws; s++)
    for (let o = 0; o < m; o++) {
      const noise = training.logNoise[training.logNoise.length === m ? o : s * m + o]!
      const precision = Math.exp(-2 * noise) / temper
      const a = matrix(f, f)
      const b = new Float64Array(f)
      for (let i = 0; i < rows.n; i++) {
        const y = rows.y[i * m + o]!
        if (Number.isNaN(y)) continue
        featuresAt(training, s, i, last, phi)
        for (let p = 0; p < f; p++) {
          const g = precision * phi[p]!
          b[p]! += g * y
          for (let q = 0; q <= p; q++) a.data[p * f + q]! += g * phi[q]!
        }
      }
      for (let p = 0; p < f; p++) {
        a.data[p * f + p]! += 1
        for (let q = 0; q < p; q++) a.data[q * f + p] = a.data[p * f + q]!
      }
      const factor = cholesky(a)
      if (factor === null)
        throw new ContractError('NOT_CONVERGED', 'The last layer given the hidden ones is singular.', null)
      factors.push({ factor, mean: choleskySolve(factor, b) })
    }
  return (hidden) => {
    const size = draws * hidden.rows * m
    const mean = new Float64Array(size)
    const variance = new Float64Array(size)
    for (let s = 0; s < draws; s++)
      for (let i = 0; i < hidden.rows; i++) {
        featuresAt(hidden, s, i, last, phi)
        for (let o = 0; o < m; o++) {
          const { factor, mean: w } = factors[s * m + o]!
          const at = (s * hidden.rows + i) * m + o
          for (let p = 0; p < f; p++) mean[at]! += w[p]! * phi[p]!
          variance[at] = quadraticInverse(factor.data, phi)
        }
      }
    return { draws, rows: hidden.rows, mean, variance, logNoise: training.logNoise }
  }
}

function featuresAt(hidden: DrawOutputs, s: number, i: number, last: Layer, out: Float64Array): void {
  const { width: h } = hidden
  const at = (s * hidden.rows + i) * h
  for (let p = 0; p < h; p++) out[p] = last.weightSd * hidden.values[at + p]!
  out[h] = last.biasSd
}

/** φᵀ(LLᵀ)⁻¹φ = ‖L⁻¹φ‖². */
function quadraticInverse(l: Float64Array, phi: Float64Array): number {
  const n = phi.length
  const v = new Float64Array(n)
  let sum = 0
  for (let i = 0; i < n; i++) {
    let value = phi[i]!
    for (let k = 0; k < i; k++) value -= l[i * n + k]! * v[k]!
    v[i] = value / l[i * n + i]!
    sum += v[i]! * v[i]!
  }
  return sum
}
