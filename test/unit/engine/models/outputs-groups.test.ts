import { describe, expect, it } from 'vitest'
import type { Table } from '../../../../main/engine/dataset/table.ts'
import { silentProgress } from '../../../../main/engine/dataset/table.ts'
import { normalCdf, randomStream } from '../../../../main/engine/math/index.ts'
import {
  deserializeModel,
  fitModel,
  posterior,
  predictiveQuantiles,
  serializeModel,
  windowProbabilities,
  type FitSpec,
  type FittedModel,
  type OutputGroup,
} from '../../../../main/engine/models/index.ts'
import { executor, foldsOf, numberColumn, tableOf } from './tables.ts'

const phases = ['ferrite', 'martensite', 'austenite'] as const
const n = 90

/** Logistic-normal phases of a temperature; below 0.5 % none is seen, and a few specimens were not measured. */
function phaseTable(): Table {
  const stream = randomStream(2, 'phases')
  const temperature = Array.from({ length: n }, () => stream.uniform())
  const rows = temperature.map((t, i) => {
    if (i % 15 === 7) return [Number.NaN, Number.NaN, Number.NaN]
    const raw = [3 - 5 * t, 4 * t, -2 + 2 * t].map((v) => Math.exp(v + 0.3 * stream.normal()))
    const seen = raw.map((v) => (v / raw.reduce((a, b) => a + b, 0) < 0.005 ? 0 : v))
    const sum = seen.reduce((a, b) => a + b, 0)
    return seen.map((v) => (100 * v) / sum)
  })
  return tableOf([
    numberColumn('T', temperature),
    numberColumn(
      'other',
      temperature.map(() => stream.uniform()),
    ),
    ...phases.map((name, j) =>
      numberColumn(
        name,
        rows.map((row) => row[j]!),
        'microstructure',
      ),
    ),
    numberColumn(
      'hardness',
      temperature.map((t) => 200 + 100 * t + 5 * stream.normal()),
      'property',
    ),
  ])
}

const composition: OutputGroup = { name: 'phases', columns: phases, total: 100, kind: 'composition' }
const fit = (table: Table, spec: Partial<FitSpec>): FittedModel =>
  fitModel(
    table,
    {
      inputs: ['T', 'other'],
      outputs: ['hardness'],
      folds: foldsOf(table.rowIds.length, 3),
      seed: 5,
      kinds: ['bhn-raw'],
      groups: [composition],
      executor,
      ...spec,
    },
    silentProgress,
  )

