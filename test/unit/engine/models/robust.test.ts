import { describe, expect, it } from 'vitest'
import type { ModelKind } from '../../../../main/contract/index.ts'
import type { Table, TableColumn } from '../../../../main/engine/dataset/table.ts'
import { silentProgress } from '../../../../main/engine/dataset/table.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'
import { fitModel, posterior, serializeModel } from '../../../../main/engine/models/index.ts'
import type { FitSpec, FittedModel, InputRow } from '../../../../main/engine/models/index.ts'
import { executor, foldsOf, numberColumn, tableOf } from './tables.ts'

/** What a table may do wrong, for every kind of output: a coded message, or a wide answer. */
const KINDS: readonly ModelKind[] = ['bhn-raw', 'ridge', 'forest']
const n = 60

/** Numbers of every support, parts of a whole and a class, all of input a; b is idle, route a category. */
function tableOfAll(rows = n): Table {
  const stream = randomStream(8, 'robust')
  const a = Array.from({ length: rows }, () => stream.uniform())
  const column = (name: string, of: (v: number) => number, role: TableColumn['role'] = 'property') =>
    numberColumn(name, a.map(of), role)
  const share = a.map((v) => 1 / (1 + Math.exp(3 - 6 * v + 0.2 * stream.normal())))
  return tableOf([
    numberColumn('a', a),
    column('b', () => stream.uniform(), 'process'),
    {
      name: 'route',
      unit: '1',
      role: 'process',
      levels: ['cast', 'rolled', 'forged'],
      values: Float64Array.from(a, (_, i) => i % 2),
    },
    column('y', (v) => 10 * v + 0.5 * stream.normal()),
    column('size', (v) => Math.exp(v + 0.1 * stream.normal())),
    numberColumn('share', share, 'microstructure'),
    numberColumn('p', share, 'microstructure'),
    numberColumn(
      'q',
      share.map((v) => 1 - v),
      'microstructure',
    ),
    {
      name: 'phase',
      unit: '1',
      role: 'microstructure',
      levels: ['α', 'β'],
      values: Float64Array.from(a, (v) => (v + 0.15 * stream.normal() > 0.5 ? 1 : 0)),
    },
  ])
}

const everything: Omit<FitSpec, 'folds' | 'seed' | 'executor'> = {
  inputs: ['a', 'b', 'route'],
  outputs: ['y', 'size', 'share', 'phase'],
  kinds: KINDS,
  supports: { size: { kind: 'positive' }, share: { kind: 'bounded', low: 0, high: 1 } },
  groups: [{ name: 'parts', columns: ['p', 'q'], total: 1, kind: 'composition' }],
}
const fit = (table: Table, spec: Partial<FitSpec> = {}): FittedModel =>
  fitModel(
    table,
    { ...everything, folds: foldsOf(table.rowIds.length, 2), seed: 2, executor, ...spec },
    silentProgress,
  )
const change = (table: Table, name: string, of: (v: number, i: number) => number): Table => ({
  ...table,
  columns: table.columns.map((c) => (c.name === name ? { ...c, values: c.values.map(of) } : c)),
})
const code = (name: string) => expect.objectContaining({ code: name }) as Error

/** Every number that is stated of the rows, held out and new, is finite, and intervals and probabilities are such. */
function expectSane(model: FittedModel, rows: readonly InputRow[]): void {
  serializeModel(model)
  for (const row of model.heldOut) {
    expect(
      Object.values(row).every((v) => typeof v !== 'number' || Number.isFinite(v)),
      JSON.stringify(row),
    ).toBe(true)
    expect(row.low90).toBeLessThanOrEqual(row.high90)
  }
  for (const kind of KINDS)
    for (const { predictions, classes } of posterior(model, executor, { kind }).predict(rows, 0.9)) {
      for (const p of predictions) {
        const numbers = [p.mean, p.sd, p.low, p.high, p.epistemicSd, p.aleatoricSd]
        expect(numbers.every(Number.isFinite), `${kind} ${p.output}`).toBe(true)
        expect(p.low).toBeLessThanOrEqual(p.high)
        expect(p.sd).toBeGreaterThan(0)
      }
      for (const { levels, set } of classes ?? []) {
        expect(levels.reduce((sum, l) => sum + l.probability, 0)).toBeCloseTo(1, 9)
        expect(set.length).toBeGreaterThan(0)
      }
    }
}

