import { describe, expect, it } from 'vitest'
import { figure as figureSchema, type Figure, type ObjectTable } from '../../../main/contract/index.ts'
import { randomStream } from '../../../main/engine/math/index.ts'
import {
  candidatePredictions,
  coverageByModel,
  effectCurve,
  effectRankingFigure,
  featureDistribution,
  featureSpread,
  figureToSvg,
  lossCurve,
  modelComparison,
  parity,
  reliability,
  residuals,
  scorecardBars,
  scorecardUnits,
  shareInterval,
  sizeDistribution,
  stabilityBars,
} from '../../../main/figures/index.ts'
import { sampleInput } from '../engine/report/sample.ts'

const input = sampleInput(24)
const model = input.model ?? raise()
const causal = input.causal ?? raise()
const optimization = input.optimization ?? raise()
const table = input.dataset?.table ?? raise()

function raise(): never {
  throw new Error('The sample lacks a part.')
}

/** What every figure owes: the contract's shape, a caption with n, a drawing. */
function owed(figure: Figure): Figure {
  expect(figureSchema.parse(figure)).toEqual(figure)
  expect(figure.caption).toMatch(/n = |n=/)
  const svg = figureToSvg(figure, 'print', 'p')
  expect(svg).toContain('<svg')
  expect(svg).not.toMatch(/NaN|undefined/)
  return figure
}

function objects(sizes: number[], edge: (i: number) => boolean = () => false): ObjectTable {
  return {
    lengthUnit: 'µm',
    objects: sizes.map((equivalentCircleDiameter, i) => ({
      label: i + 1,
      area: 1,
      equivalentCircleDiameter,
      feretMax: 1,
      aspectRatio: 1,
      circularity: null,
      nearestNeighbourDistance: null,
      centroidRowPx: 0,
      centroidColPx: 0,
      touchesEdge: edge(i),
    })),
  }
}

describe('shareInterval', () => {
  it('is Wilson’s: 9 of 10 at 95 % is 0.5958 to 0.9821', () => {
    const { low, high } = shareInterval(9, 10, 0.95)
    expect(low).toBeCloseTo(0.5958, 3)
    expect(high).toBeCloseTo(0.9821, 3)
  })
  it('stays within 0 and 1 at the ends', () => {
    expect(shareInterval(0, 5, 0.9).low).toBe(0)
    expect(shareInterval(5, 5, 0.9).high).toBe(1)
  })
})

describe('sizeDistribution', () => {
  it('counts every object once, with an interval about each count', () => {
    const random = randomStream(3)
    const sizes = Array.from({ length: 300 }, () => Math.exp(-1.6 + 0.35 * random.normal()))
    const figure = owed(sizeDistribution(objects(sizes), 'S001'))
    const points = figure.series[0]?.points ?? []
    expect(points.reduce((sum, p) => sum + (p.y ?? 0), 0)).toBe(300)
    expect(points.length).toBeGreaterThan(6)
    for (const p of points) {
      expect(p.low).toBeLessThanOrEqual(p.y ?? -1)
      expect(p.high).toBeGreaterThan(p.y ?? 1e9)
      const [left, right] = [p.xLow ?? 0, p.xHigh ?? 0]
      const inside = sizes.filter((s) => s >= left && s < right).length
      expect(inside).toBe(p.y)
    }
  })
  it('leaves objects cut by the edge out and says so', () => {
    const table = objects([1, 2, 3, 4, 5, 6], (i) => i < 2)
    const figure = owed(sizeDistribution(table, 'S001'))
    expect(figure.caption).toContain('n = 4 objects')
    expect(figure.caption).toContain('2 objects cut by the image edge left out')
    expect(sizeDistribution(table, 'S001', { includeEdge: true }).caption).toContain('n = 6 objects')
  })
  it('takes one object, equal objects and none', () => {
    expect(owed(sizeDistribution(objects([0.2]), 'a')).series[0]?.points).toHaveLength(1)
    expect(owed(sizeDistribution(objects([2, 2, 2]), 'a')).series[0]?.points[0]?.y).toBe(3)
    expect(owed(sizeDistribution(objects([]), 'a')).caption).toContain('n = 0')
  })
})

