import { describe, expect, it } from 'vitest'
import {
  figure as figureSchema,
  type Figure,
  type ModelTrust,
  type Prediction,
} from '../../../main/contract/index.ts'
import { normalPdf } from '../../../main/engine/math/index.ts'
import { trustOf } from '../../../main/engine/models/trust.ts'
import {
  figureToSvg,
  groupCoverage,
  hasTrend,
  lossCurve,
  pitFigure,
  predictedDensity,
  responseCurve,
  trendText,
  trustParity,
  trustReliability,
} from '../../../main/figures/index.ts'
import { sampleInput } from '../engine/report/sample.ts'

const sample = sampleInput(24)
if (sample.model === null || sample.dataset === null) throw new Error('The sample lacks a part.')
const { table } = sample.dataset
const trust = trustOf(sample.model, table, 'yield strength', null)

function owed(figure: Figure): Figure {
  expect(figureSchema.parse(figure)).toEqual(figure)
  expect(figure.caption).toMatch(/n = /)
  expect(figureToSvg(figure, 'print', 'p')).not.toMatch(/NaN|undefined/)
  return figure
}
const count = (figure: Figure) => figure.series.map((series) => series.points.length)

describe('figures of trust', () => {
  it('parity parts the points by whether their interval holds, or by a group', () => {
    const inside = trust.rows.filter((row) => row.inside).length
    expect(count(owed(trustParity(trust)))).toEqual([inside, trust.n - inside])
    const group = trust.groups[0]!
    const named = owed(trustParity(trust, group.group))
    expect(count(named)).toEqual([trust.n - group.n, group.n])
    expect(named.series[1]!.name).toBe(`group ${group.group}`)
    expect(named.series[1]!.points[0]).toMatchObject({ low: expect.any(Number), high: expect.any(Number) })
  })

  it('reliability has the stated intervals beside the distribution, with whiskers', () => {
    const figure = owed(trustReliability(trust))
    expect(figure.diagonal).toBe(true)
    expect(figure.series).toHaveLength(2)
    for (const series of figure.series)
      for (const point of series.points) {
        expect(point.low).toBeLessThanOrEqual(point.y ?? Number.NaN)
        expect(point.high).toBeGreaterThanOrEqual(point.y ?? Number.NaN)
      }
  })

  it('the PIT histogram counts every specimen and draws what chance allows', () => {
    const figure = owed(pitFigure(trust))
    const [bars, expected, low, high] = figure.series
    expect(bars!.points.reduce((sum, point) => sum + (point.y ?? 0), 0)).toBe(trust.n)
    expect(expected!.points[0]!.y).toBe(trust.n / trust.pit.bins.length)
    expect(low!.points[0]!.y).toBe(trust.pit.low)
    expect(high!.points[0]!.y).toBe(trust.pit.high)
    expect(figure.caption).toContain('chance')
  })

  it('coverage of groups says how many are not drawn, and marks those shown to be too narrow', () => {
    const narrow = { share: 0.2, low: 0.05, high: 0.6, n: 5, group: 'bad heat', inside: 1, meanResidual: 3 }
    const many: ModelTrust = {
      ...trust,
      groups: [
        narrow,
        ...Array.from({ length: 40 }, (_, i) => ({ ...narrow, share: 1, high: 1, group: `h${i}` })),
      ],
    }
    const figure = owed(groupCoverage(many))
    expect(figure.y.categories).toHaveLength(24)
    expect(figure.y.categories![0]).toBe('bad heat (1 of 5)')
    expect(figure.series.find((s) => s.tone === 'warn')!.points).toHaveLength(1)
    expect(figure.caption).toContain('17 more are not drawn')
  })

  it('a trend is one only where its interval leaves out 0', () => {
    const trend = { input: 'T', correlation: 0.4, low: 0.1, high: 0.6, n: 24 }
    expect(hasTrend(trend)).toBe(true)
    expect(hasTrend({ ...trend, low: -0.1 })).toBe(false)
    expect(hasTrend({ ...trend, low: null, high: null })).toBe(false)
    expect(trendText(trend)).toBe('rank correlation 0.4 (90 % interval 0.1 to 0.6 over groups)')
    expect(trendText({ ...trend, correlation: null })).toBeNull()
  })
})

describe('the predicted density', () => {
  const curve = Array.from({ length: 81 }, (_, i) => {
    const z = (i - 40) / 10
    return { value: 400 + 10 * z, whole: normalPdf(z) / normalPdf(0), epistemic: 0.5, aleatoric: 0.2 }
  })
  const prediction: Prediction = {
    output: 'yield strength',
    unit: 'MPa',
    mean: 400,
    sd: 10,
    low: 383.6,
    high: 416.4,
    level: 0.9,
    epistemicSd: 6,
    aleatoricSd: 8,
    distribution: {
      quantiles: [
        { p: 0.05, value: 383.6 },
        { p: 0.25, value: 393.3 },
        { p: 0.75, value: 406.7 },
        { p: 0.95, value: 416.4 },
      ],
      curve,
    },
  }
  const measured = [
    { value: 390, specimen: 'S1' },
    { value: 420, specimen: 'S2' },
  ]

  it('shades the 50 and 90 % intervals, keeps both parts apart, and marks specimens and window', () => {
    const figure = owed(predictedDensity(prediction, { measured, window: { low: 380, high: null } }))
    const named = (name: string) => figure.series.filter((series) => series.name === name)
    const shaded = figure.series.filter((series) => series.mark === 'band')
    expect(shaded.map((s) => [Number(s.points[0]!.x), Number(s.points.at(-1)!.x)])).toEqual([
      [384, 416],
      [394, 406],
    ])
    expect(shaded.every((s) => s.points.every((p) => p.low === 0 && p.high === p.y))).toBe(true)
    expect(named('epistemic')).toHaveLength(1)
    expect(named('aleatoric')).toHaveLength(1)
    expect(named('measured')[0]!.points.map((p) => p.x)).toEqual([390, 420])
    expect(named('window')[0]!.points.map((p) => p.x)).toEqual([380, 380])
    expect(figure.caption).toContain('n = 2 measured')
  })

  it('asks for the distribution', () => {
    const { distribution, ...without } = prediction
    expect(distribution).toBeDefined()
    expect(() => predictedDensity(without, { measured, window: null })).toThrow(/without its distribution/)
  })
})

describe('curves with a break', () => {
  it('the response is drawn apart beyond the data, joined at the border', () => {
    const rows = [1, 2, 3, 4].map((mean) => ({
      predictions: [
        {
          ...{ output: 'R', unit: 'MPa', mean, sd: 1, low: mean - 1, high: mean + 1, level: 0.9 },
          ...{ epistemicSd: 0.6, aleatoricSd: 0.8 },
        },
      ],
      insideDomain: true,
      nearestSpecimen: 'S1',
    }))
    const subject = { input: 'T', inputUnit: '°C', output: 'R', at: null, data: { low: 10, high: 30 } }
    const figure = responseCurve([10, 20, 30, 40], rows, subject)
    expect(figure.series.map((s) => s.points.map((p) => p.y))).toEqual([
      [1, 2, 3, null],
      [null, null, 3, 4],
    ])
    expect(figure.caption).toContain('outside the data')
  })

  it('a loss that begins anew is a line of its own', () => {
    const point = (step: number) => ({ step, train: 1, validation: null })
    const figure = lossCurve([point(10), point(20), point(10), point(20)])
    expect(figure.series[0]!.points.map((p) => p.y)).toEqual([1, 1, null, 1, 1])
  })
})
