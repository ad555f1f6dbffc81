import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ContractError, type EdgeTriple, type Knowledge } from '../../../../main/contract/index.ts'
import { defaultAlpha, discover } from '../../../../main/engine/causal/index.ts'
import type { Discovery } from '../../../../main/engine/causal/index.ts'
import { drawWeights } from '../../../../main/engine/causal/resample.ts'
import { silentProgress, type Table } from '../../../../main/engine/dataset/table.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'
import { hasDirectedCycle, linearColumns, sortedTriples, tableOf } from './tables.ts'

const triples = (d: Discovery): EdgeTriple[] => d.edges.map((e) => [e.from, e.mark, e.to])
const run = (table: Table, options: Parameters<typeof discover>[1] = {}): Discovery =>
  discover(table, options, silentProgress)
const codes = (d: Discovery): string[] => d.warnings.map((w) => w.code)
const noise = (n: number, seed: number): Float64Array => {
  const random = randomStream(seed, 'noise')
  return Float64Array.from({ length: n }, () => random.normal())
}

describe('discover on models of known structure', () => {
  it('leaves a chain undirected and drops its indirect pair', () => {
    const d = run(tableOf(linearColumns({ a: [{}, 1], b: [{ a: 1 }, 1], c: [{ b: 1 }, 1] }, 2000, 1)))
    expect(sortedTriples(triples(d))).toEqual(['a -- b', 'b -- c'])
    expect(d.separations).toEqual([expect.objectContaining({ a: 'a', b: 'c', given: ['b'] })])
    expect(codes(d)).toContain('UNDIRECTED_EDGES')
  })

  it('directs a collider and what follows from it', () => {
    const model = linearColumns({ a: [{}, 1], c: [{}, 1], b: [{ a: 1, c: 1 }, 1], d: [{ b: 1 }, 1] }, 2000, 2)
    expect(sortedTriples(triples(run(tableOf(model))))).toEqual(['a --> b', 'b --> d', 'c --> b'])
  })

  it('reports p, q and the partial correlation of the hardest test of an edge', () => {
    const d = run(tableOf(linearColumns({ a: [{}, 1], b: [{ a: 1 }, 1], c: [{ b: 1 }, 1] }, 500, 3)))
    for (const edge of d.edges) {
      expect(edge.p).toBeLessThan(0.05)
      expect(edge.q).toBeGreaterThanOrEqual(edge.p ?? 1)
      expect(edge.partialCorrelation).toBeGreaterThan(0.3)
      expect(edge.stability).toBeNull()
    }
  })

  it('lets a lower alpha of many rows follow from n', () => {
    expect([defaultAlpha(149), defaultAlpha(150), defaultAlpha(500), defaultAlpha(501)]).toEqual([
      0.1, 0.05, 0.05, 0.01,
    ])
    expect(run(tableOf({ a: noise(40, 1), b: noise(40, 2) })).alpha).toBe(0.1)
  })

  it('never puts a later tier into a conditioning set of two earlier columns', () => {
    // The weights are such that a and b are independent given their effect c: conditioning on it would lose a — b.
    const model = linearColumns({ a: [{}, 1], b: [{ a: 0.4 }, 1], c: [{ a: 1, b: 0.4 }, 1] }, 400, 4)
    const knowledge: Knowledge = { tiers: [['a', 'b'], ['c']], required: [], forbidden: [] }
    const d = run(tableOf(model), { knowledge })
    const edge = d.edges.find((e) => e.from !== 'c' && e.to !== 'c')
    expect(edge?.given).toEqual([])
  })
})

const cases = fc.record({
  seed: fc.nat(1_000_000),
  n: fc.integer({ min: 20, max: 120 }),
  tiers: fc.array(fc.nat(2), { minLength: 6, maxLength: 6 }),
  density: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
  forbidden: fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 6 }),
  required: fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 3 }),
})
const letters = ['a', 'b', 'c', 'd', 'e', 'f']

