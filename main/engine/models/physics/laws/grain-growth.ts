import { GAS_CONSTANT, kelvin, logAddExp } from '../constants.ts'

/** Constants of D^n − D0^n = k0 t exp(−Q/RT) (Beck et al. 1948; n = 2 for ideal curvature-driven growth). */
export interface GrainGrowthConstants {
  /** n, 2 to about 10 in real alloys. */
  readonly exponent: number
  /** ln of k0 in µm^n/s; a logarithm, since k0 spans tens of decades with n. */
  readonly lnK0: number
  readonly activationEnergyJPerMol: number
}

export interface GrainGrowthGradient {
  readonly exponent: number
  readonly lnK0: number
  readonly activationEnergyJPerMol: number
  readonly lnInitial: number
}

/**
 * ln of the mean grain size (µm) after `timeS` at `temperatureC` from `initialUm` (0: so small that it does not matter),
 * and its gradient. Valid for normal growth of one phase below the pinning limit; not for abnormal growth.
 * NaN for a negative size or time.
 */
export function lnGrainSize(
  initialUm: number,
  timeS: number,
  temperatureC: number,
  constants: GrainGrowthConstants,
): { value: number; gradient: GrainGrowthGradient } {
  const { exponent, lnK0, activationEnergyJPerMol } = constants
  const inverse = 1 / (GAS_CONSTANT * kelvin(temperatureC))
  const start = exponent * Math.log(initialUm)
  const grown = lnK0 + Math.log(timeS) - activationEnergyJPerMol * inverse
  const sum = logAddExp(start, grown)
  const share = sum === -Infinity ? 0 : Math.exp(grown - sum)
  const value = sum / exponent
  return {
    value,
    gradient: {
      exponent: (initialUm > 0 ? ((1 - share) * Math.log(initialUm)) / exponent : 0) - value / exponent,
      lnK0: share / exponent,
      activationEnergyJPerMol: (-share * inverse) / exponent,
      lnInitial: 1 - share,
    },
  }
}

/** Mean grain size, µm: see `lnGrainSize`. */
export function grainSizeUm(
  initialUm: number,
  timeS: number,
  temperatureC: number,
  constants: GrainGrowthConstants,
): number {
  return Math.exp(lnGrainSize(initialUm, timeS, temperatureC, constants).value)
}

/**
 * Zener's limit of the grain size, µm, by particles of radius r and volume fraction f: (4/3) r / f
 * (Smith 1948). Infinity without particles.
 */
export function zenerLimitUm(particleRadiusUm: number, fraction: number): number {
  return fraction > 0 ? ((4 / 3) * particleRadiusUm) / fraction : Infinity
}