describe('a composition among the outputs', () => {
  const table = phaseTable()
  const model = fit(table, {})
  const served = posterior(model, executor)
  const rows = [0.05, 0.5, 0.95].map((T) => ({ T, other: 0.5 }))

  it('is stated as parts that add up to the total, beside outputs that stand alone', () => {
    expect(model.outputs.map(({ name }) => name)).toEqual(['hardness', ...phases])
    for (const { predictions } of served.predict([...rows, { T: 40, other: null }], 0.9)) {
      const parts = predictions.slice(1)
      expect(Math.abs(parts.reduce((sum, p) => sum + p.mean, 0) - 100)).toBeLessThan(1e-9)
      for (const { low, high, sd, epistemicSd, aleatoricSd } of parts) {
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(100)
        expect(low).toBeLessThan(high)
        expect(sd).toBeGreaterThan(0)
        expect(Math.hypot(epistemicSd, aleatoricSd) / sd).toBeCloseTo(1, 9)
      }
    }
  })

  it('adds up in every draw', () => {
    const x = Float64Array.from(rows.flatMap(({ T, other }) => [T, other]))
    const drawn = served.samples(x, 3, 40)
    for (let row = 0; row < drawn.length; row += 4) {
      const parts = drawn.subarray(row + 1, row + 4)
      expect(Math.abs(parts[0]! + parts[1]! + parts[2]! - 100)).toBeLessThan(1e-11)
      expect(parts.every((v) => v >= 0 && v <= 100)).toBe(true)
    }
  })

  it('is learnt, and its held-out intervals cover, part by part', () => {
    for (const name of phases) {
      const score = model.scores.find((s) => s.model === 'bhn-raw' && s.output === name)!
      const mean = model.scores.find((s) => s.model === 'mean' && s.output === name)!
      expect(score.n).toBe(84)
      // Austenite hardly depends on T but for what the others leave.
      expect(score.crps).toBeLessThan((name === 'austenite' ? 0.8 : 0.4) * mean.crps)
      expect(score.coverage90).toBeGreaterThan(0.82)
      expect(score.coverage90).toBeLessThan(0.99)
    }
  })

  it('answers windows on parts and on what stands alone together', () => {
    const x = Float64Array.from([0.95, 0.5])
    const window = (output: string, low: number | null, high: number | null) => ({
      output,
      low,
      high,
      level: null,
    })
    const [answer] = windowProbabilities(served, predictiveQuantiles(served, rows.slice(2)), x, [
      window('martensite', 60, null),
      window('ferrite', null, 20),
      window('hardness', 250, null),
    ])
    for (const { probability } of answer!.each) expect(probability).toBeGreaterThan(0.6)
    expect(answer!.all.probability).toBeGreaterThan(0.4)
  })

  it('is stored and comes back the same', () => {
    const back = deserializeModel(serializeModel(model))
    expect(posterior(back, executor).predict(rows, 0.9)).toEqual(served.predict(rows, 0.9))
  })

  it('does not depend on the order of its columns but for rounding', () => {
    const turned = fit(table, {
      groups: [{ ...composition, columns: ['austenite', 'ferrite', 'martensite'] }],
    })
    const meanOf = (m: FittedModel): Map<string, number> =>
      new Map(
        posterior(m, executor)
          .predict(rows, 0.9)[1]!
          .predictions.map((p) => [p.output, p.mean]),
      )
    for (const name of phases)
      expect(Math.abs(meanOf(turned).get(name)! - meanOf(model).get(name)!)).toBeLessThan(3)
  })
})