function draw({ seed, n, density }: { seed: number; n: number; density: number }): Table {
  const random = randomStream(seed, 'model')
  const order = random.shuffle([...letters])
  const equations = Object.fromEntries(
    order.map((name, i) => [
      name,
      [
        Object.fromEntries(
          order
            .slice(0, i)
            .flatMap((parent) => (random.uniform() < density ? [[parent, random.normal()]] : [])),
        ),
        1,
      ] as const,
    ]),
  )
  return tableOf(linearColumns(equations, n, seed))
}

describe('discover keeps its promises on arbitrary data', () => {
  it('tiers, required and forbidden edges hold without exception, and no directed cycle arises', () => {
    fc.assert(
      fc.property(cases, (c) => {
        const tiers = [0, 1, 2]
          .map((t) => letters.filter((_, i) => c.tiers[i] === t))
          .filter((t) => t.length > 0)
        const tierOf = new Map(tiers.flatMap((list, t) => list.map((name) => [name, t] as const)))
        const rank = (i: number): number => (tierOf.get(letters[i]!) ?? 0) * 10 + i
        const required = c.required
          .filter(([a, b]) => rank(a) < rank(b))
          .map(([a, b]) => [letters[a]!, letters[b]!] as [string, string])
        const forbidden = c.forbidden
          .map(([a, b]) => [letters[a]!, letters[b]!] as [string, string])
          .filter(([a, b]) => !required.some(([x, y]) => x === a && y === b))
        const d = run(draw(c), { knowledge: { tiers, required, forbidden }, resamples: 3, seed: c.seed })
        for (const graph of [triples(d), ...d.resampleGraphs]) {
          expect(hasDirectedCycle(graph)).toBe(false)
          const seen = new Set(graph.map((e) => e.join(' ')))
          for (const [a, b] of required) expect(seen).toContain(`${a} --> ${b}`)
          for (const [a, b] of forbidden) {
            expect(seen).not.toContain(`${a} --> ${b}`)
            expect(seen).not.toContain(`${a} -- ${b}`)
            expect(seen).not.toContain(`${b} -- ${a}`)
          }
          for (const [a, mark, b] of graph) {
            expect(tierOf.get(a)).toBeLessThanOrEqual(tierOf.get(b) ?? -1)
            if (mark === '--') expect(tierOf.get(a)).toBe(tierOf.get(b))
          }
        }
        const sets = [
          ...d.edges.map((e) => ({ x: e.from, y: e.to, given: e.given })),
          ...d.separations.map((s) => ({ x: s.a, y: s.b, given: s.given })),
        ]
        for (const { x, y, given } of sets)
          for (const v of given)
            expect(tierOf.get(v)).toBeLessThanOrEqual(Math.max(tierOf.get(x) ?? -1, tierOf.get(y) ?? -1))
      }),
      { numRuns: 120 },
    )
  })

  it('gives one graph whatever the order of columns', () => {
    fc.assert(
      fc.property(cases, (c) => {
        const table = draw(c)
        const first = run(table, { alpha: 0.1 })
        const columns = randomStream(c.seed, 'order').shuffle([...table.columns])
        const second = run({ ...table, columns }, { alpha: 0.1 })
        expect(second.edges).toEqual(first.edges)
      }),
      { numRuns: 60 },
    )
  })
})

describe('stability of the skeleton', () => {
  it('does not change with the names of the columns, by which tests are ordered', () => {
    fc.assert(
      fc.property(cases, (c) => {
        const table = draw({ ...c, n: 400, density: 0.7 })
        const other = new Map(letters.map((name, i) => [name, letters[(i * 5 + 2) % 6]!]))
        const renamed = {
          ...table,
          columns: table.columns.map((column) => ({ ...column, name: other.get(column.name)! })),
        }
        const joined = (d: Discovery, names: (name: string) => string): string[] =>
          d.edges.map((e) => [names(e.from), names(e.to)].sort().join(' ')).sort()
        expect(joined(run(renamed), (name) => name)).toEqual(joined(run(table), (name) => other.get(name)!))
      }),
      { numRuns: 60 },
    )
  })
})

