import type { ProfileSegment } from './segments.ts'
import { parseProfile } from './segments.ts'
import { arrheniusEquivalentTimeS, larsonMillerOfProfile } from './kinetics.ts'
import {
  maxCoolingRateCPerS,
  maxHeatingRateCPerS,
  meanTemperatureC,
  peakTemperatureC,
  timeAboveS,
  totalDurationS,
} from './shape.ts'

/** Numbers that stand for a schedule in a table, in this order. */
export const profileQuantities = [
  { name: 'peak temperature', unit: '°C' },
  { name: 'mean temperature', unit: '°C' },
  { name: 'ln time within 50 °C of peak', unit: 'ln(s)' },
  { name: 'ln duration', unit: 'ln(s)' },
  { name: 'Larson–Miller', unit: 'K·log10(h)' },
  { name: 'ln equivalent time at peak', unit: 'ln(s)' },
  { name: 'ln fastest heating', unit: 'ln(°C/s)' },
  { name: 'ln fastest cooling', unit: 'ln(°C/s)' },
] as const

/** Places of two of them. */
export const PEAK_AT = 0
export const EQUIVALENT_TIME_AT = 5

/** Activation energy of the equivalent time, J/mol: diffusion in austenite and nickel alloys, 250–300 kJ/mol (recalled). */
const EQUIVALENT_TIME_J_PER_MOL = 280_000

/** The quantities of `profileQuantities`; NaN where one is not defined (no time, no heating, an instant change). */
export function profileNumbers(profile: readonly ProfileSegment[]): number[] {
  const peakC = peakTemperatureC(profile)
  return [
    peakC,
    meanTemperatureC(profile),
    finiteLog(timeAboveS(profile, peakC - 50)),
    finiteLog(totalDurationS(profile)),
    larsonMillerOfProfile(profile),
    finiteLog(arrheniusEquivalentTimeS(profile, EQUIVALENT_TIME_J_PER_MOL, peakC)),
    finiteLog(maxHeatingRateCPerS(profile)),
    finiteLog(maxCoolingRateCPerS(profile)),
  ]
}

/** The same from a cell of a table; a level that cannot be read throws TABLE_BAD_NUMBER. */
export const profileNumbersOfText = (text: string): number[] => profileNumbers(parseProfile(text))

const finiteLog = (v: number): number => (v > 0 && v < Infinity ? Math.log(v) : Number.NaN)
