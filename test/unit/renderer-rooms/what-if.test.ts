import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import type { DatasetTable } from '../../../main/contract/index.ts'
import {
  epistemicShare,
  inputControls,
  outsideInputs,
  rowOfSpecimen,
  sliderStep,
  sweepRows,
} from '../../../renderer/rooms/train/whatIf.ts'

const table: DatasetTable = {
  columns: [
    { name: 'T', unit: '°C', role: 'process', kind: 'number', levels: [] },
    { name: 'route', unit: '1', role: 'process', kind: 'category', levels: ['cast', 'forged'] },
    { name: 'empty', unit: '1', role: 'process', kind: 'number', levels: [] },
  ],
  specimens: ['S1', 'S2', 'S3'],
  groups: ['a', 'b', 'c'],
  folds: [0, 1, 2],
  values: [
    [600, 800, null],
    ['forged', 'cast', 'forged'],
    [null, null, null],
  ],
  standardErrors: [
    [null, null, null],
    [null, null, null],
    [null, null, null],
  ],
}
const controls = inputControls(table, ['T', 'route', 'empty', 'not there'])

describe('what-if inputs', () => {
  it('takes limits and middle from the data and leaves out what has none', () => {
    expect(controls.map((control) => control.name)).toEqual(['T', 'route'])
    expect(controls[0]).toMatchObject({ low: 600, high: 800, step: 1, middle: 700 })
    expect(controls[1]).toMatchObject({ kind: 'category', levels: ['cast', 'forged'], middle: 'forged' })
  })

  it('starts from a specimen, and from the middle where it has no value', () => {
    expect(rowOfSpecimen(table, controls, 'S2')).toEqual({ T: 800, route: 'cast' })
    expect(rowOfSpecimen(table, controls, 'S3')).toEqual({ T: 700, route: 'forged' })
    expect(rowOfSpecimen(table, controls, null)).toEqual({ T: 700, route: 'forged' })
    expect(rowOfSpecimen(table, controls, 'nobody')).toEqual({ T: 700, route: 'forged' })
  })

  it('names the inputs beyond the data', () => {
    expect(outsideInputs(controls, { T: 801, route: 'cast' })).toEqual(['T'])
    expect(outsideInputs(controls, { T: 800, route: 'cast' })).toEqual([])
  })

  it('sweeps one input from end to end and keeps the rest', () => {
    const rows = sweepRows({ T: 1, route: 'cast' }, controls[0]!, 5)
    expect(rows.map((row) => row['T'])).toEqual([600, 650, 700, 750, 800])
    expect(rows.every((row) => row['route'] === 'cast')).toBe(true)
  })

  it('steps by a round figure of 1/200 to 1/80 of the range', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (span) => {
        const step = sliderStep(0, span)
        expect(step).toBeGreaterThanOrEqual((span / 200) * 0.999)
        expect(step).toBeLessThanOrEqual(span / 79)
        const lead = step / 10 ** Math.floor(Math.log10(step) + 1e-9)
        expect([1, 2, 5].some((figure) => Math.abs(lead - figure) < 1e-6)).toBe(true)
      }),
    )
    expect(sliderStep(3, 3)).toBe(1)
  })

  it('shares the variance, not the deviations', () => {
    expect(epistemicShare({ epistemicSd: 3, aleatoricSd: 4 })).toBeCloseTo(9 / 25, 12)
    expect(epistemicShare({ epistemicSd: 0, aleatoricSd: 0 })).toBe(0)
  })
})