describe('resampling', () => {
  const table = tableOf(linearColumns({ a: [{}, 1], c: [{}, 1], b: [{ a: 1, c: 1 }, 1] }, 80, 6))

  it('gives the same bytes for the same seed and others for another', () => {
    const text = (seed: number): string => JSON.stringify(run(table, { resamples: 40, seed, alpha: 0.01 }))
    expect(text(1)).toBe(text(1))
    expect(text(1)).not.toBe(text(2))
  })

  it('shows stability and scores that agree with the resampled graphs', () => {
    const d = run(table, { resamples: 50, seed: 1 })
    expect(d.resampleGraphs).toHaveLength(50)
    const edge = d.edges.find((e) => e.from === 'a' && e.to === 'b')
    const joined = d.resampleGraphs.filter((g) => g.some(([x, , y]) => [x, y].sort().join() === 'a,b')).length
    expect(edge?.stability).toBe(joined / 50)
    expect(edge?.directedStability).toBeLessThanOrEqual(edge?.stability ?? 0)
    const pair = d.scores.skeleton.find(([x, y]) => x === 'a' && y === 'b')
    expect(pair?.[2]).toBe(edge?.stability)
    const both = d.scores.directed
      .filter(([x, y]) => [x, y].sort().join() === 'a,b')
      .reduce((s, e) => s + e[2], 0)
    expect(both).toBeCloseTo(pair?.[2] ?? -1, 12)
  })

  it('uses rows that are given', () => {
    const same = Int32Array.from({ length: 80 }, (_, i) => i)
    const d = run(table, { resampleRows: [same] })
    expect(sortedTriples(d.resampleGraphs[0] ?? [])).toEqual(sortedTriples(triples(d)))
    expect(() => run(table, { resampleRows: [Int32Array.of(80)] })).toThrow(/names row 80/)
  })

  it('draws whole groups', () => {
    const groups = Int32Array.from({ length: 80 }, (_, i) => i >> 1)
    for (const weights of drawWeights(groups, 40, 20, 3)) {
      expect(weights.reduce((sum, w) => sum + w, 0)).toBe(80)
      for (let i = 0; i < 80; i += 2) expect(weights[i]).toBe(weights[i + 1])
    }
    const clustered = run({ ...table, groups }, { resamples: 5, seed: 3 })
    expect(codes(clustered)).toContain('CLUSTERED_ROWS')
    expect(JSON.stringify(clustered.scores)).not.toBe(
      JSON.stringify(run(table, { resamples: 5, seed: 3 }).scores),
    )
  })

  it('stops when the person cancels', () => {
    const cancelled = new ContractError('CANCELLED', 'cancelled')
    let left = 3
    const progress = {
      check(): void {
        if (--left < 0) throw cancelled
      },
      report: () => undefined,
    }
    expect(() => discover(table, { resamples: 100 }, progress)).toThrow(cancelled)
  })
})

