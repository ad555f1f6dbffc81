import { describe, expect, it } from 'vitest'
import { classScore, heldOutClass, predictionRow } from '../../../../main/contract/index.ts'
import type { Table, TableColumn } from '../../../../main/engine/dataset/table.ts'
import { silentProgress } from '../../../../main/engine/dataset/table.ts'
import { mean, randomStream } from '../../../../main/engine/math/index.ts'
import { entropyBits } from '../../../../main/engine/models/classes/serve.ts'
import {
  deserializeModel,
  evaluateTable,
  fitModel,
  posterior,
  predictiveQuantiles,
  serializeModel,
  windowProbabilities,
  type FitSpec,
  type FittedModel,
} from '../../../../main/engine/models/index.ts'
import { executor, foldsOf, numberColumn, tableOf } from './tables.ts'

const LEVELS = ['martensite', 'bainite', 'pearlite']

function categoryColumn(name: string, levels: readonly string[], codes: ArrayLike<number>): TableColumn {
  return { name, unit: '1', role: 'microstructure', levels, values: Float64Array.from(codes) }
}

/** Three structures by cooling rate, with a scatter of the border; hardness goes with the rate too. */
function coolingTable(n: number, seed: number): { table: Table; truth: (rate: number) => number[] } {
  const stream = randomStream(seed, 'cooling')
  const truth = (rate: number): number[] => {
    const e = [12 * (rate - 0.5), 2, 12 * (0.4 - rate)].map(Math.exp)
    return e.map((v) => v / e.reduce((a, b) => a + b, 0))
  }
  const rate = Array.from({ length: n }, () => stream.uniform())
  const codes = rate.map((r) => {
    const p = truth(r)
    const u = stream.uniform()
    return u < p[0]! ? 0 : u < p[0]! + p[1]! ? 1 : 2
  })
  const other = rate.map(() => stream.uniform())
  const hardness = rate.map((r) => 200 + 300 * r + 15 * stream.normal())
  return {
    truth,
    table: tableOf([
      numberColumn('rate', rate),
      numberColumn('other', other),
      categoryColumn('structure', LEVELS, codes),
      numberColumn('hardness', hardness, 'property'),
    ]),
  }
}

const fit = (table: Table, spec: Partial<FitSpec> = {}): FittedModel =>
  fitModel(
    table,
    {
      inputs: ['rate', 'other'],
      outputs: ['structure'],
      folds: foldsOf(table.rowIds.length, 3),
      seed: 4,
      executor,
      ...spec,
    },
    silentProgress,
  )

const { table, truth } = coolingTable(150, 1)
const model = fit(table)
const served = posterior(model, executor)
/** The hypernetwork alone, which takes a tenth of the time. */
const alone = fit(table, { kinds: ['bhn-raw'] })
const rowAt = (rate: number) => ({ rate, other: 0.5 })
const probabilitiesAt = (m: FittedModel, rate: number): number[] =>
  posterior(m, executor)
    .predict([rowAt(rate)], 0.9)[0]!
    .classes![0]!.levels.map((l) => l.probability)

