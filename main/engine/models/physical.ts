import type { ColumnRole } from '../../contract/index.ts'
import { formatNumber, withUnit } from '../../figures/index.ts'
import type { InputRow } from './posterior.ts'

/** Range that physics allows a quantity of a unit; null where the unit alone sets no limit. */
export interface PhysicalLimits {
  readonly low: number | null
  readonly high: number | null
}

const percent = new Set(['wt%', 'at%', 'mol%', 'vol%', '%'])
const parts: Readonly<Record<string, number>> = { ppm: 1e6 }
/** Lengths, areas, durations, sizes: nothing below zero. A rate may be negative (cooling), a stress too. */
const positive = new Set([
  ...['nm', 'µm', 'mm', 'cm', 'm', 'µm²', 'mm²', 'm²', '1/µm²', '1/mm²', 'µm³', 'mm³'],
  ...['s', 'min', 'h', 'd', 'K', 'HV', 'HRB', 'HRC', 'HB', 'J', 'W', 'kg', 'g', 'Pa·s', 'mbar'],
])

/**
 * Limits from unit and role: an amount lies in 0 to 100 %, a temperature above absolute zero, a length or duration at or
 * above 0. A percentage that is no amount (a deformation, an elongation) has no upper limit.
 */
export function physicalLimits(unit: string, role: ColumnRole | null): PhysicalLimits {
  if (unit === '°C') return { low: -273.15, high: null }
  if (unit === '%')
    return { low: role === 'composition' ? 0 : null, high: role === 'composition' ? 100 : null }
  if (percent.has(unit)) return { low: 0, high: 100 }
  const whole = parts[unit]
  if (whole !== undefined) return { low: 0, high: whole }
  return { low: positive.has(unit) ? 0 : null, high: null }
}

export interface NamedColumn {
  readonly name: string
  readonly unit: string
  readonly role: ColumnRole
}

/** Why no specimen can have these inputs: values beyond a physical limit, a composition above 100 %. */
export function impossibleInputs(row: InputRow, columns: readonly NamedColumn[]): string[] {
  const said: string[] = []
  const sums = new Map<string, number>()
  for (const { name, unit, role } of columns) {
    const given = row[name]
    if (given === null || given === undefined || typeof given === 'string') continue
    const { low, high } = physicalLimits(unit, role)
    if (low !== null && given < low) said.push(`${name} below ${withUnit(formatNumber(low, 5), unit)}`)
    if (high !== null && given > high) said.push(`${name} above ${withUnit(formatNumber(high, 5), unit)}`)
    if (role === 'composition' && (percent.has(unit) || parts[unit] !== undefined))
      sums.set(unit, (sums.get(unit) ?? 0) + given)
  }
  for (const [unit, sum] of sums) {
    const whole = parts[unit] ?? 100
    // Tables are rounded: a hundredth of the last per cent is no claim.
    if (sum > whole * (1 + 1e-4)) said.push(`composition adds up to ${withUnit(formatNumber(sum, 5), unit)}`)
  }
  return said
}
