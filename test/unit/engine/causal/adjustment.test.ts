import { describe, expect, it } from 'vitest'
import type { EdgeTriple } from '../../../../main/contract/index.ts'
import { effectGraph, identify, optimalSet } from '../../../../main/engine/causal/adjustment.ts'
import { tierRelation } from '../../../../main/engine/causal/knowledge.ts'
import { graphOf } from '../../../../main/engine/causal/closure.ts'

function on(nodes: string, edges: string[], tiers?: number[]) {
  const names = nodes.split(' ')
  const triples = edges.map((edge) => edge.split(' ') as EdgeTriple)
  const graph = graphOf(names, triples)
  const lists = tiers === undefined ? [] : [names.map((_, t) => names.filter((__, i) => tiers[i] === t))]
  return {
    graph,
    of: (x: string, y: string) =>
      identify(effectGraph(graph, tierRelation(names, lists)), names.indexOf(x), names.indexOf(y)),
    names: (set: readonly number[] | null) => (set === null ? null : set.map((i) => names[i]!)),
    index: (name: string) => names.indexOf(name),
  }
}

describe('adjustment sets', () => {
  it('takes the optimal set of a DAG: parents of the nodes on the paths, never a mediator or a collider', () => {
    // z confounds, m mediates, w moves m only, c is a common effect.
    const g = on('c m w x y z', ['z --> x', 'z --> y', 'x --> m', 'm --> y', 'w --> m', 'x --> c', 'y --> c'])
    const { identified, members } = g.of('x', 'y')
    expect(identified).toBe(true)
    expect(g.names(members[0]!.given)).toEqual(['w', 'z'])
    expect(g.names(optimalSet(g.graph, g.index('x'), g.index('y')))).toEqual(['w', 'z'])
  })

  it('gives one value for each direction of an open edge at the treatment', () => {
    const g = on('v x y', ['v -- x', 'x --> y', 'v --> y'])
    const { identified, members, reason } = g.of('x', 'y')
    expect(identified).toBe(false)
    expect(reason).toMatch(/open/)
    expect(members.map((m) => g.names(m.given))).toEqual([[], ['v']])
  })

  it('is identified when the open edge leads nowhere near the outcome', () => {
    const g = on('v x y', ['v -- x', 'x --> y'])
    expect(g.of('x', 'y').identified).toBe(true)
  })

  it('leaves out directions of open edges that would make a new collider', () => {
    // u — x — v, u and v not joined: at most one of them can be a parent of x.
    const g = on('u v x y', ['u -- x', 'v -- x', 'u --> y', 'v --> y', 'x --> y'])
    const sets = g.of('x', 'y').members.map((m) => g.names(m.given)?.join() ?? '-')
    expect(sets).not.toContain('u,v')
  })

  it('adjusts for every column of the same and of earlier tiers that is no descendant', () => {
    // b and a are earlier; s shares the tier of x; d follows x inside the tier; m is later.
    const g = on(
      'a b d m s x y',
      ['a --> x', 'x --> d', 'd --> y', 'x --> m', 'm --> y'],
      [0, 0, 1, 2, 1, 1, 3],
    )
    const { identified, members } = g.of('x', 'y')
    expect(identified).toBe(true)
    expect(members[0]?.byTiers).toBe(true)
    expect(g.names(members[0]!.given)).toEqual(['a', 'b', 's'])
  })

  it('claims nothing by tiers about a column outside them', () => {
    const names = ['free', 'x', 'y']
    const relation = tierRelation(names, [[['x'], ['y']]])
    const graph = graphOf(names, [
      ['x', '-->', 'free'],
      ['x', '-->', 'y'],
    ])
    const toY = identify(effectGraph(graph, relation), 1, 2)
    expect(toY.members[0]).toMatchObject({ byTiers: true, given: [] })
    const toFree = identify(effectGraph(graph, relation), 1, 0)
    expect(toFree.members[0]).toMatchObject({ byTiers: false, zero: false })
    const apart = identify(effectGraph(graphOf(names, []), relation), 1, 2)
    expect(apart.members[0]?.given).toEqual([])
  })

  it('says zero without a regression when the outcome stands in an earlier tier', () => {
    const g = on('x y', ['y --> x'], [1, 0])
    expect(g.of('x', 'y').members).toEqual([{ zero: true, byTiers: true, given: null, others: [] }])
  })

  it('says zero with an adjustment set when no path is there', () => {
    const g = on('x y z', ['z --> x', 'z --> y'])
    expect(g.of('x', 'y').members[0]).toMatchObject({ zero: true, byTiers: false, given: [2] })
  })

  it('estimates nothing without tiers on a graph that no DAG agrees with', () => {
    const g = on('a b c d', ['a -- b', 'b -- c', 'c -- d', 'd -- a'])
    expect(g.of('a', 'c')).toMatchObject({ identified: false, members: [] })
  })
})
