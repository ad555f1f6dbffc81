import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import type { DatasetTable, ModelInput } from '../../../main/contract/index.ts'
import {
  epistemicShare,
  generatorInputs,
  inputControls,
  noWindow,
  outsideInputs,
  parseWindow,
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
const input = (name: string, change: Partial<ModelInput> = {}): ModelInput => ({
  name,
  unit: '°C',
  kind: 'number',
  low: 600,
  high: 800,
  physicalLow: -273.15,
  physicalHigh: null,
  levels: [],
  missingSeen: false,
  typical: 700.4,
  ...change,
})
const route = input('route', {
  unit: '1',
  kind: 'category',
  low: 0,
  high: 0,
  physicalLow: null,
  levels: ['cast', 'forged'],
  typical: 'forged',
})
const controls = inputControls([input('T'), route])

describe('what-if inputs', () => {
  it('reach a fifth beyond the data, start from a typical value on a step', () => {
    expect(controls[0]).toMatchObject({ low: 600, high: 800, from: 560, to: 840, step: 1, middle: 700 })
    expect(controls[1]).toMatchObject({ kind: 'category', levels: ['cast', 'forged'], middle: 'forged' })
  })

  it('never reach beyond physics, nor across 0 where the data do not', () => {
    const [al, rate, under] = inputControls([
      input('Al', { low: 1, high: 99, physicalLow: 0, physicalHigh: 100 }),
      input('rate', { low: 1, high: 80, physicalLow: null }),
      input('under', { low: -40, high: -1, physicalLow: null }),
    ])
    expect([al!.from, al!.to]).toEqual([0, 100])
    expect(rate!.from).toBe(0)
    expect(under!.to).toBe(0)
  })

  it('starts from a specimen, and from the middle where it has no value', () => {
    expect(rowOfSpecimen(table, controls, 'S2')).toEqual({ T: 800, route: 'cast' })
    expect(rowOfSpecimen(table, controls, 'S3')).toEqual({ T: 700, route: 'forged' })
    expect(rowOfSpecimen(table, controls, null)).toEqual({ T: 700, route: 'forged' })
    expect(rowOfSpecimen(table, controls, 'nobody')).toEqual({ T: 700, route: 'forged' })
    // Where the model knows missing cells a missing cell stays one.
    const knows = inputControls([input('T', { missingSeen: true }), route])
    expect(rowOfSpecimen(table, knows, 'S3')).toEqual({ T: null, route: 'forged' })
  })

  it('names the inputs beyond the data, and those missing where none was', () => {
    expect(outsideInputs(controls, { T: 801, route: 'cast' })).toEqual(['T'])
    expect(outsideInputs(controls, { T: 800, route: 'cast' })).toEqual([])
    expect(outsideInputs(controls, { T: null, route: 'rolled' })).toEqual(['T', 'route'])
    expect(outsideInputs(inputControls([input('T', { missingSeen: true })]), { T: null })).toEqual([])
  })

  it('sweeps one input from end to end of its slider and keeps the rest', () => {
    const rows = sweepRows({ T: 1, route: 'cast' }, controls[0]!, 5)
    expect(rows.map((row) => row['T'])).toEqual([560, 630, 700, 770, 840])
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

describe('a window as typed', () => {
  const typed = (low: string, high: string, level = '') => parseWindow('R', { low, high, level })
  it('may leave an end open, and is none while nothing is typed', () => {
    expect(parseWindow('R', noWindow)).toEqual({ window: null, problem: null })
    expect(typed(' 600 ', '').window).toEqual({ output: 'R', low: 600, high: null, level: null })
    expect(typed('', '0,5').window).toEqual({ output: 'R', low: null, high: 0.5, level: null })
    expect(typed('\u22125', '5').window).toEqual({ output: 'R', low: -5, high: 5, level: null })
    expect(typed('', '', 'ferrite').window).toEqual({ output: 'R', low: null, high: null, level: 'ferrite' })
  })

  it('is refused with its reason', () => {
    expect(typed('x', '')).toEqual({ window: null, problem: 'not a number' })
    expect(typed('2', '1')).toEqual({ window: null, problem: 'ends before it begins' })
    expect(typed('2', '2')).toEqual({ window: null, problem: 'ends before it begins' })
  })
})

describe('what a generator is asked', () => {
  it('is the numbers of its own inputs, and names those for which there is none', () => {
    const row = { T: 900, t: 0, route: 'cast', C: null, other: 5 }
    expect(generatorInputs([{ name: 'T' }, { name: 't' }], row)).toEqual({
      values: { T: 900, t: 0 },
      missing: [],
    })
    expect(generatorInputs([{ name: 'C' }, { name: 'T' }, { name: 'route' }, { name: 'Ni' }], row)).toEqual({
      values: { T: 900 },
      missing: ['C', 'route', 'Ni'],
    })
  })
})
