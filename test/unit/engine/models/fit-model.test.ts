import { describe, expect, it } from 'vitest'
import { heldOutPrediction, modelScore, predictionRow } from '../../../../main/contract/index.ts'
import type { Table } from '../../../../main/engine/dataset/table.ts'
import { silentProgress } from '../../../../main/engine/dataset/table.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'
import {
  DEFAULT_KINDS,
  deserializeModel,
  evaluateTable,
  fitModel,
  posterior,
  serializeModel,
} from '../../../../main/engine/models/index.ts'
import type { FitSpec, FittedModel } from '../../../../main/engine/models/index.ts'
import { executor, foldsOf, noisyTable, numberColumn, tableOf } from './tables.ts'

const inputs = ['a', 'b', 'c']
const fit = (table: Table, seed = 1, count = 2): FittedModel =>
  fitModel(
    table,
    { inputs, outputs: ['y'], folds: foldsOf(table.rowIds.length, count), seed, executor },
    silentProgress,
  )

function withColumn(table: Table, name: string, change: (v: number, i: number) => number): Table {
  return {
    ...table,
    columns: table.columns.map((c) => (c.name === name ? { ...c, values: c.values.map(change) } : c)),
  }
}

const model = fit(noisyTable(60, 1))

describe('fitModel', () => {
  it('learns what can be learnt and says so on unseen rows, in the shapes of the contract', () => {
    expect(model.recommended).not.toBe('mean')
    for (const kind of ['bhn', 'ridge'] as const) {
      const score = model.scores.find((s) => s.model === kind)!
      expect(score.r2).toBeGreaterThan(0.5)
      expect(score.n).toBe(60)
    }
    for (const score of model.scores) modelScore.parse(score)
    expect(model.heldOut).toHaveLength(60 * DEFAULT_KINDS.length)
    for (const row of model.heldOut) heldOutPrediction.parse(row)
    expect(model.loss.at(-1)!.train).toBeLessThan(model.loss[0]!.train)
    const observed = model.reliability[0]!.points.map((p) => p.observed)
    expect([...observed].sort((p, q) => p - q)).toEqual(observed)
  })

  it('same seed, same bytes; and bytes come back as the same model', () => {
    const bytes = serializeModel(model)
    expect(serializeModel(fit(noisyTable(60, 1)))).toEqual(bytes)
    const back = deserializeModel(bytes)
    expect(serializeModel(back)).toEqual(bytes)
    const row = [{ a: 0.2, b: 0.9, c: 0.4 }]
    expect(posterior(back, executor).predict(row, 0.9)).toEqual(posterior(model, executor).predict(row, 0.9))
    expect(() => deserializeModel(new Uint8Array([1, 2]))).toThrow(
      expect.objectContaining({ code: 'PROJECT_DAMAGED' }),
    )
  })

  it('predicts a fold without having seen its targets, intervals included', () => {
    const spoilt = withColumn(noisyTable(60, 1), 'y', (v, i) => (i % 2 === 1 ? 50 - 9 * v : v))
    const honest = (m: FittedModel): unknown =>
      m.heldOut
        .filter((row) => row.fold === 1)
        .map(({ model: kind, specimen, mean, sd, low90, high90 }) => ({
          kind,
          specimen,
          mean,
          sd,
          low90,
          high90,
        }))
    expect(honest(fit(spoilt))).toEqual(honest(model))
  })

  it('reports progress that never goes back, with a live loss, and stops when told to', () => {
    let last = 0
    const seen = new Set<string>()
    const report = (done: number, total: number | null, _message: string, series?: object): void => {
      expect(done).toBeGreaterThanOrEqual(last)
      expect(done).toBeLessThanOrEqual(total!)
      last = done
      for (const key of Object.keys(series ?? {})) seen.add(key)
    }
    const spec = { inputs, outputs: ['y'], folds: foldsOf(24, 2), seed: 1, executor }
    fitModel(noisyTable(24, 3), spec, { check: () => undefined, report })
    expect([...seen].sort()).toEqual(['train', 'validation'])
    let checks = 0
    const check = (): void => {
      if (++checks === 20) throw new Error('cancelled')
    }
    expect(() => fitModel(noisyTable(24, 3), spec, { check, report: () => undefined })).toThrow('cancelled')
  })

  it('takes categories, missing inputs and missing targets, and names what it left out', () => {
    const n = 40
    const stream = randomStream(8)
    const a = Float64Array.from({ length: n }, () => stream.uniform())
    const code = Float64Array.from({ length: n }, (_, i) => i % 2)
    const y = a.map((v, i) => 3 * v + 5 * code[i]! + 0.1 * stream.normal())
    const z = y.map((v, i) => (i % 4 === 0 ? Number.NaN : -v))
    a[7] = Number.NaN
    const table = tableOf([
      numberColumn('a', a),
      { name: 'route', unit: '', role: 'process', levels: ['cast', 'rolled'], values: code },
      numberColumn('still', new Float64Array(n).fill(3)),
      numberColumn('y', y, 'property'),
      numberColumn('z', z, 'property'),
    ])
    const spec = {
      inputs: ['a', 'route', 'still'],
      outputs: ['y', 'z'],
      folds: foldsOf(n, 4),
      seed: 2,
      executor,
    }
    const fitted = fitModel(table, spec, silentProgress)
    expect(fitted.inputs).toEqual(['a', 'route'])
    expect(fitted.notes.map((note) => note.code)).toEqual(
      expect.arrayContaining(['INPUT_CONSTANT', 'OUTPUT_MISSING', 'INPUT_MISSING']),
    )
    expect(fitted.scores.find((s) => s.model === 'bhn' && s.output === 'z')!.n).toBe(30)
    const served = posterior(fitted, executor, { kind: 'bhn' })
    const [cast, rolled, unseen, gap] = served.predict(
      [
        { a: 0.5, route: 'cast' },
        { a: 0.5, route: 'rolled' },
        { a: 0.5, route: 'forged' },
        { a: null, route: 'cast' },
      ],
      0.9,
    )
    expect(rolled!.predictions[0]!.mean - cast!.predictions[0]!.mean).toBeGreaterThan(3)
    expect([cast, rolled, unseen, gap].map((row) => row!.insideDomain)).toEqual([true, true, false, true])
  })
})