describe('a histogram among the outputs', () => {
  const edges = [0, 2, 4, 6, 9, 13, 20, 40]
  const bins = edges.slice(1).map((_, b) => `b${b}`)
  const stream = randomStream(4, 'grains')
  const time = Array.from({ length: n }, () => stream.uniform())
  const shares = time.map((t) => {
    const mu = Math.log(3) + 1.2 * t + 0.08 * stream.normal()
    const cdf = (d: number): number => (d <= 0 ? 0 : normalCdf((Math.log(d) - mu) / 0.35))
    const raw = bins.map((_, b) => cdf(edges[b + 1]!) - cdf(edges[b]!)).map((v) => (v < 0.003 ? 0 : v))
    const sum = raw.reduce((a, b) => a + b, 0)
    return raw.map((v) => v / sum)
  })
  const table = tableOf([
    numberColumn('t', time),
    ...bins.map((name, b) =>
      numberColumn(
        name,
        shares.map((row) => row[b]!),
        'microstructure',
      ),
    ),
    // A size beyond all grains: its share is 0 in every row.
    numberColumn(
      'b7',
      time.map(() => 0),
      'microstructure',
    ),
  ])
  const group: OutputGroup = {
    name: 'grain',
    columns: [...bins, 'b7'],
    total: 1,
    kind: 'histogram',
    edges: [...edges, 60],
    unit: 'µm',
  }
  const model = fit(table, { inputs: ['t'], outputs: [], groups: [group] })

  it('is stated as shares of its bins and as mean and quantiles with intervals', () => {
    const names = [...bins, 'b7', 'grain mean', 'grain D10', 'grain D50', 'grain D90']
    expect(model.outputs.map(({ name }) => name)).toEqual(names)
    const predicted = posterior(model, executor).predict([{ t: 0.1 }, { t: 0.9 }], 0.9)
    predicted.forEach(({ predictions }, i) => {
      const of = (name: string) => predictions.find((p) => p.output === name)!
      expect(predictions.slice(0, 8).reduce((sum, p) => sum + p.mean, 0)).toBeCloseTo(1, 9)
      // A lognormal distribution of sizes: median exp(μ), 90 % quantile exp(μ + 1.2816 · 0.35), 10 % of error or less.
      const median = 3 * Math.exp(1.2 * [0.1, 0.9][i]!)
      expect(of('grain D50').unit).toBe('µm')
      expect(Math.abs(of('grain D50').mean / median - 1)).toBeLessThan(0.1)
      expect(of('grain D50').low).toBeLessThan(median)
      expect(of('grain D50').high).toBeGreaterThan(median)
      expect(Math.abs(of('grain D90').mean / (median * Math.exp(1.2816 * 0.35)) - 1)).toBeLessThan(0.15)
      expect(of('grain D10').mean).toBeLessThan(of('grain D50').mean)
      expect(of('b7').mean).toBeLessThan(0.01)
    })
  })

  it('covers in bins and in derived quantities', () => {
    for (const name of ['b1', 'b3', 'grain mean', 'grain D50', 'grain D90']) {
      const score = model.scores.find((s) => s.model === 'bhn-raw' && s.output === name)!
      expect(score.coverage90).toBeGreaterThan(0.82)
      expect(score.r2).toBeGreaterThan(0.6)
    }
  })

  it('never has a size beyond its edges, however wide the interval', () => {
    for (const { predictions } of posterior(model, executor).predict([{ t: 1e9 }, { t: null }], 0.999))
      for (const { output, low, high } of predictions.slice(8)) {
        expect(low, output).toBeGreaterThan(0)
        expect(high, output).toBeLessThanOrEqual(60)
      }
  })
})

describe('groups that are none', () => {
  const table = phaseTable()
  const refused =
    (change: Partial<OutputGroup>, spec: Partial<FitSpec> = {}, of: Table = table) =>
    () =>
      fit(of, { groups: [{ ...composition, ...change }], ...spec })
  const code = (name: string) => expect.objectContaining({ code: name }) as Error

  it.each([
    ['one column', { columns: ['ferrite'] }, 'BAD_REQUEST'],
    ['a column twice', { columns: ['ferrite', 'ferrite', 'martensite'] }, 'BAD_REQUEST'],
    ['a column that is not there', { columns: ['ferrite', 'pearlite'] }, 'COLUMN_UNKNOWN'],
    ['another total', { total: 1 as const }, 'BAD_REQUEST'],
    ['edges of a composition', { edges: [0, 1, 2, 3] }, 'BAD_REQUEST'],
    ['no edges of a histogram', { kind: 'histogram' as const }, 'BAD_REQUEST'],
    ['edges that fall', { kind: 'histogram' as const, edges: [0, 2, 1, 3] }, 'BAD_REQUEST'],
  ])('%s', (_what, change, expected) => {
    expect(refused(change)).toThrow(code(expected))
  })

  it('parts below zero, an input that is a part, parts that never vary', () => {
    const with_ = (values: (v: number, i: number) => number): Table => ({
      ...table,
      columns: table.columns.map((c) => (c.name === 'ferrite' ? { ...c, values: c.values.map(values) } : c)),
    })
    expect(
      refused(
        {},
        {},
        with_((v, i) => (i === 3 ? -v : v)),
      ),
    ).toThrow(/row S3/)
    expect(refused({}, { inputs: ['T', 'ferrite'] })).toThrow(code('BAD_REQUEST'))
    const still = {
      ...table,
      columns: table.columns.map((c) =>
        (phases as readonly string[]).includes(c.name) ? { ...c, values: c.values.map(() => 100 / 3) } : c,
      ),
    }
    expect(refused({}, {}, still)).toThrow(code('COLUMN_CONSTANT'))
  })
})
