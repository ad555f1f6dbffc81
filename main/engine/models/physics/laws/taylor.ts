import type { MatrixElasticity } from './orowan.ts'

/** Forest hardening M α G b √ρ, MPa, ρ in 1/m²; α 0.2–0.3 (Taylor 1934). */
export function taylorMPa(dislocationsPerM2: number, alpha: number, matrix: MatrixElasticity): number {
  const { shearModulusGPa, burgersNm, taylorFactor } = matrix
  return taylorFactor * alpha * shearModulusGPa * 1000 * burgersNm * 1e-9 * Math.sqrt(dislocationsPerM2)
}

/** √Σσ²: how strong obstacles of two kinds on one slip plane add (Kocks); a plain sum suits weak beside strong ones. */
export function inQuadrature(...termsMPa: number[]): number {
  return Math.hypot(...termsMPa)
}
