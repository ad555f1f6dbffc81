import { GAS_CONSTANT, kelvin } from '../constants.ts'
import type { ProfileSegment, TemperatureProfile } from './segments.ts'
import { peakTemperatureC } from './shape.ts'

const SECONDS_PER_HOUR = 3600

/** Nodes and weights of Gauss–Legendre quadrature on [−1, 1] with 8 points, positive half. */
const NODES = [0.1834346424956498, 0.525532409916329, 0.7966664774136267, 0.9602898564975363]
const WEIGHTS = [0.362683783378362, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763]

/**
 * Larson–Miller (Hollomon–Jaffe) parameter T (C + log10 t) of a hold, T in K, t in hours: the customary form; C is 20
 * for most steels and nickel alloys. NaN where the time is not positive.
 */
export function larsonMiller(temperatureC: number, timeS: number, constant = 20): number {
  return timeS > 0 ? kelvin(temperatureC) * (constant + Math.log10(timeS / SECONDS_PER_HOUR)) : Number.NaN
}

/**
 * Parameter of a whole schedule by summing equivalent times: the state reached so far is turned into the time that
 * would have given it at the present temperature, and the present step's time is added (Hollomon & Jaffe 1945; the
 * rule does not depend on how a hold is cut). Ramps are cut in steps of at most 1 °C. NaN where no time passes.
 */
export function larsonMillerOfProfile(profile: TemperatureProfile, constant = 20): number {
  let parameter = -Infinity
  const add = (temperatureK: number, hours: number): void => {
    const before = parameter === -Infinity ? 0 : 10 ** (parameter / temperatureK - constant)
    parameter = temperatureK * (constant + Math.log10(before + hours))
  }
  for (const { startC, endC, durationS } of profile) {
    if (durationS === 0) continue
    const steps = Math.min(5000, Math.max(1, Math.ceil(Math.abs(endC - startC))))
    for (let i = 0; i < steps; i++) {
      const middleC = startC + ((i + 0.5) / steps) * (endC - startC)
      add(kelvin(middleC), durationS / steps / SECONDS_PER_HOUR)
    }
  }
  return parameter === -Infinity ? Number.NaN : parameter
}

/** ln of the Zener–Hollomon parameter Z = ε̇ exp(Q/RT), rate in 1/s; NaN where the rate is not positive. */
export function lnZenerHollomon(
  strainRatePerS: number,
  temperatureC: number,
  activationEnergyJPerMol: number,
): number {
  if (!(strainRatePerS > 0)) return Number.NaN
  return Math.log(strainRatePerS) + activationEnergyJPerMol / (GAS_CONSTANT * kelvin(temperatureC))
}

/** Zener–Hollomon parameter, 1/s. */
export function zenerHollomon(
  strainRatePerS: number,
  temperatureC: number,
  activationEnergyJPerMol: number,
): number {
  return Math.exp(lnZenerHollomon(strainRatePerS, temperatureC, activationEnergyJPerMol))
}

/**
 * Seconds at `referenceC` that do as much as the schedule does, for a process of activation energy Q:
 * ∫ exp(−Q/R (1/T − 1/Tref)) dt. Quadrature is exact to about 1e-10 relative.
 */
export function arrheniusEquivalentTimeS(
  profile: TemperatureProfile,
  activationEnergyJPerMol: number,
  referenceC: number = peakTemperatureC(profile),
): number {
  const reference = 1 / kelvin(referenceC)
  const slope = activationEnergyJPerMol / GAS_CONSTANT
  const factor = (temperatureC: number): number => Math.exp(-slope * (1 / kelvin(temperatureC) - reference))
  return profile.reduce((sum, segment) => sum + segmentIntegral(segment, slope, factor), 0)
}

function segmentIntegral(
  { startC, endC, durationS }: ProfileSegment,
  slope: number,
  factor: (temperatureC: number) => number,
): number {
  if (durationS === 0) return 0
  if (startC === endC) return durationS * factor(startC)
  // Pieces over which the exponent changes by at most 2 keep eight points exact.
  const span = Math.abs(slope * (1 / kelvin(startC) - 1 / kelvin(endC)))
  const pieces = Math.min(10_000, Math.max(1, Math.ceil(span / 2)))
  let sum = 0
  for (let p = 0; p < pieces; p++) {
    const centre = startC + ((p + 0.5) / pieces) * (endC - startC)
    const half = (0.5 / pieces) * (endC - startC)
    for (let k = 0; k < NODES.length; k++)
      sum += WEIGHTS[k]! * (factor(centre - half * NODES[k]!) + factor(centre + half * NODES[k]!))
  }
  return (0.5 * durationS * sum) / pieces
}

export interface JmakRate {
  /** k at the reference temperature, 1/s. */
  readonly ratePerS: number
  readonly referenceC: number
  readonly activationEnergyJPerMol: number
  /** Avrami exponent n of X = 1 − exp(−(k t)^n). */
  readonly exponent: number
}

/**
 * Transformed fraction 0..1 after the schedule, for k = k_ref exp(−Q/R (1/T − 1/Tref)): X = 1 − exp(−(∫k dt)^n).
 * Exact under Scheil's additivity, since the transformation is isokinetic (Christian, The Theory of Transformations).
 */
export function jmakProgress(profile: TemperatureProfile, rate: JmakRate): number {
  const timeS = arrheniusEquivalentTimeS(profile, rate.activationEnergyJPerMol, rate.referenceC)
  return -Math.expm1(-((rate.ratePerS * timeS) ** rate.exponent))
}

/**
 * Seconds after the start at which Scheil's sum ∫ dt/τ(T) reaches 1, τ(T) being the isothermal time to the same stage;
 * null where it is never reached. τ may be Infinity (no transformation). Steps of at most 0.5 °C on ramps.
 */
export function scheilTimeS(
  profile: TemperatureProfile,
  isothermalS: (temperatureC: number) => number,
): number | null {
  let sum = 0
  let elapsedS = 0
  for (const { startC, endC, durationS } of profile) {
    const steps = Math.min(20_000, Math.max(1, Math.ceil(2 * Math.abs(endC - startC))))
    const stepS = durationS / steps
    for (let i = 0; i < steps; i++) {
      const rest = 1 - sum
      const need = isothermalS(startC + ((i + 0.5) / steps) * (endC - startC))
      const gain = stepS / need
      if (gain >= rest) return elapsedS + rest * need
      sum += gain
      elapsedS += stepS
    }
  }
  return null
}
