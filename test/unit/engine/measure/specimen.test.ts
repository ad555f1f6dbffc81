import { describe, expect, it } from 'vitest'
import type { FieldFeature } from '../../../../main/contract/index.ts'
import { mean, standardDeviation, studentHalfWidth } from '../../../../main/engine/math/index.ts'
import { measureSpecimen } from '../../../../main/engine/measure/index.ts'

const feature = (value: number | null, parts: Partial<FieldFeature> = {}): FieldFeature => ({
  measure: 'areaFraction',
  value,
  unit: '1',
  low: value === null ? null : value - 0.01,
  high: value === null ? null : value + 0.01,
  level: 0.9,
  n: 16,
  method: 'tiles',
  flag: value === null ? 'no objects in the field' : null,
  ...parts,
})
const specimen = (features: FieldFeature[], level = 0.9) =>
  measureSpecimen(
    features.map((one) => [one]),
    level,
  )[0]!

describe('measureSpecimen', () => {
  it('is the mean over fields with the t interval over fields', () => {
    const values = [0.21, 0.25, 0.19, 0.24]
    const found = specimen(values.map((value) => feature(value)))
    const half = (studentHalfWidth(0.9, 3) * standardDeviation(values)) / 2
    expect(found).toMatchObject({ measure: 'areaFraction', unit: '1', n: 4, level: 0.9, flag: null })
    expect(found.value).toBeCloseTo(mean(values), 12)
    expect(found.low).toBeCloseTo(mean(values) - half, 12)
    expect(found.method).toMatch(/over fields/)
  })

  it('keeps the interval of a single field and says so', () => {
    expect(specimen([feature(0.2)])).toMatchObject({ value: 0.2, low: 0.19, high: 0.2 + 0.01, n: 1 })
    expect(specimen([feature(0.2)]).flag).toMatch(/one field only/)
    expect(specimen([feature(7, { measure: 'objectCount', low: null, high: null })]).flag).toMatch(
      /without an interval/,
    )
  })

  it('never takes a missing field for 0', () => {
    const found = specimen([feature(0.2), feature(null), feature(0.3)])
    expect([found.value, found.n]).toEqual([0.25, 2])
    expect(found.flag).toBe('1 of 3 fields without a value: no objects in the field')
    expect(specimen([feature(null), feature(null)])).toMatchObject({
      value: null,
      low: null,
      n: 0,
      flag: 'no objects in the field',
    })
  })

  it('does not mix calibrated and uncalibrated fields', () => {
    const length = (value: number, unit: string) => feature(value, { measure: 'meanLinealIntercept', unit })
    const mixed = specimen([length(3, 'µm'), length(30, 'px')])
    expect(mixed.value).toBeNull()
    expect(mixed.flag).toMatch(/calibrated/)
  })

  it('stays inside what the measure can be and never has a zero-width interval', () => {
    const wide = specimen([feature(0.01), feature(0.9)])
    expect([wide.low, wide.high]).toEqual([0, 1])
    const same = specimen([feature(0.2), feature(0.2)])
    expect([same.value, same.low, same.high]).toEqual([0.2, null, null])
    expect(same.flag).toMatch(/one value/)
  })

  it('reports measures in order of first appearance and nothing for no fields', () => {
    const a = feature(0.2)
    const b = feature(5, { measure: 'objectCount' })
    expect(measureSpecimen([[a], [b, a]], 0.9).map(({ measure }) => measure)).toEqual([
      'areaFraction',
      'objectCount',
    ])
    expect(measureSpecimen([], 0.9)).toEqual([])
  })
})
