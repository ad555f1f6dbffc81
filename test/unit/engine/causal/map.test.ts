import { describe, expect, it } from 'vitest'
import { causalSummary, type ColumnRole } from '../../../../main/contract/index.ts'
import { causalMap } from '../../../../main/engine/causal/index.ts'
import { silentProgress, type Table } from '../../../../main/engine/dataset/table.ts'
import { linearColumns, tableOf } from './tables.ts'

const roles: Record<string, ColumnRole> = {
  C: 'composition',
  T: 'process',
  time: 'process',
  grain: 'microstructure',
  phase: 'microstructure',
  ys: 'property',
  heatNumber: 'context',
}
const columns = linearColumns(
  {
    C: [{}, 1],
    T: [{}, 1],
    time: [{}, 1],
    grain: [{ T: 0.8, time: 0.5 }, 0.6],
    phase: [{ C: 0.9, T: -0.4 }, 0.6],
    ys: [{ grain: -0.8, phase: 0.7 }, 0.6],
    heatNumber: [{}, 1],
  },
  90,
  1,
)
const options = { alpha: null, resamples: 40, seed: 5, knowledge: { tiers: [], required: [], forbidden: [] } }
const without = (table: Table, ...names: string[]): Table => ({
  ...table,
  columns: table.columns.filter((c) => !names.includes(c.name)),
})

describe('causal map', () => {
  const table = tableOf(columns, roles)
  const map = causalMap(table, options, silentProgress)

  it('is a causal summary of the contract once it has its identifiers', () => {
    const id = '01890000-0000-7000-8000-000000000000'
    const whole = { ...map, id, jobId: id, datasetId: id, createdAt: '2024-01-01T00:00:00.000Z' }
    expect(causalSummary.parse(whole)).toEqual(whole)
  })

  it('takes part with the columns of the four roles, under the tiers of the roles', () => {
    expect(map.nodes.map((node) => [node.name, node.tier])).toEqual([
      ['C', 0],
      ['T', 1],
      ['grain', 2],
      ['phase', 2],
      ['time', 1],
      ['ys', 3],
    ])
    const tier = new Map(map.nodes.map((node) => [node.name, node.tier]))
    for (const edge of map.edges) expect(tier.get(edge.from)).toBeLessThanOrEqual(tier.get(edge.to) ?? -1)
  })

  it('estimates and ranks every input on every property', () => {
    expect(map.effects.map((effect) => `${effect.treatment} ${effect.outcome}`)).toEqual([
      'C ys',
      'T ys',
      'time ys',
    ])
    const truth: Record<string, number> = { C: 0.63, T: -0.92, time: -0.4 }
    for (const { treatment, total } of map.effects) {
      expect(total?.low).toBeLessThan(truth[treatment] ?? Number.NaN)
      expect(total?.high).toBeGreaterThan(truth[treatment] ?? Number.NaN)
    }
    expect(map.ranking.map((r) => r.treatment)).toEqual(['T', 'C', 'time'])
    expect(map.ranking.every((r) => r.critical)).toBe(true)
  })

  it('gives the same bytes for the same seed, whatever the order of columns', () => {
    const reversed = { ...table, columns: [...table.columns].reverse() }
    expect(JSON.stringify(causalMap(reversed, options, silentProgress))).toBe(JSON.stringify(map))
  })

  it('takes microstructure as outcome where there is no property, and outcomes that are asked for', () => {
    const noProperty = causalMap(without(table, 'ys'), { ...options, resamples: 0 }, silentProgress)
    expect([...new Set(noProperty.effects.map((effect) => effect.outcome))]).toEqual(['grain', 'phase'])
    const asked = causalMap(table, { ...options, resamples: 0, outcomes: ['grain'] }, silentProgress)
    expect([...new Set(asked.ranking.map((r) => r.outcome))]).toEqual(['grain'])
    // Ranks start again for each outcome.
    expect(noProperty.ranking.filter((r) => r.rank === 1)).toHaveLength(2)
  })

  it('keeps tiers of the person beside those of the roles', () => {
    const knowledge = {
      tiers: [['C'], ['T', 'time']],
      required: [['C', 'T'] as [string, string]],
      forbidden: [],
    }
    const own = causalMap(table, { ...options, resamples: 0, knowledge }, silentProgress)
    expect(own.edges).toContainEqual(
      expect.objectContaining({ from: 'C', to: 'T', mark: '-->', required: true, q: null }),
    )
    expect(own.nodes.map((node) => node.tier)).toEqual([0, 1, 2, 2, 1, 3])
    expect(() =>
      causalMap(table, { ...options, knowledge: { ...knowledge, tiers: [['ys'], ['C']] } }, silentProgress),
    ).toThrow(expect.objectContaining({ code: 'KNOWLEDGE_CONTRADICTION' }))
  })

  it.each([
    ['no inputs', without(table, 'C', 'T', 'time'), 'NO_INPUTS'],
    ['no outcomes', without(table, 'grain', 'phase', 'ys'), 'NO_OUTPUTS'],
  ] as const)('refuses a table with %s', (_, bad, code) => {
    expect(() => causalMap(bad, { ...options, resamples: 0 }, silentProgress)).toThrow(
      expect.objectContaining({ code }),
    )
  })

  it('survives missing cells, grouped rows and a constant column', () => {
    const holed: Record<string, ArrayLike<number>> = { ...columns, flat: Array<number>(90).fill(3) }
    for (const name of ['grain', 'phase', 'ys'])
      holed[name] = columns[name]!.map((v, i) => ((i * 7 + name.length) % 11 === 0 ? Number.NaN : v))
    const groups = Array.from({ length: 90 }, (_, i) => Math.floor(i / 3))
    const rough = causalMap(tableOf(holed, roles, groups), options, silentProgress)
    const codes = rough.warnings.map((w) => w.code)
    for (const code of ['MISSING_CELLS', 'COLUMN_CONSTANT', 'CLUSTERED_ROWS']) expect(codes).toContain(code)
    expect(rough.effects.find((effect) => effect.treatment === 'T')?.total?.high).toBeLessThan(0)
  })
})
