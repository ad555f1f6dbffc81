import type { Effect } from '../../../main/contract/index.ts'
import { columnName, formatNumber, quantityParts, unitText, withUnit } from '../../ui/format.ts'

export interface EffectUnits {
  readonly treatment: string
  readonly outcome: string
}

type Estimate = NonNullable<Effect['total']>

/** "MPa per °C/s"; a pure number on either side is said, so that a slope never stands without its meaning. */
export function slopeUnit(units: EffectUnits): string {
  const outcome = unitText(units.outcome)
  const treatment = unitText(units.treatment)
  if (outcome === '' && treatment === '') return 'per unit'
  if (outcome === '') return `per ${treatment}`
  return treatment === '' ? `${outcome} per unit` : `${outcome} per ${treatment}`
}

/** An estimate with its interval, "+6.2 ± 1.4 MPa per °C/s". */
export function estimateText(estimate: Estimate | null, unit: string): string {
  if (estimate === null) return '–'
  const { low, high } = estimate
  return withUnit(quantityParts({ value: estimate.estimate, low, high, unit }, true).number, unit)
}

/** Whether the interval leaves out 0, in words. */
export function tellsFromZero(estimate: Estimate | null): boolean {
  return estimate !== null && (estimate.low > 0 || estimate.high < 0)
}

export function adjustmentText(set: readonly string[]): string {
  return set.length === 0 ? 'no column (none is needed)' : set.map(columnName).join(', ')
}

/** What a hidden common cause would have to do (Cinelli & Hazlett 2020), in a sentence. */
export function sensitivityText(sensitivity: Effect['sensitivity']): string | null {
  const value = sensitivity?.robustnessValue ?? null
  if (value === null) return null
  return `A hidden common cause would have to explain at least ${formatNumber(100 * value, 2)} % of what is left of both treatment and outcome to bring this effect to 0.`
}