describe('columns that cannot be used', () => {
  const a = noise(40, 1)
  const b = noise(40, 2).map((v, i) => v + a[i]!)
  const left = (d: Discovery): string[] => d.nodes.map((node) => node.name)

  it('names constants, repeats, sparse and empty columns and leaves them out', () => {
    const sparse = noise(40, 3).map((v, i) => (i < 7 ? v : Number.NaN))
    const table = tableOf({
      a,
      b,
      c: Array<number>(40).fill(7.3),
      d: a.map((v) => 5 - 2 * v),
      e: sparse,
      f: Array<number>(40).fill(Number.NaN),
    })
    const d = run(table)
    expect(left(d)).toEqual(['a', 'b'])
    expect(d.warnings.map((w) => [w.code, w.item])).toEqual(
      expect.arrayContaining([
        ['COLUMN_CONSTANT', 'c'],
        ['COLUMN_DUPLICATE', 'd'],
        ['COLUMN_SPARSE', 'e'],
        ['COLUMN_SPARSE', 'f'],
      ]),
    )
  })

  it('leaves categories to a test that can compare them', () => {
    const table = tableOf({ a, b })
    const route = {
      name: 'route',
      unit: '1',
      role: 'process' as const,
      levels: ['cast', 'wrought'],
      values: a.map((_, i) => i % 2),
    }
    const d = run({ ...table, columns: [...table.columns, route] })
    expect(left(d)).toEqual(['a', 'b'])
    expect(d.warnings).toContainEqual(expect.objectContaining({ code: 'COLUMN_CATEGORY', item: 'route' }))
  })

  it('leaves out the balance of a composition that sums to 100', () => {
    const c = noise(40, 4).map((v) => 0.3 + 0.02 * v)
    const cr = noise(40, 5).map((v) => 12 + v)
    const fe = c.map((v, i) => 100 - v - cr[i]!)
    const d = run(
      tableOf(
        { C: c, Cr: cr, Fe: fe, T: a, ys: b },
        { C: 'composition', Cr: 'composition', Fe: 'composition', ys: 'property' },
      ),
    )
    expect(left(d)).toEqual(['C', 'Cr', 'T', 'ys'])
    expect(d.warnings).toContainEqual(expect.objectContaining({ code: 'COMPOSITION_BALANCE', item: 'Fe' }))
  })

  it('warns of a column that others determine', () => {
    const c = noise(60, 6)
    const e = noise(60, 7)
    const sum = c.map((v, i) => v + e[i]!)
    const d = run(tableOf({ c, e, sum, other: noise(60, 8) }))
    const notes = d.warnings.filter((w) => w.code === 'DETERMINISTIC_RELATION')
    expect(notes.map((w) => w.item)).toEqual(['c', 'e', 'sum'])
    expect(d.edges.some((edge) => edge.from === 'other' || edge.to === 'other')).toBe(false)
  })

  it('takes the logarithm of a skewed positive column and says so', () => {
    const skewed = noise(80, 9).map((v) => Math.exp(1.5 * v))
    const d = run(tableOf({ skewed, plain: noise(80, 10) }))
    expect(d.warnings.find((w) => w.code === 'LOG_TRANSFORMED')?.message).toMatch(/skewed: skewed\.$/)
    expect(codes(run(tableOf({ skewed, plain: noise(80, 10) }), { transform: 'none' }))).not.toContain(
      'LOG_TRANSFORMED',
    )
  })

  it('says what is missing and what is too small to be seen', () => {
    const holed = b.map((v, i) => (i % 5 === 0 ? Number.NaN : v))
    const d = run(tableOf({ a, holed }))
    expect(d.warnings.find((w) => w.code === 'MISSING_CELLS')?.message).toContain('holed 8')
    // tanh((1.6449 + 0.8416) / √37) = 0.3877
    expect(d.warnings.find((w) => w.code === 'SMALLEST_DETECTABLE')?.message).toContain('below 0.39')
    expect(d.edges).toHaveLength(1)
  })

  it('keeps and names an edge that no row can test', () => {
    const early = a.map((v, i) => (i < 20 ? v : Number.NaN))
    const late = b.map((v, i) => (i >= 20 ? v : Number.NaN))
    const d = run(tableOf({ early, late, c: noise(40, 11) }))
    expect(d.edges.find((e) => e.from === 'early' && e.to === 'late')?.p).toBeNull()
    expect(d.warnings.find((w) => w.code === 'PAIR_UNTESTED')?.message).toContain('early – late')
  })

  it.each([
    ['one row', tableOf({ a: [1], b: [2] }), 'TOO_FEW_SPECIMENS'],
    ['no row', tableOf({ a: [], b: [] }), 'TOO_FEW_SPECIMENS'],
    ['seven rows', tableOf({ a: noise(7, 1), b: noise(7, 2) }), 'TOO_FEW_SPECIMENS'],
    ['an infinite cell', tableOf({ a, b: b.map((v, i) => (i === 3 ? Infinity : v)) }), 'BAD_REQUEST'],
    ['only NaN', tableOf({ a: a.map(() => Number.NaN), b: b.map(() => Number.NaN) }), 'NO_OUTPUTS'],
    ['one column', tableOf({ a }), 'NO_OUTPUTS'],
  ] as const)('refuses %s', (_, table, code) => {
    expect(() => run(table)).toThrow(expect.objectContaining({ code }))
  })

  it('refuses an unknown column and an alpha outside 0..1', () => {
    expect(() => run(tableOf({ a, b }), { columns: ['a', 'typo'] })).toThrow(
      expect.objectContaining({ code: 'COLUMN_UNKNOWN', detail: 'typo' }),
    )
    expect(() => run(tableOf({ a, b }), { alpha: 0 })).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST' }),
    )
  })
})
