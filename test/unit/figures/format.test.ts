import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  columnName,
  formatFixed,
  formatNumber,
  formatQuantity,
  formatSetting,
  formatWithError,
  namedMeasures,
  quantityParts,
} from '../../../main/figures/index.ts'

const line = (value: number | null, low: number | null, high: number | null, unit: string, context = {}) =>
  formatQuantity({ value, low, high, unit, ...context })

describe('formatQuantity', () => {
  it('rounds by two significant digits of the uncertainty', () => {
    const context = { level: 0.9, n: 24, method: 'Heyn' }
    expect(line(412.04, 403, 421.08, 'MPa', context)).toBe('412 ± 9 MPa (90 %, n = 24, Heyn)')
    expect(line(0.11234, 0.10304, 0.12164, '1')).toBe('0.1123 ± 0.0093')
    expect(line(0.2306, 0.2166, 0.2446, 'µm')).toBe('0.231 ± 0.014 µm')
    expect(line(12_345.6, 11_675.6, 13_015.6, 'MPa')).toBe('12\u2009350 ± 670 MPa')
    expect(line(0.20834, 0.18874, 0.22794, 'µm')).toBe('0.208 ± 0.020 µm')
    expect(line(-3.21, -4.01, -2.41, '°C')).toBe('\u22123.2 ± 0.8 °C')
  })

  it('takes a power of ten out of very small and very large values', () => {
    expect(line(1.234e-5, 1.19e-5, 1.278e-5, '1/µm²')).toBe('(1.234 ± 0.044)·10⁻⁵ 1/µm²')
    expect(line(2.5e7, 2.4e7, 2.6e7, '')).toBe('(2.50 ± 0.10)·10⁷')
  })

  it('prints the ends of an interval that is not symmetric', () => {
    expect(line(412, 398, 431, 'MPa')).toBe('412 (398 … 431) MPa')
  })

  it('prints a dash with its reason for a missing value, never 0', () => {
    expect(line(null, null, null, 'µm', { flag: 'uncalibrated' })).toBe('– (uncalibrated)')
    expect(line(Number.NaN, 0, 1, 'µm')).toBe('– (not determined)')
  })

  it('says that a value has no interval, also when its ends are crossed', () => {
    expect(line(3.14159, null, null, 'µm', { level: 0.9, n: 1 })).toBe('3.14 µm (no interval, n = 1)')
    expect(line(3, 4, 2, '')).toBe('3 (no interval)')
  })

  it('never moves a value by more than an eighth of its uncertainty', () => {
    const number = /^\(?(\u2212?[\d.\u2009]+) ± ([\d.\u2009]+)\)?(?:·10(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+))?$/
    const parse = (text: string) => Number(text.replace('\u2212', '-').replaceAll('\u2009', ''))
    fc.assert(
      fc.property(
        fc.double({ min: -1e9, max: 1e9, noNaN: true }),
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        (value, half) => {
          const [low, high] = [value - half, value + half]
          fc.pre((high - low) / 2 > half * 0.99 && (high - low) / 2 < half * 1.01)
          const [, shown = '', uncertainty = '', sign = '', digits = ''] =
            number.exec(line(value, low, high, '')) ?? []
          const exponent = Number([...digits].map((d) => '⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(d)).join('') || '0')
          const power = 10 ** (sign === '' ? exponent : -exponent)
          expect(Math.abs(parse(shown) * power - value)).toBeLessThanOrEqual(
            half * 0.13 + Math.abs(value) * 1e-12,
          )
          expect(Math.abs(parse(uncertainty) * power - half)).toBeLessThanOrEqual(half * 0.07)
        },
      ),
    )
  })

  it('gives its parts, and a plus where one is asked for', () => {
    const asked = { value: 6.2134, low: 4.8, high: 7.6, unit: '1', level: 0.9, n: 24, method: 'Heyn' }
    expect(quantityParts(asked, true)).toEqual({
      number: '+6.2 ± 1.4',
      unit: '',
      context: '90 %, n = 24, Heyn',
      missing: null,
    })
    expect(quantityParts({ ...asked, value: -6.2, low: -7.6, high: -4.8 }, true).number).toBe('−6.2 ± 1.4')
    expect(quantityParts({ ...asked, value: 1e-9, low: -1, high: 1 }, true).number).toBe('0.0 ± 1.0')
    expect(quantityParts({ ...asked, value: 0.94, low: 0.9, high: 0.95 }).number).toBe(
      '0.940 (0.900 … 0.950)',
    )
    expect(quantityParts({ ...asked, value: null, low: null, high: null, flag: 'one field' })).toMatchObject({
      number: '–',
      unit: '',
      missing: 'one field',
    })
  })

  it('prints a standard error to two digits', () => {
    expect(formatWithError(0.11234, 0.0142)).toBe('0.112 ± 0.014')
    expect(formatWithError(12, 0)).toBe('12')
  })
})

describe('formatNumber', () => {
  it('keeps the wanted digits, true minus and thin spaces', () => {
    expect(formatNumber(0)).toBe('0')
    expect(formatNumber(-12_345.678, 7)).toBe('\u221212\u2009345.68')
    expect(formatNumber(0.1 + 0.2, 5)).toBe('0.3')
    expect(formatNumber(11, 3, true)).toBe('11.0')
    expect(formatNumber(3.2e-7, 2)).toBe('3.2·10⁻⁷')
    expect(formatNumber(1e9)).toBe('10⁹')
    expect(formatNumber(Number.NaN)).toBe('–')
  })

  it('does not sign a zero', () => {
    expect(formatFixed(-0.0001, 2)).toBe('0.00')
  })

  it('keeps every digit of a whole number, and prints what is not there as a dash', () => {
    expect([1234, 15_068, 100, 1].map((value) => formatNumber(value, 3))).toEqual([
      '1234',
      '15\u2009068',
      '100',
      '1',
    ])
    expect([null, undefined, Number.POSITIVE_INFINITY].map((value) => formatNumber(value))).toEqual([
      '–',
      '–',
      '–',
    ])
  })

  it('prints a setting at the resolution of its range, else with all its digits', () => {
    expect(formatSetting(8.895_58, { low: 6.1, high: 9.48 })).toBe('8.90')
    expect(formatSetting(666, { low: 666, high: 811 })).toBe('666.0')
    expect(formatSetting(1050.25, undefined)).toBe('1050.25')
    expect(formatSetting(0.1 + 0.2, undefined)).toBe('0.3')
  })
})

describe('names', () => {
  it('says measures by name and leaves the names of a lab as they are', () => {
    expect(columnName('areaFraction')).toBe('area fraction')
    expect(columnName('yield strength')).toBe('yield strength')
    expect(columnName('constructor')).toBe('constructor')
    expect(namedMeasures('aspectRatioMean, grain size: aspectRatioMeans')).toBe(
      'mean aspect ratio, grain size: aspectRatioMeans',
    )
  })
})
