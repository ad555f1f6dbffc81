import { describe, expect, it } from 'vitest'
import { settableRow } from '../../../../main/engine/optimize/settings.ts'
import { designSpace, pointDistance, pointOfRow } from '../../../../main/engine/optimize/space.ts'
import { tableOf } from './gp.ts'

const table = tableOf({ a: [0, 1], b: [0, 10] })
const space = designSpace(table, ['a', 'b'], [{ column: 'a' }, { column: 'b' }], {})
const isSetting = (row: Float64Array): boolean =>
  space.varied.every(
    ({ index, step }) => Math.abs(row[index]! / step - Math.round(row[index]! / step)) < 1e-9,
  )
const each = (points: Float64Array, value: (point: Float64Array) => number): Float64Array =>
  Float64Array.from({ length: points.length / 2 }, (_, i) => value(points.subarray(2 * i, 2 * i + 2)))

describe('settings of a candidate', () => {
  const row = Float64Array.of(0.123456, 7.654321)

  it('are the rounded ones where those are allowed', () => {
    expect(settableRow(space, row, (points) => each(points, () => 1), 0)).toEqual(
      Float64Array.of(0.123, 7.65),
    )
  })

  it('are neighbouring ones, still rounded, where the rounded ones double a candidate', () => {
    const taken = pointOfRow(space, Float64Array.of(0.123, 7.65))
    for (const apart of [0.0005, 0.01, 0.02]) {
      const found = settableRow(
        space,
        row,
        (points) => each(points, (p) => (pointDistance(p, taken) < apart ? -1 : p[0]!)),
        0,
      )!
      expect(isSetting(found)).toBe(true)
      expect(pointDistance(pointOfRow(space, found), taken)).toBeGreaterThanOrEqual(apart)
      // The better of the allowed neighbours: scores rise with the first column.
      expect(found[0]!).toBeGreaterThan(0.123)
    }
  })

  it('stay within the bounds, and are none where nothing near is allowed', () => {
    const corner = Float64Array.of(0.99999, 9.9999)
    const found = settableRow(space, corner, (points) => each(points, (p) => (p[0]! > 0.999 ? -1 : 1)), 0)!
    expect(found[0]!).toBeLessThanOrEqual(0.999)
    expect(found[1]!).toBeLessThanOrEqual(10)
    expect(settableRow(space, row, (points) => each(points, () => -1), 0)).toBeNull()
  })
})