describe('bad tables are refused by name', () => {
  const spec = (n: number): FitSpec => ({
    inputs,
    outputs: ['y'],
    folds: foldsOf(n, 2),
    seed: 1,
    executor,
  })
  const failure = (table: Table, change: object = {}): unknown => {
    try {
      fitModel(table, { ...spec(table.rowIds.length), ...change }, silentProgress)
    } catch (error) {
      return error
    }
    return null
  }
  const code = (value: string, detail: string | null = null): unknown =>
    expect.objectContaining(detail === null ? { code: value } : { code: value, detail })

  it('too few rows or groups', () => {
    expect(failure(noisyTable(7, 1))).toEqual(code('TOO_FEW_SPECIMENS', 'y'))
    const table = noisyTable(12, 1)
    expect(failure({ ...table, groups: foldsOf(12, 2) })).toEqual(code('TOO_FEW_SPECIMENS', 'y'))
  })
  it('nothing that varies', () => {
    expect(failure(withColumn(noisyTable(12, 1), 'y', () => 4))).toEqual(code('COLUMN_CONSTANT', 'y'))
    expect(
      failure(
        withColumn(noisyTable(12, 1), 'a', () => 4),
        { inputs: ['a'] },
      ),
    ).toEqual(code('NO_INPUTS'))
    expect(failure(noisyTable(12, 1), { inputs: [] })).toEqual(code('NO_INPUTS'))
    expect(failure(noisyTable(12, 1), { outputs: [] })).toEqual(code('NO_OUTPUTS'))
  })
  it('unknown columns, infinities, groups across folds', () => {
    expect(failure(noisyTable(12, 1), { inputs: ['nope'] })).toEqual(code('COLUMN_UNKNOWN', 'nope'))
    expect(failure(noisyTable(12, 1), { inputs: ['y'] })).toEqual(code('BAD_REQUEST', 'y'))
    expect(failure(withColumn(noisyTable(12, 1), 'b', (v, i) => (i === 3 ? Infinity : v)))).toEqual(
      code('BAD_REQUEST', 'b'),
    )
    const table = noisyTable(12, 1)
    expect(failure({ ...table, groups: Int32Array.from(table.groups, (g) => g >> 1) })).toEqual(
      code('BAD_REQUEST'),
    )
    expect(failure(table, { folds: new Int32Array(12) })).toEqual(code('BAD_REQUEST'))
  })
})

