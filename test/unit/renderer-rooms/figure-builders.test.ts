import { describe, expect, it } from 'vitest'
import {
  figure as figureSchema,
  type Prediction,
  type Specimen,
  type SpecimenFeature,
} from '../../../main/contract/index.ts'
import {
  featureAgainstProcess,
  featureSpread,
  markPoints,
  responseCurve,
} from '../../../main/figures/index.ts'

const feature = (name: string, value: number | null, unit = '1'): SpecimenFeature => ({
  measure: 'areaFraction',
  value,
  unit,
  low: value === null ? null : value - 0.1,
  high: value === null ? null : value + 0.1,
  level: 0.9,
  n: 2,
  method: 'mean over fields',
  flag: null,
  specimenId: `id-${name}`,
  specimenName: name,
})
const specimen = (name: string, number: number | null, text: string | null = null): Specimen => ({
  id: `id-${name}`,
  name,
  group: 'g',
  values: [{ column: 'time', unit: 'h', number, text }],
})

describe('a measure against a process column', () => {
  it('draws every specimen that has both values with its interval, and counts the others', () => {
    const rows = [feature('a', 1), feature('b', 2), feature('c', null), feature('d', 4)]
    const drawn = featureAgainstProcess(
      rows,
      [specimen('a', 8), specimen('b', 24), specimen('c', 1), specimen('d', null)],
      'areaFraction',
      'time',
    )
    expect(figureSchema.parse(drawn)).toEqual(drawn)
    expect(drawn.series[0]?.points).toEqual([
      { x: 8, y: 1, low: 0.9, high: 1.1, label: 'a' },
      { x: 24, y: 2, low: 1.9, high: 2.1, label: 'b' },
    ])
    expect(drawn.x).toMatchObject({ name: 'time', unit: 'h', kind: 'value' })
    expect(drawn.caption).toContain('2 specimens')
    expect(drawn.caption).toContain('2 without one of the two')
  })

  it('stands categories side by side and mixes no units', () => {
    const drawn = featureAgainstProcess(
      [feature('a', 1), feature('b', 2), feature('c', 3, 'px')],
      [specimen('a', null, 'cast'), specimen('b', null, 'forged'), specimen('c', null, 'cast')],
      'areaFraction',
      'time',
    )
    expect(drawn.x.categories).toEqual(['cast', 'forged'])
    expect(drawn.series[0]?.points.map((p) => p.label)).toEqual(['a', 'b'])
    expect(drawn.caption).toContain('another unit')
  })

  it('says so when no specimen has both', () => {
    expect(featureAgainstProcess([feature('a', 1)], [], 'areaFraction', 'time').caption).toContain('n = 0')
  })
})

describe('marking points', () => {
  const plain = featureSpread([], [feature('a', 1), feature('b', 2)], 'areaFraction')

  it('moves the chosen points into a series of their own and loses none', () => {
    const marked = markPoints(plain, (point) => point.x === 'b', 'far', 'warn')
    expect(marked.series.at(-1)).toMatchObject({ name: 'far', tone: 'warn', mark: 'points' })
    expect(marked.series.at(-1)?.points.map((p) => p.x)).toEqual(['b'])
    const count = (f: typeof plain) => f.series.reduce((sum, s) => sum + s.points.length, 0)
    expect(count(marked)).toBe(count(plain))
    expect(plain.series.at(-1)?.points).toHaveLength(2)
  })

  it('leaves the figure as it is when nothing is chosen, and lines whole', () => {
    expect(markPoints(plain, () => false, 'far', 'warn')).toBe(plain)
    const line = { ...plain, series: plain.series.map((s) => ({ ...s, mark: 'line' as const })) }
    expect(markPoints(line, () => true, 'far', 'warn')).toBe(line)
  })
})

describe('the response of a prediction to one input', () => {
  const prediction = (mean: number): Prediction => ({
    output: 'R',
    unit: 'MPa',
    mean,
    sd: 1,
    low: mean - 2,
    high: mean + 2,
    level: 0.9,
    epistemicSd: 1,
    aleatoricSd: 1,
  })
  const rows = [10, 20, 30].map((mean) => ({
    predictions: [prediction(mean)],
    insideDomain: true,
    nearestSpecimen: 'S1',
  }))
  const subject = { input: 'time', inputUnit: 'h', output: 'R', at: 2.1 }

  it('draws mean and interval at each value, and the point where the person stands', () => {
    const drawn = responseCurve([1, 2, 3], rows, subject)
    expect(figureSchema.parse(drawn)).toEqual(drawn)
    expect(drawn.series[0]).toMatchObject({ mark: 'band' })
    expect(drawn.series[0]?.points).toEqual([
      { x: 1, y: 10, low: 8, high: 12 },
      { x: 2, y: 20, low: 18, high: 22 },
      { x: 3, y: 30, low: 28, high: 32 },
    ])
    expect(drawn.series[1]?.points.map((p) => p.x)).toEqual([2])
    expect(drawn.caption).toContain('90 %')
    expect(drawn.caption).toContain('not the effect')
  })

  it('refuses an output the model does not predict', () => {
    expect(() => responseCurve([1, 2, 3], rows, { ...subject, output: 'other' })).toThrow('no such output')
    expect(responseCurve([], [], subject).caption).toContain('n = 0')
  })
})
