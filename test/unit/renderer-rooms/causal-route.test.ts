import { describe, expect, it } from 'vitest'
import { edgePath } from '../../../renderer/rooms/causal/edgeStyle.ts'
import { layoutTiers, nodeHeight } from '../../../renderer/rooms/causal/layout.ts'
import { routeEdges } from '../../../renderer/rooms/causal/route.ts'

const roles = ['composition', 'process', 'microstructure', 'property'] as const
const node = (name: string, tier: 0 | 1 | 2 | 3) => ({ name, tier, role: roles[tier] })
const nodes = [
  node('a', 0),
  node('b', 0),
  ...['p', 'q', 'r'].map((name) => node(name, 1)),
  ...['s', 't'].map((name) => node(name, 2)),
  node('y', 3),
]
const layout = layoutTiers(nodes, [])
const edge = (from: string, to: string) => ({ key: `${from}${to}`, from, to })

describe('ways of edges that skip a tier', () => {
  it('passes every column between its ends once, never behind a node', () => {
    const routes = routeEdges(layout, [edge('a', 'y'), edge('b', 'y'), edge('a', 's')])
    expect(routes.get('ay')).toHaveLength(2)
    expect(routes.get('by')).toHaveLength(2)
    expect(routes.get('as')).toHaveLength(1)
    for (const passages of routes.values()) {
      for (const { x0, x1, y } of passages) {
        const inColumn = layout.nodes.filter((n) => n.x >= x0 && n.x < x1)
        expect(inColumn.length).toBeGreaterThan(0)
        for (const placed of inColumn) {
          expect(y < placed.y || y > placed.y + nodeHeight).toBe(true)
        }
      }
    }
  })

  it('gives neighbours no passage and keeps two edges of one gap apart', () => {
    const routes = routeEdges(layout, [
      edge('a', 'p'),
      edge('a', 's'),
      edge('b', 's'),
      edge('a', 't'),
      edge('b', 't'),
    ])
    expect(routes.has('ap')).toBe(false)
    const ys = ['as', 'bs', 'at', 'bt'].map((key) => routes.get(key)?.[0]?.y)
    expect(new Set(ys).size).toBe(4)
  })

  it('ignores an edge to a variable that is not drawn', () => {
    expect(routeEdges(layout, [edge('a', 'gone')]).size).toBe(0)
  })

  it('runs straight through its passages in the order of the way', () => {
    const passages = [
      { x0: 100, x1: 200, y: 7 },
      { x0: 300, x1: 400, y: 9 },
    ]
    const forward = edgePath({ sourceX: 0, sourceY: 1, targetX: 500, targetY: 2 }, 'forward', passages)
    expect(forward).toMatch(/^M 0 1 C .* 100 7 L 200 7 C .* 300 9 L 400 9 C .* 500 2$/)
    const back = edgePath({ sourceX: 500, sourceY: 2, targetX: 0, targetY: 1 }, 'back', passages)
    expect(back).toMatch(/^M 500 2 C .* 400 9 L 300 9 C .* 200 7 L 100 7 C .* 0 1$/)
  })
})