describe('posterior', () => {
  const served = posterior(model, executor, { kind: 'bhn' })

  it('splits the variance, centres the interval and widens it with the level', () => {
    const row = [{ a: 0.5, b: 0.5, c: 0.5 }]
    const [narrow] = served.predict(row, 0.5)
    const [wide] = served.predict(row, 0.95)
    predictionRow.parse(wide)
    const p = wide!.predictions[0]!
    expect(p.sd ** 2).toBeCloseTo(p.epistemicSd ** 2 + p.aleatoricSd ** 2, 10)
    expect((p.low + p.high) / 2).toBeCloseTo(p.mean, 10)
    expect(p.high - p.low).toBeGreaterThan(narrow!.predictions[0]!.high - narrow!.predictions[0]!.low)
  })

  it('follows a rising cause and a rising noise', () => {
    const { mean, aleatoricSd } = served.moments(
      Float64Array.of(0.1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.9, 0.5, 0.5),
      3,
    )
    expect(mean[1]).toBeGreaterThan(mean[0]!)
    expect(mean[2]).toBeGreaterThan(mean[1]!)
    expect(aleatoricSd[2]).toBeGreaterThan(aleatoricSd[0]!)
  })

  it('samples are functions: same draw, same values, spread as the epistemic sd', () => {
    const x = Float64Array.of(0.3, 0.6, 0.5, 0.8, 0.2, 0.1)
    const draws = served.samples(x, 2, 400)
    const one = served.samples(x.subarray(3), 1, 400)
    for (let s = 0; s < 400; s++) expect(draws[2 * s + 1]).toBeCloseTo(one[s]!, 10)
    const { mean, epistemicSd } = served.moments(x, 2)
    const first = draws.filter((_, i) => i % 2 === 0)
    const spread = Math.sqrt(first.reduce((sum, v) => sum + (v - mean[0]!) ** 2, 0) / 400)
    expect(spread / epistemicSd[0]!).toBeGreaterThan(0.8)
    expect(spread / epistemicSd[0]!).toBeLessThan(1.2)
  })

  it('names the nearest specimen and whether the row is inside the range seen', () => {
    const at = (i: number): Record<string, number> => ({
      a: model.training.x[i * 3]!,
      b: model.training.x[i * 3 + 1]!,
      c: model.training.x[i * 3 + 2]!,
    })
    const [inside, outside] = served.predict([at(17), { ...at(17), a: 3 }], 0.9)
    expect(inside).toMatchObject({ nearestSpecimen: 'S17', insideDomain: true })
    expect(outside!.insideDomain).toBe(false)
  })

  it('refuses what is not a row of the model', () => {
    const bad = expect.objectContaining({ code: 'BAD_REQUEST' }) as unknown
    expect(() => served.predict([{ a: 1, b: 1 }], 0.9)).toThrow(bad as Error)
    expect(() => served.predict([{ a: 'hot', b: 1, c: 1 }], 0.9)).toThrow(bad as Error)
    expect(() => served.predict([{ a: 1, b: 1, c: 1 }], 1)).toThrow(bad as Error)
    expect(() => served.moments(new Float64Array(4), 1)).toThrow(bad as Error)
  })
})

