import { describe, expect, it } from 'vitest'
import type { EdgeTriple } from '../../../../main/contract/index.ts'
import { effect as effectSchema } from '../../../../main/contract/index.ts'
import { discover, estimateEffect, rankEffects } from '../../../../main/engine/causal/index.ts'
import { silentProgress } from '../../../../main/engine/dataset/table.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'
import { linearColumns, tableOf } from './tables.ts'

/** Confounder z, treatment x, mediator m, outcome y, and c, an effect of both. True total effect of x on y: 1.2. */
const equations = {
  z: [{}, 1],
  x: [{ z: 0.8 }, 1],
  m: [{ x: 1 }, 1],
  y: [{ m: 1.2, z: -1 }, 1],
  c: [{ x: 1, y: 1 }, 1],
} as const
const edges: EdgeTriple[] = [
  ['z', '-->', 'x'],
  ['x', '-->', 'm'],
  ['m', '-->', 'y'],
  ['z', '-->', 'y'],
  ['x', '-->', 'c'],
  ['y', '-->', 'c'],
]
const tiers = [['z'], ['x'], ['m'], ['y'], ['c']]
const nodes = tiers.flatMap((tier, t) => tier.map((name) => ({ name, tier: t })))
const knowledge = { tiers, required: [], forbidden: [] }
const table = (n: number, seed: number) => tableOf(linearColumns(equations, n, seed))
const xy = { treatment: 'x', outcome: 'y' }

