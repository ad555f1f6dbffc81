import { describe, expect, it } from 'vitest'
import type { DatasetTable, HeldOutPrediction, ModelDetail } from '../../../../main/contract/index.ts'
import { modelComparisonTable, modelTrust } from '../../../../main/contract/index.ts'
import {
  mean,
  randomStream,
  standardDeviation,
  studentHalfWidth,
} from '../../../../main/engine/math/index.ts'
import { compareModels } from '../../../../main/engine/models/comparison.ts'
import { gaussianCrps } from '../../../../main/engine/models/gaussian.ts'
import {
  binomialBand,
  binomialQuantile,
  groupJackknife,
  rankCorrelation,
} from '../../../../main/engine/models/grouped.ts'
import { scoreRows } from '../../../../main/engine/models/scores.ts'
import { pitHistogram, trustOf } from '../../../../main/engine/models/trust.ts'

const n = 200
const groupCount = 20
const groupNames = Array.from({ length: n }, (_, i) => `heat ${i % groupCount}`)

/** Observations N(2 t, 1) beside predictions of a calibrated model, one that is twice too sure, and the plain mean. */
function sample(): { model: ModelDetail; table: DatasetTable } {
  const stream = randomStream(3, 'trust')
  const t = Array.from({ length: n }, () => stream.normal())
  const y = t.map((v) => 100 + 2 * v + stream.normal())
  const kinds = { bhn: 1, ridge: 0.5, mean: Math.sqrt(5) }
  const heldOut = Object.entries(kinds).flatMap(([kind, sd]) =>
    y.map((value, i): HeldOutPrediction => {
      const centre = kind === 'mean' ? 100 : 100 + 2 * t[i]!
      return {
        model: kind as 'bhn' | 'ridge' | 'mean',
        specimen: `S${i}`,
        group: String(i % groupCount),
        fold: i % 5,
        output: 'strength',
        y: value,
        mean: centre,
        sd,
        low90: centre - 1.6449 * sd,
        high90: centre + 1.6449 * sd,
      }
    }),
  )
  const rowsOf = (kind: string) => heldOut.filter((row) => row.model === kind)
  const scores = (['bhn', 'ridge', 'mean'] as const).map((kind) =>
    scoreRows(kind, 'strength', 'MPa', rowsOf(kind), 1),
  )
  const model: ModelDetail = {
    id: '01890000-0000-7000-8000-000000000000',
    jobId: '01890000-0000-7000-8000-000000000001',
    datasetId: '01890000-0000-7000-8000-000000000002',
    inputs: ['t', 'route', 'u'],
    outputs: [{ name: 'strength', unit: 'MPa' }],
    recommended: 'bhn',
    scores,
    heldOut,
    loss: [],
    reliability: [{ output: 'strength', points: [{ nominal: 0.9, observed: 0.9, n }] }],
    notes: [],
    hyperparameters: {},
    seed: 1,
    createdAt: '2026-01-01T00:00:00.000Z',
  }
  const column = (name: string, kind: 'number' | 'category', levels: string[] = []) =>
    ({ name, unit: '1', role: 'process', kind, levels }) as const
  const table: DatasetTable = {
    columns: [
      column('t', 'number'),
      column('route', 'category', ['cast', 'forged']),
      column('u', 'number'),
    ].map((c) => ({ ...c, levels: [...c.levels] })),
    specimens: Array.from({ length: n }, (_, i) => `S${i}`),
    groups: groupNames,
    folds: Array.from({ length: n }, (_, i) => i % 5),
    values: [t, t.map((v) => (v > 0 ? 'cast' : 'forged')), y.map((v, i) => v - 2 * t[i]!)],
    standardErrors: [],
  }
  return { model, table }
}

