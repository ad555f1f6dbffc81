import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ContractError, datasetTable } from '../../../../main/contract/index.ts'
import {
  buildTable,
  cellsOf,
  freezeTable,
  groupFolds,
  tableFromDataset,
  type FreezeInput,
} from '../../../../main/engine/dataset/index.ts'

const input = (parts: Partial<FreezeInput> = {}): FreezeInput => ({
  specimens: ['S1', 'S2', 'S3', 'S4', 'S5', 'S6'],
  groups: ['H1', 'H1', 'H2', 'H3', 'H4', 'H5'],
  columns: [
    { name: 'T', unit: '°C', role: 'process', kind: 'number' },
    { name: 'route', unit: '', role: 'process', kind: 'category' },
    { name: 'held', unit: 'h', role: 'process', kind: 'number' },
    { name: 'lost', unit: '', role: 'property', kind: 'number' },
    { name: 'operator', unit: '', role: 'context', kind: 'category' },
    { name: 'fraction', unit: '1', role: 'microstructure', kind: 'number' },
  ],
  values: [
    [800, 850, null, 900, 950, 800],
    ['cast', 'rolled', 'cast', null, 'rolled', 'forged'],
    [2, 2, 2, null, 2, 2],
    [null, null, null, null, null, null],
    ['a', 'b', 'a', 'b', 'a', 'b'],
    [0.1, 0.2, 0, 0.3, null, 0.25],
  ],
  standardErrors: [
    ...Array.from({ length: 5 }, () => new Array<null>(6).fill(null)),
    [0.01, 0.02, 0.01, 0.02, null, 0.03],
  ],
  folds: 3,
  seed: 7,
  ...parts,
})

describe('groupFolds', () => {
  it('never parts a group, balances rows and does not look at the order of rows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 14 }), { minLength: 1, maxLength: 90 }),
        fc.integer({ min: 2, max: 8 }),
        fc.integer(),
        (numbers, folds, seed) => {
          const groups = numbers.map((number) => `g${number}`)
          const found = groupFolds(groups, folds, seed)
          const foldOf = new Map<string, number>()
          groups.forEach((group, row) => {
            expect(foldOf.get(group) ?? found[row]).toBe(found[row])
            foldOf.set(group, found[row]!)
          })
          const used = Math.min(folds, foldOf.size)
          const sizes = Array.from({ length: used }, (_, fold) => found.filter((one) => one === fold).length)
          const largest = Math.max(
            ...[...foldOf.keys()].map((name) => groups.filter((group) => group === name).length),
          )
          // The greedy rule keeps fullest and emptiest fold within one group of each other.
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(largest)
          expect(Math.min(...sizes)).toBeGreaterThan(0)
          const backwards = groupFolds([...groups].reverse(), folds, seed)
          expect([...backwards].reverse()).toEqual([...found])
        },
      ),
      { numRuns: 200 },
    )
  })

  it('changes with the seed', () => {
    const groups = Array.from({ length: 40 }, (_, k) => `g${k}`)
    expect(groupFolds(groups, 5, 1)).toEqual(groupFolds(groups, 5, 1))
    expect(groupFolds(groups, 5, 1)).not.toEqual(groupFolds(groups, 5, 2))
  })
})