/** Share of 100 new rows a seed inside their nominal 90 % interval, and its mean width, over 20 tables of n rows. */
function coverageAt(n: number): { covered: number; width: number } {
  const seeds = 20
  let covered = 0
  let width = 0
  for (let seed = 0; seed < seeds; seed++) {
    const testRows = Int32Array.from({ length: 100 }, (_, i) => n + i)
    const folds = [{ name: 'new rows', repeat: 1, fold: 0, testRows }]
    const spec = { inputs, outputs: ['y'], folds, seed, kinds: ['bhn'] as const, executor }
    const { predictions } = evaluateTable(noisyTable(n + 100, 100 + seed), spec, silentProgress)
    for (const p of predictions) {
      if (p.y >= p.q05 && p.y <= p.q95) covered += 1 / (seeds * predictions.length)
      width += (p.q95 - p.q05) / (seeds * predictions.length)
    }
  }
  return { covered, width }
}

describe('intervals', () => {
  it('cover 84 to 96 % of new rows with unequal noise for a nominal 90 %, wider where specimens are few', () => {
    const usual = coverageAt(48)
    const few = coverageAt(10)
    for (const { covered } of [usual, few]) {
      expect(covered).toBeGreaterThan(0.84)
      expect(covered).toBeLessThan(0.96)
    }
    expect(few.width).toBeGreaterThan(1.3 * usual.width)
  }, 300_000)

  it('of few specimens come with a note that says so', () => {
    const codes = (m: FittedModel): string[] => m.notes.map((note) => note.code)
    expect(codes(fit(noisyTable(9, 4)))).toEqual(expect.arrayContaining(['FEW_SPECIMENS', 'FEW_GROUPS']))
    expect(codes(model)).not.toContain('FEW_SPECIMENS')
  })
})

describe('evaluateTable', () => {
  const table = withColumn(noisyTable(40, 6), 'y', (v) => Math.exp(v))
  const testRows = [0, 1, 2, 3, 4, 5, 6, 7]
  const spec = {
    inputs,
    outputs: ['y'],
    folds: [{ name: 'g1 = 0', repeat: 1, fold: 0, testRows }],
    seed: 3,
    log: true,
    kinds: ['ridge', 'mean'] as const,
    executor,
  }

  it('works in ln units, with accuracy in the original one, and leaves out what has no logarithm', () => {
    const broken = withColumn(table, 'y', (v, i) => (i === 2 ? -1 : v))
    const { predictions, scores, chosen } = evaluateTable(broken, spec, silentProgress)
    expect(predictions.map((p) => p.row)).not.toContain(2)
    const rows = predictions.filter((p) => p.model === 'ridge')
    const score = scores.find((s) => s.model === 'ridge')!
    expect(score.n).toBe(7)
    expect(rows[0]!.y).toBeCloseTo(Math.log(broken.columns[3]!.values[0]!), 12)
    const relative = rows.map((p) => Math.abs(Math.exp(p.y) - Math.exp(p.mean)) / Math.exp(p.y))
    expect(score.accuracy).toBeCloseTo(100 * (1 - relative.reduce((a, b) => a + b, 0) / 7), 9)
    expect(score.crps).toBeCloseTo(rows.reduce((sum, p) => sum + p.crps, 0) / 7, 12)
    expect(chosen).toEqual([{ output: 'y', repeat: 1, fold: 0, model: 'ridge' }])
  })

  it('does not look at test targets', () => {
    const strip = (t: Table): unknown =>
      evaluateTable(t, spec, silentProgress).predictions.map(({ row, mean, sd, q05, q95 }) => ({
        row,
        mean,
        sd,
        q05,
        q95,
      }))
    expect(strip(withColumn(table, 'y', (v, i) => (i < 8 ? 7 * v : v)))).toEqual(strip(table))
  })

  it('refuses a fold that names no row of the table', () => {
    const folds = [{ name: 'bad', repeat: 1, fold: 0, testRows: [99] }]
    expect(() => evaluateTable(table, { ...spec, folds }, silentProgress)).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST', detail: 'bad' }) as Error,
    )
  })
})