describe('trust in a model', () => {
  const { model, table } = sample()

  it('finds a calibrated model calibrated, with groups as the dataset names them', () => {
    const trust = modelTrust.parse(trustOf(model, table, 'strength', null))
    expect(trust).toMatchObject({ model: 'bhn', n, groupCount, foldCount: 5, unit: 'MPa' })
    expect(trust.pit.bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(n)
    expect(trust.pit.outside).toBeLessThanOrEqual(trust.pit.outsideByChance)
    for (const point of trust.distribution) {
      expect(point.low).toBeLessThanOrEqual(point.nominal + 0.03)
      expect(point.high).toBeGreaterThanOrEqual(point.nominal - 0.03)
    }
    expect(trust.groups).toHaveLength(groupCount)
    expect(trust.groups.every((g) => g.n === n / groupCount && g.group.startsWith('heat '))).toBe(true)
    expect(trust.groups.reduce((sum, g) => sum + g.inside, 0)).toBe(trust.rows.filter((r) => r.inside).length)
    const highs = trust.groups.map((g) => g.high)
    expect(highs).toEqual([...highs].sort((a, b) => a - b))
  })

  it('finds one that is twice too sure too narrow: high ends, low coverage', () => {
    const trust = trustOf(model, table, 'strength', 'ridge')
    expect(trust.intervals).toHaveLength(1)
    expect(trust.intervals[0]!.high).toBeLessThan(0.9)
    expect(trust.pit.outside).toBeGreaterThan(trust.pit.outsideByChance)
    expect(trust.pit.bins[0]!.count).toBeGreaterThan(trust.pit.high)
    expect(trust.pit.bins.at(-1)!.count).toBeGreaterThan(trust.pit.high)
  })

  it('takes the PIT that the model states over the one of a normal distribution', () => {
    const stated = { ...model, heldOut: model.heldOut.map((row) => ({ ...row, pit: 0.25 })) }
    expect(trustOf(stated, table, 'strength', null).rows.every((row) => row.pit === 0.25)).toBe(true)
  })

  it('has an answer where a prediction has no width', () => {
    const sure = { ...model, heldOut: model.heldOut.map((row) => ({ ...row, sd: 0 })) }
    expect(new Set(trustOf(sure, table, 'strength', null).rows.map((row) => row.pit))).toEqual(
      new Set([0, 1]),
    )
    expect(compareModels(sure).rows[0]!.skill!.value).toBeGreaterThan(0)
  })

  it('sees a trend of the residuals where one was left, and none where none was', () => {
    const [t, route, u] = trustOf(model, table, 'strength', null).trends
    expect(t!.low).toBeLessThan(0)
    expect(t!.high).toBeGreaterThan(0)
    expect(route).toMatchObject({ correlation: null, low: null, high: null, n: 0 })
    // u is the residual of the calibrated model itself: a perfect trend.
    expect(u!.correlation).toBeCloseTo(1, 9)
  })

  it('names what it does not know', () => {
    expect(() => trustOf(model, table, 'other', null)).toThrow(/does not predict "other"/)
    expect(() => trustOf(model, table, 'strength', 'gp')).toThrow(/not scored with the kind "gp"/)
  })
})

describe('the comparison of kinds', () => {
  const { model } = sample()
  const compared = modelComparisonTable.parse(compareModels(model))
  const row = (kind: string) => compared.rows.find((one) => one.model === kind)!

  it('measures skill against the mean, and excess against the recommended kind', () => {
    const crps = (kind: string) =>
      mean(model.heldOut.filter((r) => r.model === kind).map((r) => gaussianCrps(r.y, r.mean, r.sd)))
    expect(row('bhn').skill!.value).toBeCloseTo(1 - crps('bhn') / crps('mean'), 12)
    expect(row('mean').skill).toBeNull()
    expect(row('bhn').excess).toBeNull()
    expect(row('ridge').excess!.value).toBeCloseTo(crps('ridge') / crps('bhn') - 1, 12)
    for (const { skill } of [row('bhn'), row('ridge')]) {
      expect(skill!.low).toBeLessThan(skill!.value)
      expect(skill!.high).toBeGreaterThan(skill!.value)
      expect(skill!.low).toBeGreaterThan(0)
    }
  })

  it('ranks, says why, and warns of an accuracy that the mean already reaches', () => {
    expect(compared.ranking.map((entry) => entry.model)).toEqual(['bhn', 'ridge', 'mean'])
    expect(compared.ranking[2]!.relativeCrps).toBe(1)
    expect(compared.flattered).toEqual([{ output: 'strength', accuracyOfMean: row('mean').accuracy }])
    expect(row('mean').accuracy).toBeGreaterThan(95)
    expect(compared.why[0]).toMatch(/^Bayesian hypernetwork is recommended: .* the lowest of 3 kinds\.$/)
    expect(compared.why[1]).toMatch(/^Strength: CRPS .* MPa, \d+ % below guessing the mean/)
  })

  it('says so when another kind did better on the rows held out', () => {
    const { why } = compareModels({ ...model, recommended: 'ridge' })
    expect(why[0]).toMatch(/On these held-out rows Bayesian hypernetwork is lower/)
  })
})

describe('figures of grouped rows', () => {
  it('the jackknife of a mean over equal groups is the t interval of the group means', () => {
    const stream = randomStream(9, 'jackknife')
    const groups = Array.from({ length: 40 }, (_, i) => `g${i % 8}`)
    const values = groups.map(() => stream.normal())
    const interval = groupJackknife(groups, 0.9, (keep) => mean(values.filter((_, i) => keep(i))))!
    const means = Array.from({ length: 8 }, (_, g) => mean(values.filter((_, i) => i % 8 === g)))
    const half = (studentHalfWidth(0.9, 7) * standardDeviation(means)) / Math.sqrt(8)
    expect(interval.low).toBeCloseTo(mean(means) - half, 10)
    expect(interval.high).toBeCloseTo(mean(means) + half, 10)
  })

  it('has no interval below four groups, nor where a figure is undefined', () => {
    expect(groupJackknife(['a', 'b', 'c'], 0.9, () => 1)).toBeNull()
    expect(groupJackknife(['a', 'b', 'c', 'd'], 0.9, () => Number.NaN)).toBeNull()
  })

  it('leaves many groups out in blocks', () => {
    const groups = Array.from({ length: 500 }, (_, i) => `g${i}`)
    let calls = 0
    const interval = groupJackknife(groups, 0.9, (keep) => {
      calls++
      return mean(groups.map((_, i) => i).filter((i) => keep(i)))
    })!
    expect(calls).toBe(61)
    expect(interval.low).toBeLessThan(249.5)
    expect(interval.high).toBeGreaterThan(249.5)
  })

  it("ranks by Spearman, ties shared: scipy's figure", () => {
    expect(rankCorrelation([1, 2, 3, 4, 5], [5, 6, 7, 8, 7])).toBeCloseTo(0.8207826816681233, 12)
    expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBeNaN()
    expect(rankCorrelation([1, 2], [1, 2])).toBeNaN()
  })

  it('knows the binomial distribution', () => {
    // n = 10, p = 1/2: P(X ≤ 2) = 56/1024, P(X ≤ 1) = 11/1024.
    expect(binomialQuantile(56 / 1024, 10, 0.5)).toBe(2)
    expect(binomialQuantile(56 / 1024 + 1e-9, 10, 0.5)).toBe(3)
    const band = binomialBand(0.9, 10, 0.5)
    expect([band.low, band.high]).toEqual([2, 8])
    expect(band.outside).toBeCloseTo(22 / 1024, 12)
  })

  it('counts every PIT once, ends included', () => {
    const { bins, expected } = pitHistogram([0, 0.05, 0.2, 0.999, 1])
    expect(bins.map((bin) => bin.count)).toEqual([2, 1, 0, 0, 2])
    expect(expected).toBe(1)
  })
})
