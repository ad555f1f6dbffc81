import { settingStep } from '../engine/math/setting-step.ts'

const minus = '\u2212'
const thinSpace = '\u2009'
const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** Printed where a value is missing; always with its reason. */
export const missingMark = '–'

function exponentText(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => superscripts[Number(digit)] ?? '').join('')
  return `10${exponent < 0 ? '⁻' : ''}${digits}`
}

/** Fixed decimals, a true minus sign, thin spaces from 10 000 on. */
export function formatFixed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals)
  const [whole = '', fraction] = text.split('.')
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, thinSpace) : whole
  const signed = value < 0 && Number(text) !== 0 ? minus + grouped : grouped
  return fraction === undefined ? signed : `${signed}.${fraction}`
}

/**
 * A number that has no interval (axis ticks, counts, settings) with at most `significant` digits; whole numbers keep
 * all theirs; powers of ten beyond six digits or below 0.001. Missing and not finite give the mark of the missing.
 * `keepZeros` prints all the digits, for a column of like numbers.
 */
export function formatNumber(value: number | null | undefined, significant = 4, keepZeros = false): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return missingMark
  if (value === 0) return '0'
  const decimalsFor = (v: number) =>
    keepZeros ? Math.max(0, significant - 1 - Math.floor(Math.log10(Math.abs(v)))) : decimalsOf(v)
  const exponent = Number(value.toExponential(significant - 1).split('e')[1])
  if (exponent >= 6 || exponent < -3) {
    const mantissa = Number((value / 10 ** exponent).toFixed(significant - 1))
    if (mantissa === 1) return exponentText(exponent)
    return `${formatFixed(mantissa, decimalsFor(mantissa))}·${exponentText(exponent)}`
  }
  if (!keepZeros && Number.isInteger(value)) return formatFixed(value, 0)
  const rounded = Number(value.toPrecision(significant))
  return formatFixed(rounded, decimalsFor(rounded))
}

function decimalsOf(value: number): number {
  const [mantissa = '', exponent] = String(value).split('e')
  const decimals = mantissa.split('.')[1]?.length ?? 0
  return Math.max(0, decimals - Number(exponent ?? 0))
}

/**
 * Two significant digits of an uncertainty: 0.0142 → 0.014, 670 → 670. A zero at its end is dropped from 4 on
 * (9.04 → 9), where the value loses at most an eighth of the uncertainty by it; 0.0196 stays 0.020.
 */
function roundUncertainty(uncertainty: number): { rounded: number; decimals: number } {
  const rounded = Number(uncertainty.toPrecision(2))
  const lastPlace = Math.floor(Math.log10(rounded)) - 1
  const decimals = Math.max(0, -lastPlace)
  const lead = rounded / 10 ** Math.floor(Math.log10(rounded))
  return { rounded, decimals: lead >= 4 ? Math.min(decimals, decimalsOf(rounded)) : decimals }
}

/**
 * A setting to be dialled in, at the resolution of its range; without one with every digit it has and none that
 * binary fractions add.
 */
export function formatSetting(value: number, range: { low: number; high: number } | undefined): string {
  if (range === undefined || !(range.high > range.low)) return formatNumber(value, 9)
  return formatFixed(value, Math.max(0, Math.round(-Math.log10(settingStep(range.low, range.high)))))
}

/** `value ± error` of a value with its standard error, both to the places that two digits of the error reach. */
export function formatWithError(value: number, error: number): string {
  if (!(error > 0)) return formatNumber(value)
  const { text, power } = scaled(value, error)
  const core = `${text(value)} ± ${text(error)}`
  return power === '' ? core : `(${core})${power}`
}

/** A unit as printed after a number: a pure number has none. */
export function unitText(unit: string): string {
  return unit === '1' ? '' : unit
}

/** `412 MPa`, `0.11`: a text with the unit behind it. */
export function withUnit(text: string, unit: string): string {
  const printed = unitText(unit)
  return printed === '' ? text : `${text} ${printed}`
}

/** Level as printed: 0.9 → `90 %`. */
export function formatLevel(level: number): string {
  return `${formatNumber(level * 100, 4)} %`
}