/** Mean width of the 90 % intervals of an output on held-out rows other than `but`, and their coverage. */
function heldOutOf(
  model: FittedModel,
  kind: ModelKind,
  output: string,
  but: string,
): { width: number; covered: number } {
  const rows = model.heldOut.filter((r) => r.model === kind && r.output === output && r.specimen !== but)
  return {
    width: rows.reduce((sum, r) => sum + r.high90 - r.low90, 0) / rows.length,
    covered: rows.filter((r) => r.y >= r.low90 && r.y <= r.high90).length / rows.length,
  }
}

const usual: InputRow[] = [
  { a: 0.3, b: 0.5, route: 'cast' },
  { a: 0.8, b: 0.1, route: 'rolled' },
]
const whole = tableOfAll()
const clean = fit(whole)

describe('tables that cannot teach anything get a coded message', () => {
  it.each([
    ['three specimens', {}],
    ['three specimens of a number', { outputs: ['y'], groups: [] }],
    ['three specimens of a category', { outputs: ['phase'], groups: [] }],
    ['three specimens of parts', { outputs: [] }],
  ])('%s', (_what, spec) => {
    expect(() => fit(tableOfAll(3), spec)).toThrow(code('TOO_FEW_SPECIMENS'))
  })

  it.each([
    ['y', { outputs: ['y'], groups: [] }, 'COLUMN_CONSTANT'],
    ['size', { outputs: ['size'], groups: [] }, 'COLUMN_CONSTANT'],
    ['phase', { outputs: ['phase'], groups: [] }, 'COLUMN_CONSTANT'],
  ])('output %s all equal', (name, spec, expected) => {
    expect(() =>
      fit(
        change(whole, name, () => 1),
        spec,
      ),
    ).toThrow(code(expected))
  })

  it('two rows, also twice the same, and many rows all the same', () => {
    const two = tableOfAll(2)
    expect(() => fit(two)).toThrow(code('TOO_FEW_SPECIMENS'))
    const same = (table: Table): Table => ({
      ...table,
      columns: table.columns.map((c) => ({ ...c, values: c.values.map(() => c.values[0]!) })),
    })
    expect(() => fit(same(two))).toThrow(code('TOO_FEW_SPECIMENS'))
    expect(() => fit(same(whole), { outputs: ['y'], groups: [] })).toThrow(code('COLUMN_CONSTANT'))
    // Outputs that vary where no input does.
    const still = ['a', 'b', 'route'].reduce((t, name) => change(t, name, () => 0), whole)
    expect(() => fit(still)).toThrow(code('NO_INPUTS'))
  })

  it('targets that are all missing', () => {
    expect(() =>
      fit(
        change(whole, 'y', () => Number.NaN),
        { outputs: ['y'], groups: [] },
      ),
    ).toThrow(code('TOO_FEW_SPECIMENS'))
  })
})

