import { cholesky, choleskyInverse, choleskySolve, matrix } from '../../math/index.ts'
import { covariance, scalesOf } from './kernel.ts'

/** Standardised residuals of one group with its group-internal inputs, n x p. */
export interface GroupResiduals {
  readonly n: number
  readonly z: Float64Array
  readonly residual: Float64Array
}

/** Normal prior of one logarithm. */
export interface LogPrior {
  readonly mean: number
  readonly sd: number
}

/**
 * −ln of the marginal likelihood of all groups at log scales, with their priors, and its gradient:
 * ∂/∂θ = ½ tr((K⁻¹ − αα') ∂K/∂θ) summed over groups (Rasmussen & Williams 2006, eq. 5.9).
 */
export function negativeLogMarginal(
  groups: readonly GroupResiduals[],
  logs: Float64Array,
  priors: readonly LogPrior[],
): { value: number; gradient: Float64Array } {
  const scales = scalesOf(logs)
  const p = scales.slopes.length
  const gradient = new Float64Array(logs.length)
  let value = 0
  for (const { n, z, residual } of groups) {
    const k = matrix(n, n)
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++)
        k.data[i * n + j] = k.data[j * n + i] = covariance(scales, z, i, z, j) + (i === j ? scales.noise : 0)
    }
    const factor = cholesky(k)
    if (factor === null) return { value: Infinity, gradient }
    const alpha = choleskySolve(factor, residual)
    const inverse = choleskyInverse(factor).data
    for (let i = 0; i < n; i++) {
      value +=
        Math.log(factor.data[i * n + i]!) + 0.5 * residual[i]! * alpha[i]! + 0.5 * Math.log(2 * Math.PI)
      for (let j = 0; j < n; j++) {
        const weight = 0.5 * (inverse[i * n + j]! - alpha[i]! * alpha[j]!)
        let distance = 0
        gradient[0]! += weight * scales.level
        for (let c = 0; c < p; c++) {
          const u = z[i * p + c]!
          const v = z[j * p + c]!
          gradient[1 + c]! += weight * scales.slopes[c]! * u * v
          distance += (u - v) ** 2
        }
        const reduced = distance / scales.length ** 2
        const bend = weight * scales.bend * Math.exp(-0.5 * reduced)
        gradient[1 + p]! += bend
        gradient[2 + p]! += bend * reduced
        if (i === j) gradient[3 + p]! += weight * scales.noise
      }
    }
  }
  priors.forEach(({ mean, sd }, t) => {
    const d = (logs[t]! - mean) / sd
    value += 0.5 * d * d
    gradient[t]! += d / sd
  })
  return { value, gradient }
}
