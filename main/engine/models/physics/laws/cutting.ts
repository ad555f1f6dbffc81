import type { MatrixElasticity } from './orowan.ts'

/**
 * Cutting of ordered particles by weakly coupled pairs of dislocations, MPa: M γ/(2b) [(6 γ f r/(π T))^1/2 − f], line
 * tension T = G b²/2 (Brown & Ham form, recalled). γ: anti-phase boundary energy, J/m² (0.1–0.25 for γ′). Valid for
 * small particles, before pairs couple strongly; 0 where the bracket is negative (too small to be an obstacle).
 */
export function weakPairCuttingMPa(
  radiusNm: number,
  fraction: number,
  boundaryEnergyJPerM2: number,
  matrix: MatrixElasticity,
): number {
  const { shearModulusGPa, burgersNm, taylorFactor } = matrix
  const burgersM = burgersNm * 1e-9
  const tensionN = 0.5 * shearModulusGPa * 1e9 * burgersM ** 2
  const root = Math.sqrt((6 * boundaryEnergyJPerM2 * fraction * radiusNm * 1e-9) / (Math.PI * tensionN))
  return Math.max(0, (taylorFactor * boundaryEnergyJPerM2 * (root - fraction)) / (2 * burgersM) / 1e6)
}
