import type { RandomStream } from '../math/index.ts'

/**
 * The hypernetwork γ = h(z) = mean + z U with z ~ N(0, I_K): each γ_i is normal with standard deviation
 * √Σ_k U_ki². γ modulates every layer of the base network (base-network.ts), so that a draw of z is a draw of all
 * its weights. Prior of each γ_i: N(0, PRIOR_SD²).
 */
export const PRIOR_SD = 0.3

/** U at the start gives each γ_i its prior width. `factors` is K x size, row-major. */
export function startFactors(factors: Float64Array, latent: number, stream: RandomStream): void {
  const sd = PRIOR_SD / Math.sqrt(latent)
  for (let i = 0; i < factors.length; i++) factors[i] = sd * stream.normal()
}

/** γ (size) of one z (K). */
export function modulate(
  mean: Float64Array,
  factors: Float64Array,
  z: Float64Array,
  gamma: Float64Array,
): void {
  const size = mean.length
  gamma.set(mean)
  for (let k = 0; k < z.length; k++) {
    const f = z[k]!
    const row = k * size
    for (let i = 0; i < size; i++) gamma[i]! += f * factors[row + i]!
  }
}

/** Adds the gradients of mean and factors that follow from dLoss/dγ at one z. */
export function modulateBackward(
  gammaGradient: Float64Array,
  z: Float64Array,
  meanGradient: Float64Array,
  factorsGradient: Float64Array,
): void {
  const size = gammaGradient.length
  for (let i = 0; i < size; i++) meanGradient[i]! += gammaGradient[i]!
  for (let k = 0; k < z.length; k++) {
    const f = z[k]!
    const row = k * size
    for (let i = 0; i < size; i++) factorsGradient[row + i]! += f * gammaGradient[i]!
  }
}

/**
 * Sum over i of KL(N(mean_i, Σ_k U_ki²) ‖ N(0, priorSd²)); its gradient times `weight` is added.
 * Marginals only: correlations that U makes between the γ_i are not charged, so on a linear base the variances are
 * the exact posterior's where its covariance is diagonal; the mean is exact always.
 */
export function marginalKl(
  mean: Float64Array,
  factors: Float64Array,
  latent: number,
  priorSd: number,
  weight: number,
  meanGradient: Float64Array,
  factorsGradient: Float64Array,
): number {
  const size = mean.length
  const precision = 1 / (priorSd * priorSd)
  let sum = 0
  for (let i = 0; i < size; i++) {
    let variance = 1e-12
    for (let k = 0; k < latent; k++) variance += factors[k * size + i]! ** 2
    const m = mean[i]!
    sum += Math.log(priorSd) - 0.5 * Math.log(variance) + 0.5 * precision * (variance + m * m) - 0.5
    meanGradient[i]! += weight * precision * m
    const slope = weight * (precision - 1 / variance)
    for (let k = 0; k < latent; k++) factorsGradient[k * size + i]! += slope * factors[k * size + i]!
  }
  return sum
}

/**
 * 2K points ±√K q_k with orthonormal random q_k: their mean and covariance are exactly those of N(0, I_K)
 * (third-degree spherical–radial cubature), so few points give the moments of the predictive. Result: 2K x K.
 */
export function cubaturePoints(latent: number, stream: RandomStream): Float64Array {
  const q = new Float64Array(latent * latent)
  for (let a = 0; a < latent; a++) {
    const row = a * latent
    for (let i = 0; i < latent; i++) q[row + i] = stream.normal()
    for (let b = 0; b < a; b++) {
      let dot = 0
      for (let i = 0; i < latent; i++) dot += q[row + i]! * q[b * latent + i]!
      for (let i = 0; i < latent; i++) q[row + i]! -= dot * q[b * latent + i]!
    }
    let norm = 0
    for (let i = 0; i < latent; i++) norm += q[row + i]! ** 2
    norm = Math.sqrt(norm)
    for (let i = 0; i < latent; i++) q[row + i]! /= norm
  }
  const scale = Math.sqrt(latent)
  const points = new Float64Array(2 * latent * latent)
  for (let a = 0; a < latent; a++) {
    for (let i = 0; i < latent; i++) {
      points[2 * a * latent + i] = scale * q[a * latent + i]!
      points[(2 * a + 1) * latent + i] = -scale * q[a * latent + i]!
    }
  }
  return points
}
