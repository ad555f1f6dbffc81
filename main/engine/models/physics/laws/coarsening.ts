import { GAS_CONSTANT, kelvin } from '../constants.ts'

/** What sets the rate of Lifshitz–Slyozov–Wagner coarsening. */
export interface CoarseningConstants {
  readonly interfaceEnergyJPerM2: number
  readonly diffusivityM2PerS: number
  /** Equilibrium solubility of the solute in the matrix, mol/m³. */
  readonly solubilityMolPerM3: number
  readonly molarVolumeM3: number
}

/** K = 8 γ D c V² / (9 R T), m³/s (Lifshitz & Slyozov 1961, Wagner 1961): diffusion control, vanishing volume fraction. */
export function lswRateM3PerS(constants: CoarseningConstants, temperatureC: number): number {
  const { interfaceEnergyJPerM2, diffusivityM2PerS, solubilityMolPerM3, molarVolumeM3 } = constants
  return (
    (8 * interfaceEnergyJPerM2 * diffusivityM2PerS * solubilityMolPerM3 * molarVolumeM3 ** 2) /
    (9 * GAS_CONSTANT * kelvin(temperatureC))
  )
}

/** Mean radius of r³ − r0³ = K t, in the unit whose cube per second K has. */
export function coarsenedRadius(initialRadius: number, rate: number, timeS: number): number {
  return Math.cbrt(initialRadius ** 3 + rate * timeS)
}