/** What can be printed as a quantity; a `Quantity` of the contract is one, and so is a prediction without n. */
export interface PrintableQuantity {
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
  readonly unit: string
  readonly level?: number
  readonly n?: number
  readonly method?: string
  /** Why the value is missing, printed with the dash. */
  readonly flag?: string | null
}

export interface QuantityParts {
  /** `412 ± 9`, `412 (398 … 431)`, `3.14`, or the mark of the missing. */
  readonly number: string
  readonly unit: string
  /** `90 %, n = 24, Heyn`; begins with `no interval` where there is none. */
  readonly context: string
  /** Why there is no value; null when there is one. */
  readonly missing: string | null
}

function contextOf({ level, n, method }: PrintableQuantity, interval: boolean): string {
  const parts = [
    ...(interval ? (level === undefined ? [] : [formatLevel(level)]) : ['no interval']),
    ...(n === undefined ? [] : [`n = ${formatNumber(n, 9)}`]),
    ...(method === undefined || method === '' ? [] : [method]),
  ]
  return parts.join(', ')
}

function scaled(value: number, half: number): { text: (v: number) => string; power: string } {
  const exponent = Math.floor(Math.log10(Math.max(Math.abs(value), half)))
  const shift = exponent >= 6 || exponent < -3 ? exponent : 0
  // A power of ten as divisor keeps 1.2e-5 / 1e-5 at 1.2; its inverse as factor would not.
  const factor = 10 ** Math.abs(shift)
  const toShifted = (v: number) => (shift > 0 ? v / factor : v * factor)
  const { rounded, decimals } = roundUncertainty(toShifted(half))
  const step = rounded >= 100 ? 10 ** (Math.floor(Math.log10(rounded)) - 1) : 0
  const text = (v: number) => {
    const moved = toShifted(v)
    return formatFixed(step > 0 ? Math.round(moved / step) * step : moved, decimals)
  }
  return { text, power: shift === 0 ? '' : `·${exponentText(shift)}` }
}

/**
 * A quantity in its parts, rounded by its uncertainty (two significant digits of it). An interval that is not
 * symmetric to within a tenth of its half width is printed by its ends. `signed` puts a plus before a positive value.
 */
export function quantityParts(quantity: PrintableQuantity, signed = false): QuantityParts {
  const { value, low, high, flag } = quantity
  const unit = unitText(quantity.unit)
  if (value === null || !Number.isFinite(value)) {
    return {
      number: missingMark,
      unit: '',
      context: contextOf(quantity, false),
      missing: flag ?? 'not determined',
    }
  }
  const plus = (text: string) => (signed && value > 0 && /[1-9]/.test(text) ? `+${text}` : text)
  if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high) || low > high) {
    return { number: plus(formatNumber(value, 3)), unit, context: contextOf(quantity, false), missing: null }
  }
  const context = contextOf(quantity, true)
  const half = (high - low) / 2
  if (!(half > 0)) return { number: plus(formatNumber(value, 6)), unit, context, missing: null }
  const { text, power } = scaled(value, half)
  const asymmetric = Math.abs(value - (low + high) / 2) > 0.1 * half
  const core = asymmetric
    ? `${plus(text(value))} (${text(low)} … ${text(high)})`
    : `${plus(text(value))} ± ${text(half)}`
  const number = power === '' ? core : asymmetric ? core + power : `(${core})${power}`
  return { number, unit, context, missing: null }
}

/**
 * A quantity in one line as every text prints it: `412 ± 9 MPa (90 %, n = 24, Heyn)`, `412 (398 … 431) MPa`. Missing
 * is `– (reason)`, never 0. A value without an interval says so.
 */
export function formatQuantity(quantity: PrintableQuantity): string {
  const { number, unit, context, missing } = quantityParts(quantity)
  if (missing !== null) return `${number} (${missing})`
  return withUnit(number, unit) + (context === '' ? '' : ` (${context})`)
}

/** `name (unit)`, or the bare name of a pure number. */
export function nameWithUnit(name: string, unit: string): string {
  const printed = unitText(unit)
  return printed === '' ? name : `${name} (${printed})`
}

/** `1 specimen`, `3 specimens`; `plural` where an s is not enough. */
export function countOf(n: number, one: string, plural = `${one}s`): string {
  return `${formatFixed(n, 0)} ${n === 1 ? one : plural}`
}