describe('features', () => {
  it('spreads fields and the specimen mean with its interval', () => {
    const figure = owed(featureSpread(input.fieldFeatures, input.specimenFeatures, 'areaFraction'))
    expect(figure.x.categories).toHaveLength(24)
    expect(figure.series[0]?.points).toHaveLength(48)
    expect(figure.series[1]?.points.every((p) => p.low !== undefined && p.high !== undefined)).toBe(true)
    expect(figure.caption).toContain('90 %')
  })
  it('leaves a missing value out and says why, never draws it at 0', () => {
    const figure = owed(
      featureSpread(input.fieldFeatures, input.specimenFeatures, 'nearestNeighbourDistanceMean'),
    )
    expect(figure.series[1]?.points).toHaveLength(23)
    expect(figure.caption).toContain('1 without a value (fewer than 2 objects)')
  })
  it('never mixes pixels with micrometres', () => {
    const mixed = input.specimenFeatures.map((row, i) =>
      i % 24 === 1 ? { ...row, unit: 'px', value: 50 } : row,
    )
    const figure = featureSpread(input.fieldFeatures, mixed, 'equivalentCircleDiameterMean')
    expect(figure.y.unit).toBe('µm')
    expect(Math.max(...(figure.series[1]?.points ?? []).map((p) => p.y ?? 0))).toBeLessThan(1)
    expect(figure.caption).toContain('in another unit left out')
  })
  it('keeps every raw value in a distribution, by group', () => {
    const figure = owed(
      featureDistribution(input.specimenFeatures, 'areaFraction', (name) => `g${Number(name.slice(1)) % 3}`),
    )
    expect(figure.series[0]?.points).toHaveLength(24)
    expect(figure.x.categories).toEqual(['g0', 'g1', 'g2'])
  })
})

describe('model figures', () => {
  it('parity has the held-out mean and 90 % interval against the observation', () => {
    const figure = owed(parity(model, 'yield strength', ['bhn', 'ridge']))
    expect(figure.diagonal).toBe(true)
    expect(figure.series).toHaveLength(2)
    const first = model.heldOut.find((p) => p.model === 'bhn' && p.output === 'yield strength')
    expect(figure.series[0]?.points[0]).toEqual({
      x: first?.y,
      y: first?.mean,
      low: first?.low90,
      high: first?.high90,
      label: first?.specimen,
    })
    expect(figure.caption).toContain('n = 24 held-out specimens of 6 groups')
    expect(() => parity(model, 'no such')).toThrowError(/no such output/)
  })
  it('residuals are observed − predicted with the interval turned round', () => {
    const figure = owed(residuals(model, table, 'yield strength', 'ageing temperature'))
    const p = figure.series[0]?.points[0]
    const row = model.heldOut.find(
      (h) => h.model === 'bhn' && h.specimen === p?.label && h.output === 'yield strength',
    )
    expect(p?.y).toBeCloseTo((row?.y ?? 0) - (row?.mean ?? 0), 10)
    expect(p?.low).toBeCloseTo((row?.y ?? 0) - (row?.high90 ?? 0), 10)
    expect(() => residuals(model, table, 'yield strength', 'nothing')).toThrowError(/no such column/)
  })
  it('reliability is in % with Wilson whiskers, on a diagonal', () => {
    const figure = owed(reliability(model))
    expect(figure.diagonal).toBe(true)
    expect(figure.series).toHaveLength(2)
    const p = figure.series[0]?.points[4]
    expect(p?.x).toBe(50)
    expect(p?.low).toBeLessThan(p?.y ?? 0)
    expect(owed(reliability(model, 'elongation')).series).toHaveLength(1)
  })
  it('coverage shows every model beside the nominal 90 %', () => {
    const figure = owed(coverageByModel(model))
    expect(figure.series.map((s) => s.mark)).toEqual(['bars', 'bars', 'bars', 'dashed'])
    expect(figure.series[3]?.points.every((p) => p.y === 90)).toBe(true)
    expect(figure.series[0]?.points.every((p) => p.low !== undefined)).toBe(true)
  })
  it('compares in the unit of one output, with a jackknife interval of the RMSE', () => {
    const figure = owed(modelComparison(model, 'rmse', 'yield strength'))
    expect(figure.y.unit).toBe('MPa')
    for (const p of figure.series[0]?.points ?? []) {
      expect(p.low).toBeLessThan(p.y ?? 0)
      expect(p.high).toBeGreaterThan(p.y ?? 0)
    }
    expect(owed(modelComparison(model, 'nll', 'yield strength')).y.unit).toBe('nats')
  })
  it('compares several outputs against the mean of the training rows, since units differ', () => {
    const score = (kind: string) => model.scores.find((s) => s.model === kind && s.output === 'elongation')
    const ratio = owed(modelComparison(model, 'crps')).series[0]?.points[1]?.y
    expect(ratio).toBeCloseTo((score('bhn')?.crps ?? 0) / (score('mean')?.crps ?? 1), 12)
    const gap = owed(modelComparison(model, 'nll')).series[0]?.points[1]?.y
    expect(gap).toBeCloseTo((score('bhn')?.nll ?? 0) - (score('mean')?.nll ?? 0), 12)
  })
  it('loss has a validation curve only where one was recorded', () => {
    expect(owed(lossCurve(model.loss)).series).toHaveLength(2)
    expect(owed(lossCurve(model.loss.map((p) => ({ ...p, validation: null })))).series).toHaveLength(1)
    expect(owed(lossCurve([])).caption).toContain('n = 0')
  })
})

