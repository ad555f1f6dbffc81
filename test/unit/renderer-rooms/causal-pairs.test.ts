import { describe, expect, it } from 'vitest'
import type { CausalEdge } from '../../../main/contract/index.ts'
import { edgesOnPaths, nextSelection, openingSelection } from '../../../renderer/rooms/causal/pairs.ts'

const edge = (from: string, to: string, mark: CausalEdge['mark'] = '-->'): CausalEdge => ({
  from,
  to,
  mark,
  stability: null,
  directedStability: null,
  p: null,
  q: null,
  partialCorrelation: null,
  given: [],
  required: false,
})

describe('choosing treatment and outcome', () => {
  it('takes treatment, then outcome, then starts again', () => {
    const first = nextSelection({ treatment: null, outcome: null }, 'a')
    expect(first).toEqual({ treatment: 'a', outcome: null })
    const second = nextSelection(first, 'b')
    expect(second).toEqual({ treatment: 'a', outcome: 'b' })
    expect(nextSelection(second, 'c')).toEqual({ treatment: 'c', outcome: null })
    expect(nextSelection(second, 'a')).toEqual({ treatment: null, outcome: null })
  })

  it('lights only edges on directed paths', () => {
    const edges = [edge('a', 'm'), edge('m', 'y'), edge('z', 'y'), edge('m', 'w'), edge('a', 'y', '--')]
    expect([...edgesOnPaths(edges, { treatment: 'a', outcome: 'y' })]).toEqual([0, 1])
    expect(edgesOnPaths(edges, { treatment: 'y', outcome: 'a' }).size).toBe(0)
    expect(edgesOnPaths(edges, { treatment: 'a', outcome: null }).size).toBe(0)
  })

  it('opens with the first rank that is on the map', () => {
    const ranking = [
      { treatment: 'gone', outcome: 'y', rank: 1 },
      { treatment: 'a', outcome: 'y', rank: 1 },
    ]
    expect(openingSelection(ranking, [{ name: 'a' }, { name: 'y' }])).toEqual({
      treatment: 'a',
      outcome: 'y',
    })
    expect(openingSelection([], [{ name: 'a' }])).toEqual({ treatment: null, outcome: null })
  })
})
