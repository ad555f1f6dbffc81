import { describe, expect, it } from 'vitest'
import type { Knowledge } from '../../../../main/contract/index.ts'
import { ContractError } from '../../../../main/contract/index.ts'
import { discover, tiersFromRoles } from '../../../../main/engine/causal/index.ts'
import { silentProgress } from '../../../../main/engine/dataset/table.ts'
import { linearColumns, tableOf } from './tables.ts'

const table = tableOf(
  linearColumns({ a: [{}, 1], b: [{ a: 1 }, 1], c: [{ b: 1 }, 1], d: [{ c: 1 }, 1] }, 60, 1),
)

function errorOf(knowledge: Partial<Knowledge>, roleTiers: string[][] = []): ContractError {
  try {
    discover(
      table,
      { knowledge: { tiers: [], required: [], forbidden: [], ...knowledge }, roleTiers },
      silentProgress,
    )
  } catch (error) {
    if (error instanceof ContractError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('knowledge that contradicts itself', () => {
  it('names the required edge and the tiers it runs against', () => {
    const error = errorOf({ tiers: [['a'], ['b']], required: [['b', 'a']] })
    expect(error.code).toBe('KNOWLEDGE_CONTRADICTION')
    expect(error.detail).toBe('required b --> a; tier of a before b')
  })

  it('names the shortest chain of required edges that runs against tiers', () => {
    const error = errorOf({
      tiers: [['d'], ['a']],
      required: [
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'd'],
        ['b', 'd'],
      ],
    })
    expect(error.detail).toBe('required a --> b; required b --> d; tier of d before a')
  })

  it('names a cycle of required edges and leaves the others out', () => {
    const error = errorOf({
      required: [
        ['a', 'd'],
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'a'],
      ],
    })
    expect(error.detail).toBe('required a --> b; required b --> c; required c --> a')
  })

  it.each([
    [{ required: [['a', 'a']] }, 'required a --> a'],
    [{ required: [['a', 'b']], forbidden: [['a', 'b']] }, 'required a --> b; forbidden a --> b'],
    [{ tiers: [['a'], ['b', 'a']] }, 'a in tier 1; a in tier 2'],
  ] as [Partial<Knowledge>, string][])('refuses %j', (knowledge, detail) => {
    expect(errorOf(knowledge).detail).toBe(detail)
  })

  it('refuses tiers against the tiers of the roles', () => {
    const error = errorOf({ tiers: [['c'], ['a']] }, [['a'], ['c']])
    expect(error.code).toBe('KNOWLEDGE_CONTRADICTION')
    expect(error.detail).toBe('tier of a before c; tier of c before a')
  })

  it('refuses a name that the table has not', () => {
    const error = errorOf({ forbidden: [['a', 'typo']] })
    expect(error.code).toBe('COLUMN_UNKNOWN')
    expect(error.detail).toBe('typo')
  })
})

describe('tiers of roles', () => {
  it('follow time: composition, process, microstructure, property', () => {
    const all = tableOf(
      { ys: [1], T: [1], grain: [1], C: [1], operator: [1] },
      { ys: 'property', grain: 'microstructure', C: 'composition', operator: 'context' },
    )
    expect(tiersFromRoles(all)).toEqual([['C'], ['T'], ['grain'], ['ys']])
  })

  it('leaves out roles that no column has', () => {
    expect(tiersFromRoles(tableOf({ ys: [1] }, { ys: 'property' }))).toEqual([['ys']])
  })
})
