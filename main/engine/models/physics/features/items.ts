import { GAS_CONSTANT, kelvin } from '../constants.ts'
import { valueOf } from '../columns/stages.ts'
import type { Known } from '../columns/stages.ts'
import { inverseRoot } from '../laws/hall-petch.ts'
import { larsonMiller, lnZenerHollomon } from '../profile/kinetics.ts'
import { undissolvedFractions } from '../steel/precipitates.ts'
import { ac3C, intercriticalShare, martensiteStartC } from '../steel/transformation-temperatures.ts'

type Temperature = Known<'temperature'>
type Time = Known<'time'>
type Size = Known<'initialGrain' | 'grain'>
type Elements = readonly Known<'element'>[]

/** One derived column as plain data: what it is made from. Every item gives NaN where a part is missing. */
export type FeatureItem =
  | { readonly kind: 'inverseTemperature'; readonly temperature: Temperature }
  | { readonly kind: 'lnTime'; readonly time: Time }
  | { readonly kind: 'larsonMiller'; readonly temperature: Temperature; readonly time: Time }
  | {
      readonly kind: 'lnArrheniusTime'
      readonly temperature: Temperature
      readonly time: Time
      readonly energyJPerMol: number
    }
  | { readonly kind: 'lnSize' | 'inverseRootSize'; readonly size: Size }
  | { readonly kind: 'lnRate'; readonly rate: Known<'rate'> }
  | {
      readonly kind: 'lnZener'
      readonly temperature: Temperature
      readonly rate: Known<'strainRate'>
      readonly energyJPerMol: number
    }
  | { readonly kind: 'soluteSum' | 'soluteRootSum'; readonly elements: Elements }
  | { readonly kind: 'pinning'; readonly elements: Elements; readonly temperature: Temperature }
  | { readonly kind: 'martensiteStart'; readonly elements: Elements }
  | {
      readonly kind: 'aboveAc3' | 'intercriticalShare'
      readonly elements: Elements
      readonly temperature: Temperature
    }
  | { readonly kind: 'profile'; readonly column: number; readonly values: readonly number[] }

/** Fraction of pinning particles that counts as a few, for the logarithm. */
const FEW_PARTICLES = 1e-4

const positiveLog = (v: number): number => (v > 0 ? Math.log(v) : Number.NaN)

/** Amounts of row i by element, wt%; null where one of the cells is missing. */
export function amountsOf(
  elements: Elements,
  x: Float64Array,
  d: number,
  i: number,
): Record<string, number> | null {
  const out: Record<string, number> = {}
  for (const e of elements) {
    const v = valueOf(e, x, d, i)
    if (Number.isNaN(v)) return null
    out[e.is.element] = v
  }
  return out
}

/** Logarithm of the volume fraction of undissolved carbides and nitrides over `FEW_PARTICLES`, 0 without any. */
export function lnPinning(amounts: Record<string, number>, temperatureC: number): number {
  const { Ti, Nb, Al, V } = undissolvedFractions(amounts, temperatureC)
  return Math.log1p((Ti + Nb + Al + V) / FEW_PARTICLES)
}

/** Value of a derived column in row i of x (n x d raw inputs). */
export function featureValue(item: FeatureItem, x: Float64Array, d: number, i: number): number {
  const of = (known: Parameters<typeof valueOf>[0]): number => valueOf(known, x, d, i)
  const ofAmounts = (value: (amounts: Record<string, number>) => number): number => {
    const amounts = 'elements' in item ? amountsOf(item.elements, x, d, i) : null
    return amounts === null ? Number.NaN : value(amounts)
  }
  switch (item.kind) {
    case 'inverseTemperature':
      return 1000 / kelvin(of(item.temperature))
    case 'lnTime':
      return positiveLog(of(item.time))
    case 'larsonMiller':
      return larsonMiller(of(item.temperature), of(item.time)) / 1000
    case 'lnArrheniusTime':
      return positiveLog(of(item.time)) - item.energyJPerMol / (GAS_CONSTANT * kelvin(of(item.temperature)))
    case 'lnSize':
      return positiveLog(of(item.size))
    case 'inverseRootSize':
      return inverseRoot(of(item.size))
    case 'lnRate':
      return positiveLog(of(item.rate))
    case 'lnZener':
      return lnZenerHollomon(of(item.rate), of(item.temperature), item.energyJPerMol)
    case 'soluteSum':
      return item.elements.reduce((sum, e) => sum + of(e), 0)
    case 'soluteRootSum':
      return item.elements.reduce((sum, e) => sum + Math.cbrt(Math.max(0, of(e)) / 100) ** 2, 0)
    case 'pinning':
      return ofAmounts((amounts) => lnPinning(amounts, of(item.temperature)))
    case 'martensiteStart':
      return ofAmounts((amounts) => martensiteStartC(amounts))
    case 'aboveAc3':
      return ofAmounts((amounts) => of(item.temperature) - ac3C(amounts))
    case 'intercriticalShare':
      return ofAmounts((amounts) => intercriticalShare(amounts, of(item.temperature)))
    case 'profile':
      return item.values[x[i * d + item.column]!] ?? Number.NaN
  }
}
