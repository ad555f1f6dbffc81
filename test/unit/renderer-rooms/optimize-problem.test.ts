import { describe, expect, it } from 'vitest'
import { jobParams, type DatasetTable, type EffectRanking } from '../../../main/contract/index.ts'
import {
  beyondData,
  boundLines,
  boundsToSend,
  limitsToSend,
  outputsInOrder,
  problemText,
  variedByDefault,
  varyToSend,
} from '../../../renderer/rooms/optimize/problem.ts'

const number = (name: string, role: 'composition' | 'process') => ({
  name,
  unit: '1',
  role,
  kind: 'number' as const,
  levels: [],
})
const table: DatasetTable = {
  columns: [
    number('Al', 'composition'),
    number('T', 'process'),
    { ...number('route', 'process'), kind: 'category', levels: ['a', 'b'] },
  ],
  specimens: ['S1', 'S2'],
  groups: ['1', '2'],
  folds: [0, 1],
  values: [
    [1, 3],
    [600, 800],
    ['a', 'b'],
  ],
  standardErrors: [
    [null, null],
    [null, null],
    [null, null],
  ],
}
const ranked = (treatment: string, critical: boolean): EffectRanking => ({
  treatment,
  outcome: 'R',
  standardisedEffect: 0.5,
  low: critical ? 0.2 : -0.2,
  high: 0.8,
  level: 0.95,
  rank: 1,
  separableFromNext: false,
  critical,
})
const model = { inputs: ['Al', 'T', 'route'] }
const lines = boundLines(model, table, { ranking: [ranked('T', true), ranked('Al', false)] }, 'R')

describe('what is asked of the optimiser', () => {
  it('lists numeric inputs with the range of their data and marks the critical ones of this objective', () => {
    expect(lines.map((l) => [l.column, l.dataLow, l.dataHigh, l.critical])).toEqual([
      ['Al', 1, 3, false],
      ['T', 600, 800, true],
    ])
    const other = boundLines(model, table, { ranking: [ranked('T', true)] }, 'another output')
    expect(other.some((l) => l.critical)).toBe(false)
  })

  it('varies the critical columns, or all when none is known to be', () => {
    expect([...variedByDefault(lines)]).toEqual(['T'])
    expect([...variedByDefault(boundLines(model, table, null, 'R'))]).toEqual(['Al', 'T'])
  })

  it('names the varied columns as soon as they are not those the engine would take', () => {
    expect(varyToSend(lines, {})).toEqual([])
    expect(varyToSend(lines, { T: { vary: true, low: 650, high: 700 } })).toEqual([])
    expect(varyToSend(lines, { Al: { vary: true, low: 1, high: 3 } })).toEqual(['Al', 'T'])
    const swapped = { Al: { vary: true, low: 1, high: 3 }, T: { vary: false, low: 600, high: 800 } }
    expect(varyToSend(lines, swapped)).toEqual(['Al'])
  })

  it('sends only bounds a person changed', () => {
    expect(boundsToSend(lines, {})).toEqual([])
    expect(boundsToSend(lines, { T: { vary: true, low: 650, high: 800 } })).toEqual([
      { column: 'T', low: 650, high: 800 },
    ])
    expect(boundsToSend(lines, { Al: { vary: true, low: 1, high: 3 } })).toEqual([])
    expect(boundsToSend(lines, { Al: { vary: false, low: 0, high: 9 } })).toEqual([])
  })

  it('sends what the contract takes', () => {
    const limits = [
      { output: 'A', min: null, max: null },
      { output: 'B', min: 36, max: null },
    ]
    const parsed = jobParams.optimize.parse({
      constraints: limitsToSend(limits),
      bounds: boundsToSend(lines, {}),
    })
    expect(parsed.constraints).toEqual([{ output: 'B', min: 36, max: null }])
  })

  it('says what stands in the way of a run', () => {
    expect(problemText(lines, {}, [], 4)).toBeNull()
    expect(problemText(lines, { T: { vary: true, low: 800, high: 600 } }, [], 4)).toContain('T')
    expect(problemText(lines, { T: { vary: true, low: Number.NaN, high: 600 } }, [], 4)).toContain(
      'both ends',
    )
    expect(problemText(lines, {}, [{ output: 'B', min: 5, max: 5 }], 4)).toContain('B')
    expect(problemText(lines, {}, [], 21)).toContain('20')
    expect(problemText([], {}, [], 4)).toContain('Vary')
  })

  it('names columns reaching beyond the data', () => {
    expect(beyondData(lines, {})).toEqual([])
    expect(beyondData(lines, { T: { vary: true, low: 600, high: 801 } })).toEqual(['T'])
  })

  it('orders outputs: objective, constrained, the rest', () => {
    const prediction = {
      unit: '1',
      mean: 0,
      sd: 1,
      low: -1,
      high: 1,
      level: 0.9,
      epistemicSd: 1,
      aleatoricSd: 0,
    }
    const candidate = {
      rank: 1,
      inputs: [],
      predictions: ['x', 'y', 'z'].map((output) => ({ ...prediction, output })),
      expectedImprovement: 0,
      probabilityFeasible: 1,
      probabilityOfImprovement: 0,
      nearestSpecimen: 'S1',
      notes: [],
    }
    const run = { objective: 'z', constraints: [{ output: 'y', min: 1, max: null }], candidates: [candidate] }
    expect(outputsInOrder(run)).toEqual(['z', 'y', 'x'])
    expect(outputsInOrder({ ...run, candidates: [] })).toEqual([])
  })
})