describe('freezeTable', () => {
  it('fits the contract, ignores constant and empty columns with a note, keeps missing cells null', () => {
    const { table, notes } = freezeTable(input())
    expect(datasetTable.parse(table)).toEqual(table)
    expect(table.columns.map(({ name, role }) => [name, role])).toEqual([
      ['T', 'process'],
      ['route', 'process'],
      ['held', 'ignored'],
      ['lost', 'ignored'],
      ['operator', 'context'],
      ['fraction', 'microstructure'],
    ])
    expect(table.columns[1]!.levels).toEqual(['cast', 'rolled', 'forged'])
    expect(notes.map(({ code, item }) => [code, item])).toEqual([
      ['COLUMN_CONSTANT', 'held'],
      ['COLUMN_EMPTY', 'lost'],
    ])
    expect(table.values).toEqual(input().values)
    expect(table.folds[0]).toBe(table.folds[1])
  })

  it('gives the same bytes for the same table, others for any change, and the bytes are the table', () => {
    const { bytes, table } = freezeTable(input())
    expect(freezeTable(input()).bytes).toEqual(bytes)
    expect(datasetTable.parse(JSON.parse(new TextDecoder().decode(bytes)))).toEqual(table)
    const reordered = input({
      columns: input().columns.map(({ kind, name, role, unit }) => ({ kind, role, unit, name })),
    })
    expect(freezeTable(reordered).bytes).toEqual(bytes)
    const changed = [
      input({ groups: ['H1', 'H1', 'H2', 'H3', 'H4', 'H6'] }),
      input({ values: input().values.map((list, k) => (k === 0 ? [800, 850, 0, 900, 950, 800] : list)) }),
      input({ columns: input().columns.map((column, k) => (k === 0 ? { ...column, unit: 'K' } : column)) }),
    ]
    for (const other of changed) expect(freezeTable(other).bytes).not.toEqual(bytes)
  })

  it('has no more folds than groups, and says so', () => {
    const { table, notes } = freezeTable(input({ folds: 20 }))
    expect(new Set(table.folds)).toEqual(new Set([0, 1, 2, 3, 4]))
    expect(notes.map(({ code }) => code)).toContain('FOLDS_REDUCED')
  })

  it('refuses rows that do not fit, numbers that are none, repeated names and no rows', () => {
    const codeOf = (parts: Partial<FreezeInput>) => {
      try {
        freezeTable(input(parts))
        return null
      } catch (error) {
        return error instanceof ContractError ? error.code : error
      }
    }
    const first = (list: (number | string | null)[]) => input().values.map((old, k) => (k === 0 ? list : old))
    expect(codeOf({ groups: ['H1'] })).toBe('BAD_REQUEST')
    expect(codeOf({ values: first([1, 2, 3]) })).toBe('BAD_REQUEST')
    expect(codeOf({ values: first([Number.NaN, 1, 2, 3, 4, 5]) })).toBe('BAD_REQUEST')
    expect(codeOf({ values: first(['800', 1, 2, 3, 4, 5]) })).toBe('BAD_REQUEST')
    expect(codeOf({ specimens: ['S1', 'S1', 'S3', 'S4', 'S5', 'S6'] })).toBe('BAD_REQUEST')
    expect(codeOf({ columns: input().columns.map((column) => ({ ...column, name: 'x' })) })).toBe(
      'BAD_REQUEST',
    )
    expect(
      codeOf({
        specimens: [],
        groups: [],
        values: [[], [], [], [], [], []],
        standardErrors: [[], [], [], [], [], []],
      }),
    ).toBe('TOO_FEW_SPECIMENS')
  })
})

describe('tables for the science rooms', () => {
  it('leave ignored and context columns out and give the other cells back', () => {
    const { table } = freezeTable(input())
    const science = tableFromDataset(table)
    expect(science.columns.map(({ name }) => name)).toEqual(['T', 'route', 'fraction'])
    expect(science.rowIds).toEqual(table.specimens)
    expect([...science.groups]).toEqual([0, 0, 1, 2, 3, 4])
    expect(science.columns.map(cellsOf)).toEqual([0, 1, 5].map((k) => table.values[k]))
    expect([...science.columns[1]!.values]).toEqual([0, 1, 0, Number.NaN, 1, 2])
    expect(Number.isNaN(science.columns[0]!.values[2])).toBe(true)
  })

  it('refuse text in numbers, uneven columns and repeated names', () => {
    const column = { name: 'x', unit: '', role: 'process' as const, kind: 'number' as const, values: [1, 2] }
    expect(() => buildTable([{ ...column, values: [1, 'a'] }], ['a', 'b'], ['a', 'b'])).toThrow(ContractError)
    expect(() => buildTable([{ ...column, values: [1] }], ['a', 'b'], ['a', 'b'])).toThrow(ContractError)
    expect(() => buildTable([column, column], ['a', 'b'], ['a', 'b'])).toThrow(ContractError)
    const coded = buildTable(
      [{ ...column, kind: 'category', values: ['b', 'a'], levels: ['a', 'b'] }],
      ['1', '2'],
      ['g', 'g'],
    )
    expect([...coded.columns[0]!.values]).toEqual([1, 0])
  })
})