describe('a model of a category alone', () => {
  it('finds the probabilities there are, in the shapes of the contract', () => {
    const { classes, outputs, recommended, scores } = model
    expect([outputs, scores]).toEqual([[], []])
    expect(recommended).toBe(classes[0]!.recommended)
    expect(classes[0]!.levels).toEqual(LEVELS)
    const errors = Array.from({ length: 19 }, (_, i) => (i + 1) / 20).flatMap((rate) => {
      const stated = probabilitiesAt(model, rate)
      return truth(rate).map((p, l) => Math.abs(stated[l]! - p))
    })
    expect(mean(errors)).toBeLessThan(0.12)
    for (const score of classes[0]!.scores) classScore.parse(score)
    for (const row of classes[0]!.heldOut) heldOutClass.parse(row)
    predictionRow.parse(served.predict([rowAt(0.2)], 0.9)[0])
  })

  it('beats the class shares on held-out rows and its sets cover', () => {
    const of = (kind: string) => model.classes[0]!.scores.find((s) => s.model === kind)!
    for (const kind of ['pool', 'bhn-raw', 'forest']) {
      expect(of(kind).logLoss).toBeLessThan(0.75 * of('mean').logLoss)
      expect(of(kind).brier).toBeLessThan(of('mean').brier)
      expect(of(kind).coverage90).toBeGreaterThan(0.83)
      expect(of(kind).coverage90).toBeLessThan(0.98)
    }
    expect(of('pool').accuracy).toBeGreaterThan(0.65)
    expect(of('pool').setSize90).toBeLessThan(of('mean').setSize90)
    expect(of('pool').calibrationError).toBeLessThan(0.12)
  })

  it('parts the entropy, of which more data remove the epistemic part', () => {
    const large = fit(coolingTable(300, 2).table, { kinds: ['bhn-raw'] })
    const small = fit(coolingTable(40, 2).table, { kinds: ['bhn-raw'] })
    const rates = Array.from({ length: 9 }, (_, i) => rowAt((i + 1) / 10))
    const epistemic = (m: FittedModel): number =>
      mean(
        posterior(m, executor)
          .predict(rates, 0.9)
          .map(({ classes }) => {
            const { levels, epistemicBits, aleatoricBits } = classes![0]!
            const whole = entropyBits(levels.map((l) => l.probability))
            expect(epistemicBits + aleatoricBits).toBeCloseTo(whole, 9)
            expect(epistemicBits).toBeGreaterThanOrEqual(0)
            return epistemicBits
          }),
      )
    expect(epistemic(large)).toBeLessThan(0.8 * epistemic(small))
  })

  it('has held-out rows that have not seen their own level', () => {
    const spoilt: Table = {
      ...table,
      columns: table.columns.map((c) =>
        c.name === 'structure'
          ? { ...c, values: c.values.map((v, i) => (i % 3 === 1 ? (v + 1) % 3 : v)) }
          : c,
      ),
    }
    const ofFold = (m: FittedModel) =>
      m.classes[0]!.heldOut.filter((row) => row.fold === 1).map(({ levels, set90, model: kind }) => [
        kind,
        levels,
        set90,
      ])
    expect(ofFold(fit(spoilt, { kinds: ['bhn-raw'] }))).toEqual(ofFold(alone))
  })

  it('same seed, same bytes; and bytes come back as the same model', () => {
    expect(serializeModel(fit(table, { kinds: ['bhn-raw'] }))).toEqual(serializeModel(alone))
    const back = posterior(deserializeModel(serializeModel(model)), executor)
    expect(back.predict([rowAt(0.4)], 0.8)).toEqual(served.predict([rowAt(0.4)], 0.8))
  })
})

describe('a category beside numbers', () => {
  const holes: Table = {
    ...table,
    columns: table.columns.map((c) =>
      c.name === 'hardness'
        ? { ...c, values: c.values.map((v, i) => (i % 10 === 0 ? Number.NaN : v)) }
        : c.name === 'structure'
          ? { ...c, values: c.values.map((v, i) => (i % 7 === 0 ? Number.NaN : v)) }
          : c,
    ),
  }
  const both = fit(holes, { outputs: ['hardness', 'structure'], kinds: ['pool', 'bhn-raw'] })
  const own = posterior(both, executor)

  it('each is fitted on the rows it is known of, and both are predicted', () => {
    expect(both.scores.find((s) => s.model === 'bhn-raw')!.n).toBe(135)
    expect(both.classes[0]!.scores[0]!.n).toBe(128)
    expect(both.training.n).toBe(147)
    const [row] = own.predict([rowAt(0.9)], 0.9)
    expect(row!.predictions).toHaveLength(1)
    expect(row!.classes![0]!.set).toContain('martensite')
    expect(both.notes.filter((n) => n.code === 'OUTPUT_MISSING').map((n) => n.item)).toEqual([
      'hardness',
      'structure',
    ])
  })

  it('windows on both agree with what is stated of each', () => {
    const x = Float64Array.from([0.8, 0.5])
    const windows = [
      { output: 'structure', low: null, high: null, level: 'martensite' },
      { output: 'hardness', low: 400, high: null, level: null },
    ]
    const [answer] = windowProbabilities(own, predictiveQuantiles(own, [rowAt(0.8)]), x, windows)
    const stated = own.predict([rowAt(0.8)], 0.9)[0]!.classes![0]!.levels[0]!.probability
    expect(answer!.each[0]!.probability).toBeCloseTo(stated, 6)
    const product = answer!.each[0]!.probability * answer!.each[1]!.probability
    expect(answer!.all.probability).toBeGreaterThan(0.8 * product)
    expect(answer!.all.probability).toBeLessThanOrEqual(Math.min(...answer!.each.map((e) => e.probability)))
    expect(() =>
      windowProbabilities(own, [], x, [{ output: 'structure', low: null, high: null, level: 'ferrite' }]),
    ).toThrow(/no level "ferrite"/)
  })

  it('progress never goes back', () => {
    let last = 0
    const progress = {
      check: () => undefined,
      report: (done: number, total: number | null) => {
        const share = done / total!
        expect(share).toBeGreaterThanOrEqual(last)
        last = share
      },
    }
    fitModel(
      coolingTable(40, 3).table,
      {
        inputs: ['rate'],
        outputs: ['hardness', 'structure'],
        folds: foldsOf(40, 2),
        seed: 1,
        kinds: ['bhn-raw'],
        executor,
      },
      progress,
    )
    expect(last).toBeGreaterThan(0.8)
    expect(last).toBeLessThanOrEqual(1)
  })

  it('evaluateTable scores both', () => {
    const folds = [0, 1].map((f) => ({
      name: `f${f}`,
      repeat: 1,
      fold: f,
      testRows: Array.from({ length: 150 }, (_, i) => i).filter((i) => i % 2 === f),
    }))
    const { scores, classes } = evaluateTable(
      holes,
      {
        inputs: ['rate', 'other'],
        outputs: ['hardness', 'structure'],
        folds,
        seed: 1,
        kinds: ['bhn-raw'],
        executor,
      },
      silentProgress,
    )
    expect(scores.map((s) => s.output)).toEqual(['hardness', 'hardness'])
    expect(classes.scores.map((s) => [s.output, s.model])).toEqual([
      ['structure', 'bhn-raw'],
      ['structure', 'bhn-raw'],
    ])
    expect(classes.predictions).toHaveLength(128)
    for (const p of classes.predictions) expect(Number.isNaN(holes.columns[2]!.values[p.row]!)).toBe(false)
    expect(mean(classes.scores.map((s) => s.logLoss))).toBeLessThan(0.9)
  })
})