describe('total effect', () => {
  it('adjusts for the confounder and not for mediator or common effect', () => {
    const t = table(2000, 1)
    for (const graph of [
      { nodes, edges },
      { nodes: nodes.map((n) => n.name), edges },
    ]) {
      const effect = estimateEffect(t, graph, xy, silentProgress)
      expect(effect.identified).toBe(true)
      expect(effect.adjustmentSets[0]).toEqual(['z'])
      expect(effect.total?.estimate).toBeCloseTo(1.2, 1)
      expect(effect.naive?.high).toBeLessThan(1)
      expect(effectSchema.parse(effect)).toEqual(effect)
    }
  })

  it('covers the truth in 95 % of 300 redraws with the graph and its uncertainty found from 60 rows', () => {
    let held = 0
    for (let seed = 0; seed < 300; seed++) {
      const t = table(60, seed)
      const d = discover(t, { resamples: 15, seed, knowledge }, silentProgress)
      const { total } = estimateEffect(t, d, { ...xy, at: [] }, silentProgress)
      if (total !== null && total.low <= 1.2 && total.high >= 1.2) held++
    }
    // 0.95 ± 2.4 standard errors of a share in 300.
    expect(held / 300).toBeGreaterThanOrEqual(0.92)
    expect(held / 300).toBeLessThanOrEqual(0.985)
  }, 120_000)

  it('covers the truth with rows in groups of four, where errors of plain rows would not', () => {
    let held = 0
    let careless = 0
    for (let seed = 0; seed < 300; seed++) {
      const random = randomStream(seed, 'heats')
      const groups = Int32Array.from({ length: 80 }, (_, i) => i >> 2)
      const heat = () => Array.from({ length: 20 }, () => random.normal())
      const [hx, hy] = [heat(), heat()]
      const x = Float64Array.from(groups, (g) => hx[g]! + 0.5 * random.normal())
      const y = x.map((v, i) => 0.5 * v + hy[groups[i]!]! + 0.5 * random.normal())
      const graph = { nodes: ['x', 'y'], edges: [['x', '-->', 'y'] as EdgeTriple] }
      const holds = (t: ReturnType<typeof tableOf>): boolean => {
        const total = estimateEffect(t, graph, { ...xy, at: [] }, silentProgress).total
        return total !== null && total.low <= 0.5 && total.high >= 0.5
      }
      if (holds(tableOf({ x, y }, {}, groups))) held++
      if (holds(tableOf({ x, y }))) careless++
    }
    expect(held / 300).toBeGreaterThanOrEqual(0.92)
    expect(careless / 300).toBeLessThan(0.85)
  })

  it('widens by what resampled graphs disagree on', () => {
    const t = table(200, 3)
    const settled = estimateEffect(
      t,
      { nodes, edges },
      { ...xy, resampleGraphs: [edges, edges] },
      silentProgress,
    )
    const flat = nodes.map((node) => node.name)
    const without = edges.filter(([a, , b]) => !(a === 'z' && b === 'x'))
    const doubtful = estimateEffect(
      t,
      { nodes: flat, edges },
      { ...xy, resampleGraphs: [edges, edges, without] },
      silentProgress,
    )
    // Without z --> x, z would still be adjusted for as a cause of y; without both arrows it is not.
    const bare = without.filter(([a]) => a !== 'z')
    const wide = estimateEffect(
      t,
      { nodes: flat, edges },
      { ...xy, resampleGraphs: [edges, bare, bare] },
      silentProgress,
    )
    expect(settled.total?.low).toBeCloseTo(doubtful.total?.low ?? Number.NaN, 3)
    expect(wide.total?.low).toBeLessThan((settled.total?.low ?? 0) - 0.2)
    expect(wide.total?.estimate).toBe(doubtful.total?.estimate)
  })

  it('makes the same resampled graphs again from what a map of causes holds', () => {
    const t = table(80, 4)
    const d = discover(t, { resamples: 20, seed: 9, knowledge }, silentProgress)
    const { nodes, edges, alpha, resamples, seed } = d
    const stored = { nodes, edges, alpha, resamples, seed, knowledge: d.knowledge }
    expect(estimateEffect(t, stored, xy, silentProgress)).toEqual(estimateEffect(t, d, xy, silentProgress))
  })

  it('gives 0 and the interval of the adjusted regression where the graph has no path', () => {
    const t = tableOf(linearColumns({ z: [{}, 1], x: [{ z: 1 }, 1], y: [{ z: 1 }, 1] }, 300, 5))
    const graph = {
      nodes: ['x', 'y', 'z'],
      edges: [
        ['z', '-->', 'x'],
        ['z', '-->', 'y'],
      ] as EdgeTriple[],
    }
    const effect = estimateEffect(t, graph, xy, silentProgress)
    expect(effect.total?.estimate).toBe(0)
    expect(effect.total?.low).toBeLessThan(0)
    expect(effect.total?.high).toBeGreaterThan(0)
    expect(effect.naive?.low).toBeGreaterThan(0.3)
    expect(effect.warnings.map((w) => w.code)).toContain('NO_DIRECTED_PATH')
    expect(effect.sensitivity).toBeNull()
  })

  it('believes the regression that tiers make valid where the graph lost the path', () => {
    const t = table(400, 6)
    const lost = edges.filter(([, , b]) => b !== 'm')
    const effect = estimateEffect(t, { nodes, edges: lost }, xy, silentProgress)
    expect(effect.total?.estimate).toBeCloseTo(1.2, 0)
    expect(effect.warnings.map((w) => w.code)).toContain('PATH_MISSED')
  })

  it('gives exactly 0 on an outcome of an earlier tier', () => {
    const effect = estimateEffect(
      table(100, 7),
      { nodes, edges },
      { treatment: 'y', outcome: 'x' },
      silentProgress,
    )
    expect(effect.total).toEqual({ estimate: 0, se: 0, low: 0, high: 0 })
    expect(effect.identified).toBe(true)
  })

  it('says so, with the range, when an open edge leaves the effect undetermined', () => {
    const open = edges.map((e) => (e[0] === 'z' && e[2] === 'x' ? (['x', '--', 'z'] as EdgeTriple) : e))
    const same = nodes.map((node) => (node.name === 'x' ? { name: 'x', tier: 0 } : node))
    const t = table(500, 8)
    const effect = estimateEffect(t, { nodes: same, edges: open }, xy, silentProgress)
    expect(effect.identified).toBe(false)
    expect(effect.warnings[0]?.code).toBe('NOT_IDENTIFIED')
    expect(effect.adjustmentSets).toEqual([[], ['z']])
    expect(effect.total?.low).toBeLessThanOrEqual(effect.naive?.low ?? Number.NaN)
    expect(effect.total?.high).toBeGreaterThan(1.2)
    expect(effect.sensitivity).toBeNull()
  })

  it('gives no value without tiers when resampled graphs reverse the direction', () => {
    const flat = nodes.map((node) => node.name)
    const back = edges.map(([a, m, b]): EdgeTriple => [b, m, a])
    const effect = estimateEffect(
      table(200, 9),
      { nodes: flat, edges },
      { ...xy, resampleGraphs: [edges, back, edges, back] },
      silentProgress,
    )
    expect(effect.identified).toBe(false)
    expect(effect.total).toBeNull()
    expect(effect.curve).toEqual([])
  })

  it('gives partial R² and robustness value of Cinelli and Hazlett', () => {
    const effect = estimateEffect(table(300, 10), { nodes, edges }, xy, silentProgress)
    const r2 = effect.sensitivity?.partialR2 ?? Number.NaN
    const f2 = r2 / (1 - r2)
    const rv = effect.sensitivity?.robustnessValue ?? Number.NaN
    expect(r2).toBeGreaterThan(0.1)
    // A confounder with both partial R² equal to RV brings the estimate to 0: RV²/(1 − RV) = f².
    expect((rv * rv) / (1 - rv)).toBeCloseTo(f2, 9)
  })

  it('takes tiers of given knowledge for a graph of bare names', () => {
    const t = table(400, 6)
    const lost = edges.filter(([, , b]) => b !== 'm')
    const bare = { nodes: nodes.map((node) => node.name), edges: lost }
    expect(estimateEffect(t, bare, xy, silentProgress).total?.estimate).toBe(0)
    const known = estimateEffect(t, bare, { ...xy, knowledge }, silentProgress)
    expect(known.total?.estimate).toBeCloseTo(1.2, 0)
  })

  it.each([
    [{ treatment: 'x', outcome: 'x' }, 'BAD_REQUEST'],
    [{ treatment: 'q', outcome: 'y' }, 'COLUMN_UNKNOWN'],
    [{ ...xy, level: 1 }, 'BAD_REQUEST'],
  ] as const)('refuses %j', (request, code) => {
    expect(() => estimateEffect(table(50, 1), { nodes, edges }, request, silentProgress)).toThrow(
      expect.objectContaining({ code }),
    )
  })

  it('refuses a graph that does not fit the table, and columns without common rows', () => {
    const t = table(50, 1)
    expect(() => estimateEffect(t, { nodes: ['x', 'y', 'w'], edges: [] }, xy, silentProgress)).toThrow(
      expect.objectContaining({ code: 'COLUMN_UNKNOWN', detail: 'w' }),
    )
    const x = Float64Array.from({ length: 20 }, (_, i) => (i < 10 ? i : Number.NaN))
    const y = x.map((_, i) => (i >= 10 ? i : Number.NaN))
    expect(() =>
      estimateEffect(tableOf({ x, y }), { nodes: ['x', 'y'], edges: [] }, xy, silentProgress),
    ).toThrow(expect.objectContaining({ code: 'TOO_FEW_SPECIMENS' }))
  })

  it('says when the treatment does not vary at fixed confounders', () => {
    const z = Float64Array.from({ length: 60 }, (_, i) => Math.sin(i))
    const t = tableOf({
      z,
      x: z.map((v, i) => v + 1e-4 * Math.cos(7 * i)),
      y: z.map((v, i) => v + Math.cos(3 * i)),
    })
    const graph = {
      nodes: ['x', 'y', 'z'],
      edges: [
        ['z', '-->', 'x'],
        ['z', '-->', 'y'],
        ['x', '-->', 'y'],
      ] as EdgeTriple[],
    }
    const effect = estimateEffect(t, graph, xy, silentProgress)
    expect(effect.identified).toBe(false)
    expect(effect.total).toBeNull()
    expect(effect.warnings[0]?.message).toContain('hardly varies')
  })
})