describe('tables with faults get a sane answer', () => {
  it('as they are', () => {
    expectSane(clean, usual)
    expect(heldOutOf(clean, 'bhn-raw', 'y', '').covered).toBeGreaterThan(0.8)
  })

  it('a constant column is left out and said so', () => {
    const model = fit(change(whole, 'b', () => 7))
    expect(model.inputs).toEqual(['a', 'route'])
    expect(model.notes.some((note) => note.code === 'INPUT_CONSTANT' && note.item === 'b')).toBe(true)
    expectSane(model, usual)
  })

  it('an outlier 1e6 away in an input widens what is said of it and leaves the others their intervals', () => {
    const far = change(whole, 'a', (v, i) => (i === 11 ? 1e6 : v))
    const model = fit(far)
    expectSane(model, [...usual, { a: 1e6, b: 0.5, route: 'cast' }, { a: -1e9, b: 0.5, route: 'cast' }])
    for (const kind of KINDS)
      for (const output of ['y', 'size', 'share', 'p']) {
        const { width, covered } = heldOutOf(model, kind, output, 'S11')
        expect(width, `${kind} ${output}`).toBeGreaterThan(0.7 * heldOutOf(clean, kind, output, 'S11').width)
        expect(covered, `${kind} ${output}`).toBeGreaterThan(0.78)
      }
    const classes = model.classes[0]!.scores.find((s) => s.model === 'bhn-raw')!
    expect(classes.coverage90).toBeGreaterThan(0.8)
  })

  it('an outlier 1e6 away in a target makes intervals wide, not narrow', () => {
    const far = change(whole, 'y', (v, i) => (i === 11 ? 1e6 : v))
    const model = fit(change(far, 'size', (v, i) => (i === 11 ? 1e6 : v)))
    expectSane(model, usual)
    for (const kind of KINDS)
      for (const output of ['y', 'size']) {
        const { width, covered } = heldOutOf(model, kind, output, 'S11')
        expect(width, `${kind} ${output}`).toBeGreaterThan(0.7 * heldOutOf(clean, kind, output, 'S11').width)
        expect(covered, `${kind} ${output}`).toBeGreaterThan(0.85)
      }
    // Outputs without a fault are said as before, but for what a network shares between outputs.
    for (const output of ['share', 'p'])
      expect(heldOutOf(model, 'forest', output, '').width).toBeCloseTo(
        heldOutOf(clean, 'forest', output, '').width,
        9,
      )
  })

  it('missing targets are left out row by row and output by output', () => {
    const gone = ['y', 'size', 'share', 'p', 'phase'].reduce(
      (table, name, k) => change(table, name, (v, i) => ((i + k) % 4 === 0 ? Number.NaN : v)),
      whole,
    )
    const model = fit(gone)
    expectSane(model, usual)
    expect(model.scores.filter((s) => s.model === 'ridge').map((s) => s.n)).toEqual([45, 45, 45, 45, 45])
    expect(model.classes[0]!.scores[0]!.n).toBe(45)
    expect(model.notes.filter((note) => note.code === 'OUTPUT_MISSING')).toHaveLength(6)
  })

  it('a category never seen, and a missing cell never seen, are outside the data and answered', () => {
    const rows: InputRow[] = [
      { a: 0.3, b: 0.5, route: 'forged' },
      { a: 0.3, b: 0.5, route: 'printed' },
      { a: 0.3, b: null, route: null },
    ]
    expectSane(clean, rows)
    for (const { insideDomain } of posterior(clean, executor).predict(rows, 0.9))
      expect(insideDomain).toBe(false)
  })

  it('200 inputs for 60 rows', () => {
    const stream = randomStream(3, 'wide')
    const idle = Array.from({ length: 197 }, (_, k) =>
      numberColumn(
        `x${k}`,
        Array.from({ length: n }, () => stream.normal()),
      ),
    )
    const wide: Table = { ...whole, columns: [...whole.columns, ...idle] }
    const inputs = [...everything.inputs, ...idle.map((c) => c.name)]
    const model = fit(wide, { inputs, outputs: ['y', 'phase'], groups: [] })
    expectSane(model, [Object.fromEntries(inputs.map((name) => [name, name === 'route' ? 'cast' : 0.4]))])
    for (const kind of KINDS) expect(heldOutOf(model, kind, 'y', '').covered, kind).toBeGreaterThan(0.78)
    expect(model.classes[0]!.scores.find((s) => s.model === 'bhn-raw')!.coverage90).toBeGreaterThan(0.75)
  })
})