describe('categories that are hard to learn', () => {
  const withCodes = (change: (code: number, i: number) => number, levels = LEVELS): Table => ({
    ...table,
    columns: table.columns.map((c) =>
      c.name === 'structure' ? { ...c, levels, values: c.values.map(change) } : c,
    ),
  })
  const quick = (of: Table, spec: Partial<FitSpec> = {}): FittedModel =>
    fit(of, { kinds: ['bhn-raw'], ...spec })

  it('one level only, too few rows, one group', () => {
    expect(() => quick(withCodes(() => 1))).toThrow(
      expect.objectContaining({ code: 'COLUMN_CONSTANT', detail: 'structure' }) as Error,
    )
    expect(() => quick(withCodes((code, i) => (i < 5 ? code : Number.NaN)))).toThrow(
      expect.objectContaining({ code: 'TOO_FEW_SPECIMENS' }) as Error,
    )
    expect(() => fit(table, { inputs: ['rate', 'structure'] })).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST' }) as Error,
    )
  })

  it('a level of no row is not among the levels; one of a single row is, and is unlikely, not impossible', () => {
    const rare = quick(withCodes((code, i) => (i === 5 ? 3 : code), [...LEVELS, 'austenite', 'ferrite']))
    expect(rare.classes[0]!.levels).toEqual([...LEVELS, 'austenite'])
    const p = probabilitiesAt(rare, 0.5)[3]!
    expect(p).toBeGreaterThan(1e-6)
    expect(p).toBeLessThan(0.1)
    expect(rare.classes[0]!.scores.every((s) => Number.isFinite(s.logLoss))).toBe(true)
    expect(rare.notes.some((n) => n.code === 'LEVEL_RARE' && n.message.includes('austenite'))).toBe(true)
  })

  it('few groups: nothing is stated more sharply than they allow, and sets are wider', () => {
    const six: Table = { ...table, groups: Int32Array.from({ length: 150 }, (_, i) => i % 6) }
    const few = quick(six, { folds: Int32Array.from({ length: 150 }, (_, i) => i % 3) })
    const sizes = (m: FittedModel): number =>
      mean(
        posterior(m, executor)
          .predict(
            Array.from({ length: 50 }, (_, i) => rowAt((i + 0.5) / 50)),
            0.9,
          )
          .map((row) => row.classes![0]!.set.length),
      )
    expect(sizes(few)).toBeGreaterThan(sizes(alone))
    for (const rate of [0, 0.5, 1]) expect(Math.min(...probabilitiesAt(few, rate))).toBeGreaterThan(0.01)
    expect(few.notes.some((n) => n.code === 'FEW_GROUPS' && n.item === 'structure')).toBe(true)
  })

  it('noise is told: no skill, and sets that nearly hold all', () => {
    const stream = randomStream(9, 'noise')
    const noise = quick(withCodes(() => stream.integer(3)))
    const of = (kind: string) => noise.classes[0]!.scores.find((s) => s.model === kind)!
    expect(of('bhn-raw').logLoss).toBeLessThan(1.15 * of('mean').logLoss)
    expect(of('bhn-raw').setSize90).toBeGreaterThan(2.2)
    expect(noise.notes.some((n) => n.code === 'NO_SKILL')).toBe(true)
  })
})