describe('dose response', () => {
  const bent = (n: number, seed: number) => {
    const random = randomStream(seed, 'bent')
    const z = Float64Array.from({ length: n }, () => random.normal())
    const x = z.map((v) => 0.7 * v + random.normal())
    const y = x.map((v, i) => 10 - v * v + 2 * z[i]! + random.normal())
    return tableOf({ x, y, z })
  }
  const graph = {
    nodes: ['x', 'y', 'z'],
    edges: [
      ['z', '-->', 'x'],
      ['z', '-->', 'y'],
      ['x', '-->', 'y'],
    ] as EdgeTriple[],
  }

  it('follows a bent truth that the line per unit does not show', () => {
    const at = [-2, -1, 0, 1, 2]
    const { curve } = estimateEffect(bent(3000, 1), graph, { ...xy, at }, silentProgress)
    for (const point of curve) expect(point.mean).toBeCloseTo(10 - point.x ** 2, 0)
    expect(curve.every((point) => point.low < point.mean && point.mean < point.high)).toBe(true)
  })

  it('covers the mean under do(x) in 95 % of 300 redraws', () => {
    let held = 0
    for (let seed = 0; seed < 300; seed++) {
      const [point] = estimateEffect(bent(120, seed), graph, { ...xy, at: [1] }, silentProgress).curve
      if (point !== undefined && point.low <= 9 && point.high >= 9) held++
    }
    expect(held / 300).toBeGreaterThanOrEqual(0.915)
    expect(held / 300).toBeLessThanOrEqual(0.985)
  })

  it('marks grid points without support', () => {
    const { curve } = estimateEffect(bent(300, 2), graph, { ...xy, at: [-50, 0, 50] }, silentProgress)
    expect(curve.map((point) => point.supported)).toEqual([false, true, false])
    // Poor overlap: x nearly follows z, so that its far values occur at far z only.
    const random = randomStream(3, 'overlap')
    const z = Float64Array.from({ length: 300 }, () => random.normal())
    const t = tableOf({ z, x: z.map((v) => v + 0.1 * random.normal()), y: z.map((v) => v + random.normal()) })
    const tight = estimateEffect(t, graph, { ...xy, at: [-1.5, 1.5] }, silentProgress)
    expect(tight.curve.map((point) => point.supported)).toEqual([false, false])
  })
})

