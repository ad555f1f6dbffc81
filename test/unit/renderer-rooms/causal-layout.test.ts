import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { layoutTiers, nodeHeight, nodeWidth } from '../../../renderer/rooms/causal/layout.ts'
import { edgePath, edgeStroke } from '../../../renderer/rooms/causal/edgeStyle.ts'

const roles = ['composition', 'process', 'microstructure', 'property'] as const
const node = (name: string, tier: number) => ({ name, tier, role: roles[tier] ?? ('context' as const) })

const graphs = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 16 }).chain((tiers) =>
  fc.record({
    nodes: fc.constant(tiers.map((tier, i) => node(`v${String(i)}`, tier))),
    edges: fc.array(
      fc
        .tuple(fc.nat(tiers.length - 1), fc.nat(tiers.length - 1))
        .map(([a, b]) => ({ from: `v${String(a)}`, to: `v${String(b)}`, stability: 0.5 })),
      { maxLength: 30 },
    ),
  }),
)

describe('layout of the causal map', () => {
  it('puts each variable once into the column of its tier, without overlap', () => {
    fc.assert(
      fc.property(graphs, ({ nodes, edges }) => {
        const layout = layoutTiers(nodes, edges)
        expect(layout.nodes.map((n) => n.name).sort()).toEqual(nodes.map((n) => n.name).sort())
        const tierOf = new Map(nodes.map((n) => [n.name, n.tier]))
        for (const placed of layout.nodes) {
          const column = layout.columns.find((c) => c.tier === tierOf.get(placed.name))
          expect(placed.x).toBeGreaterThanOrEqual(column?.x ?? Number.NaN)
          expect(placed.x + nodeWidth).toBeLessThanOrEqual((column?.x ?? 0) + (column?.width ?? 0))
          expect(placed.y + nodeHeight).toBeLessThanOrEqual(column?.height ?? 0)
          for (const other of layout.nodes) {
            if (other.name === placed.name || other.x !== placed.x) continue
            expect(Math.abs(other.y - placed.y)).toBeGreaterThanOrEqual(nodeHeight)
          }
        }
        const xs = layout.columns.map((c) => c.x)
        expect(xs).toEqual(xs.toSorted((a, b) => a - b))
      }),
      { numRuns: 60 },
    )
  })

  it('does not depend on the order of nodes and edges', () => {
    fc.assert(
      fc.property(graphs, ({ nodes, edges }) => {
        const byName = (layout: ReturnType<typeof layoutTiers>) =>
          layout.nodes.toSorted((a, b) => (a.name < b.name ? -1 : 1))
        expect(byName(layoutTiers(nodes.toReversed(), edges.toReversed()))).toEqual(
          byName(layoutTiers(nodes, edges)),
        )
      }),
      { numRuns: 40 },
    )
  })

  it('gives composition and process of one tier a column each, composition left', () => {
    const mixed = [
      { name: 'T', tier: 0, role: 'process' as const },
      { name: 'Al', tier: 0, role: 'composition' as const },
      { name: 'f', tier: 1, role: 'microstructure' as const },
    ]
    const layout = layoutTiers(mixed, [])
    expect(layout.columns.map((column) => column.title)).toEqual(['composition', 'process', 'microstructure'])
    expect(layout.nodes.map((n) => n.name)).toEqual(['Al', 'T', 'f'])
    expect(layoutTiers([], []).columns).toEqual([])
  })

  it('uncrosses two parallel edges', () => {
    const nodes = [node('a', 0), node('b', 0), node('x', 2), node('y', 2)]
    const edges = [
      { from: 'a', to: 'y', stability: 1 },
      { from: 'b', to: 'x', stability: 1 },
    ]
    const at = new Map(layoutTiers(nodes, edges).nodes.map((n) => [n.name, n.y]))
    const get = (name: string) => at.get(name) ?? Number.NaN
    expect(Math.sign(get('a') - get('b'))).toBe(Math.sign(get('y') - get('x')))
  })

  it('draws a stabler edge wider and more opaque, inside limits', () => {
    const [weak, half, strong] = [edgeStroke(0.1), edgeStroke(null), edgeStroke(1)]
    expect(weak.widthPx).toBeLessThan(half.widthPx)
    expect(half.opacity).toBeLessThan(strong.opacity)
    expect(edgeStroke(7)).toEqual(strong)
    expect(strong.opacity).toBe(1)
  })

  it('ends the path exactly at both ends', () => {
    const path = edgePath({ sourceX: 1, sourceY: 2, targetX: 3, targetY: 4 }, 'same')
    expect(path.startsWith('M 1 2 C')).toBe(true)
    expect(path.endsWith('3 4')).toBe(true)
  })
})
