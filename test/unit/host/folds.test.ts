import { describe, expect, it } from 'vitest'
import { foldsOf, groupedFolds } from '../../../main/host/cli/bare/folds.ts'

const rows = [
  ['row', 'group', 'g1', 'r1', 's0'],
  // Out of order on purpose: the column `row` counts, not the line.
  ['2', 'B', '1', '0', '1'],
  ['0', 'A', '0', '0', '0'],
  ['1', 'A', '0', '1', '0'],
  ['3', 'B', '1', '1', '0'],
]
const listed = (file: ReturnType<typeof foldsOf>): [string, number, number, number[]][] =>
  file.folds.map(({ name, repeat, fold, testRows }) => [name, repeat, fold, Array.from(testRows)])

describe('foldsOf', () => {
  it('makes one fold of each label of the columns of the split', () => {
    expect(listed(foldsOf(rows, 'grouped', 4))).toEqual([
      ['g1:0', 1, 0, [0, 1]],
      ['g1:1', 1, 1, [2, 3]],
    ])
    expect(listed(foldsOf(rows, 'random', 4))).toEqual([
      ['r1:0', 1, 0, [0, 2]],
      ['r1:1', 1, 1, [1, 3]],
    ])
    expect(foldsOf(rows, 'grouped', 4).groups).toEqual(['A', 'A', 'B', 'B'])
  })

  it('takes s columns as one fold each, 1 = test', () => {
    const only = rows.map((cells) => [cells[0]!, cells[4]!])
    expect(listed(foldsOf(only, 'grouped', 4))).toEqual([['s0', 0, 1, [2]]])
  })

  it.each([
    ['no row column', [['g1'], ['0']], 1],
    [
      'a row twice',
      [
        ['row', 'g1'],
        ['0', '0'],
        ['0', '1'],
      ],
      2,
    ],
    [
      'a row beyond the table',
      [
        ['row', 'g1'],
        ['0', '0'],
        ['2', '1'],
      ],
      2,
    ],
    [
      'a missing row',
      [
        ['row', 'g1'],
        ['0', '0'],
        ['1', '1'],
      ],
      3,
    ],
    [
      'an empty label',
      [
        ['row', 'g1'],
        ['0', ''],
        ['1', '1'],
      ],
      2,
    ],
    [
      'one label only',
      [
        ['row', 'g1'],
        ['0', '1'],
        ['1', '1'],
      ],
      2,
    ],
    [
      'no fold column',
      [
        ['row', 'x1'],
        ['0', '1'],
      ],
      1,
    ],
  ])('refuses %s', (_name, records, count) => {
    expect(() => foldsOf(records, 'grouped', count)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }))
  })
})

describe('groupedFolds', () => {
  const groups = Int32Array.from({ length: 40 }, (_, row) => row % 9)
  it('tests each row once and never parts a group', () => {
    const folds = groupedFolds(groups, 5, 3)
    const all = folds.flatMap(({ testRows }) => Array.from(testRows)).sort((a, b) => a - b)
    expect(all).toEqual(Array.from({ length: 40 }, (_, row) => row))
    for (const group of new Set(groups))
      expect(
        folds.filter(({ testRows }) => Array.from(testRows).some((row) => groups[row] === group)),
      ).toHaveLength(1)
  })
  it('repeats with the seed, differs with another, and refuses a single group', () => {
    expect(groupedFolds(groups, 5, 3)).toEqual(groupedFolds(groups, 5, 3))
    expect(groupedFolds(groups, 5, 3)).not.toEqual(groupedFolds(groups, 5, 4))
    expect(() => groupedFolds(new Int32Array(4), 5, 1)).toThrow(
      expect.objectContaining({ code: 'TOO_FEW_SPECIMENS' }),
    )
  })
})