describe('ranking', () => {
  it('orders by size in standard deviations and says what is separable', () => {
    const columns = linearColumns(
      { a: [{}, 10], b: [{}, 1], c: [{}, 1], y: [{ a: 0.2, b: -1, c: 0.05 }, 1] },
      400,
      11,
    )
    const t = tableOf(columns)
    const known = { tiers: [['a', 'b', 'c'], ['y']], required: [], forbidden: [] }
    const d = discover(t, { resamples: 30, seed: 1, knowledge: known }, silentProgress)
    const ranking = rankEffects(t, d, 'y', ['c', 'b', 'a'], silentProgress)
    expect(ranking.map((r) => [r.rank, r.treatment, r.critical, r.separableFromNext])).toEqual([
      [1, 'a', true, true],
      [2, 'b', true, true],
      [3, 'c', false, true],
    ])
    const sdY = Math.sqrt(4 + 1 + 0.0025 + 1)
    expect(ranking[0]?.standardisedEffect).toBeCloseTo(2 / sdY, 1)
    expect(ranking[1]?.standardisedEffect).toBeCloseTo(-1 / sdY, 1)
    for (const r of ranking) expect(r.low).toBeLessThanOrEqual(r.high)
  })

  it('does not separate equal influences', () => {
    const t = tableOf(linearColumns({ a: [{}, 1], b: [{}, 1], y: [{ a: 1, b: 1 }, 1] }, 100, 12))
    const known = { tiers: [['a', 'b'], ['y']], required: [], forbidden: [] }
    const d = discover(t, { resamples: 20, seed: 1, knowledge: known }, silentProgress)
    const ranking = rankEffects(t, d, 'y', ['a', 'b'], silentProgress)
    expect(ranking[0]?.separableFromNext).toBe(false)
    expect(ranking.every((r) => r.critical)).toBe(true)
  })
})