describe('causal figures', () => {
  const effect = causal.effects[0] ?? raise()
  const units = { treatment: '°C', outcome: 'MPa' }
  it('the effect curve mutes what no specimen supports and joins the two parts', () => {
    const figure = owed(effectCurve(effect, units, table))
    const [points, band, unsupported, naive] = figure.series
    expect(figure.series.map((s) => [s.mark, s.tone])).toEqual([
      ['points', 'muted'],
      ['band', 'main'],
      ['dashed', 'muted'],
      ['dashed', 'second'],
    ])
    expect(points?.points).toHaveLength(24)
    const supportedAt = effect.curve.findIndex((p) => p.supported)
    expect(band?.points[supportedAt - 1]?.y).toBeNull()
    expect(unsupported?.points[supportedAt]?.y).toBe(band?.points[supportedAt]?.y)
    const [a, b] = naive?.points ?? []
    const slope = ((b?.y ?? 0) - (a?.y ?? 0)) / (Number(b?.x) - Number(a?.x))
    expect(slope).toBeCloseTo(effect.naive?.estimate ?? 0, 10)
    expect(figure.caption).toContain('95 %')
  })
  it('draws no causal curve for an effect that is not identified', () => {
    const figure = owed(effectCurve({ ...effect, identified: false }, units))
    expect(figure.series.map((s) => s.name)).not.toContain('causal')
    expect(figure.caption).toContain('Not identified')
  })
  it('ranks with the critical ones in the main tone and the rest muted', () => {
    const figure = owed(effectRankingFigure(causal, 'yield strength'))
    expect(figure.y.categories?.[0]).toBe('ageing temperature')
    expect(figure.series[0]?.points).toHaveLength(3)
    expect(figure.series[1]).toMatchObject({ tone: 'muted', mark: 'range' })
    expect(figure.series[1]?.points.map((p) => p.y)).toEqual([3, 4])
    expect(() => effectRankingFigure(causal, 'nothing')).toThrowError(/no such outcome/)
  })
  it('sorts edges by stability with Wilson intervals over the resamples', () => {
    const figure = owed(stabilityBars(causal))
    const shares = figure.series[0]?.points.map((p) => Number(p.x)) ?? []
    expect([...shares].sort((a, b) => b - a)).toEqual(shares)
    expect(figure.series[0]?.points[3]?.xLow).toBeLessThan(shares[3] ?? 0)
    const without = { ...causal, resamples: 0, edges: causal.edges.map((e) => ({ ...e, stability: null })) }
    expect(owed(stabilityBars(without)).caption).toContain('without resampling')
  })
})

describe('candidates and scorecard', () => {
  it('draws every candidate as an interval beside the best measured specimen', () => {
    const figure = owed(candidatePredictions(optimization))
    expect(figure.series[0]?.points).toHaveLength(4)
    expect(figure.series[0]?.points.every((p) => p.xLow !== undefined && p.xHigh !== undefined)).toBe(true)
    expect(figure.series[1]?.points.every((p) => p.x === optimization.incumbent.value)).toBe(true)
    expect(owed(candidatePredictions(optimization, 'elongation')).series.map((s) => s.name)).toContain(
      'lower limit',
    )
    expect(() => candidatePredictions(optimization, 'nothing')).toThrowError(/no such output/)
    expect(owed(candidatePredictions({ ...optimization, candidates: [] })).caption).toContain('n = 0')
  })
  it('puts one unit on one axis and names what was not determined', () => {
    const rows = input.scorecard ?? raise()
    expect(scorecardUnits(rows)).toEqual(['1', 'MPa'])
    const figure = owed(scorecardBars(rows))
    expect(figure.series[0]?.points).toHaveLength(3)
    expect(figure.caption).toContain('Not determined: area fraction error')
  })
})
