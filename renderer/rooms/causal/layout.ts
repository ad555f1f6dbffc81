import dagre from '@dagrejs/dagre'
import type { CausalEdge, CausalNode } from '../../../main/contract/index.ts'

export const nodeWidth = 176
export const nodeHeight = 38
export const columnWidth = 216
const columnGap = 88
const headerHeight = 44
/** Room for the mark above a node, tighter where a tier is long so that letters stay readable. */
const pitchFor = (rows: number): number => (rows <= 6 ? 84 : 66)
const columnPadding = 20

export interface PlacedNode {
  readonly name: string
  readonly x: number
  readonly y: number
}
export interface PlacedColumn {
  /** Position from the left, 0-based. */
  readonly index: number
  readonly tier: number
  readonly title: string
  readonly x: number
  readonly width: number
  readonly height: number
}
export interface TierLayout {
  readonly nodes: readonly PlacedNode[]
  readonly columns: readonly PlacedColumn[]
  readonly width: number
  readonly height: number
}

type LayoutNode = Pick<CausalNode, 'name' | 'role' | 'tier'>
type LayoutEdge = Pick<CausalEdge, 'from' | 'to' | 'stability'>

const roleOrder: readonly string[] = ['context', 'composition', 'process', 'microstructure', 'property']

/**
 * The column of each node, from the left: tiers in order, and inside a tier one column per role, so that composition
 * stands apart from process even where neither may be said to come first.
 */
export function columnsOf(nodes: readonly LayoutNode[]): Map<string, number> {
  const rank = (node: LayoutNode) => node.tier * roleOrder.length + Math.max(0, roleOrder.indexOf(node.role))
  const ranks = [...new Set(nodes.map(rank))].sort((a, b) => a - b)
  return new Map(nodes.map((node) => [node.name, ranks.indexOf(rank(node))]))
}

/** Vertical order in the columns, from dagre's crossing reduction with every rank pinned to its column. */
function orderWithinColumns(
  nodes: readonly LayoutNode[],
  edges: readonly LayoutEdge[],
  columns: ReadonlyMap<string, number>,
): Map<string, number> {
  const graph = new dagre.graphlib.Graph()
  graph.setGraph({ rankdir: 'LR', nodesep: 30, ranksep: 60 })
  graph.setDefaultEdgeLabel(() => ({}))
  const count = Math.max(0, ...columns.values()) + 1
  // Anchors "\u0000k" hold rank k; a node between anchor k and anchor k + 2 can only have rank k + 1.
  const anchor = (k: number): string => `\u0000${String(k)}`
  for (let k = 0; k < count + 2; k++) {
    graph.setNode(anchor(k), { width: 1, height: 1 })
    if (k > 0) graph.setEdge(anchor(k - 1), anchor(k), { minlen: 1, weight: 0 })
  }
  for (const node of nodes) {
    const k = columns.get(node.name) ?? 0
    graph.setNode(node.name, { width: nodeWidth, height: nodeHeight })
    graph.setEdge(anchor(k), node.name, { minlen: 1, weight: 0 })
    graph.setEdge(node.name, anchor(k + 2), { minlen: 1, weight: 0 })
  }
  for (const edge of edges) {
    const from = columns.get(edge.from)
    const to = columns.get(edge.to)
    if (from === undefined || to === undefined || from === to) continue
    const [source, target] = from < to ? [edge.from, edge.to] : [edge.to, edge.from]
    const weight = Math.max(1, Math.round(10 * (edge.stability ?? 0.5)))
    graph.setEdge(source, target, { minlen: 1, weight })
  }
  dagre.layout(graph)
  return new Map(nodes.map((node) => [node.name, graph.node(node.name).y ?? 0]))
}

/**
 * Places every variable in the column of its tier and role (causes left, x in px from the left edge), in dagre's order,
 * evenly spread down the column. The same graph gives the same places, whatever the order of its nodes.
 */
export function layoutTiers(
  nodes: readonly LayoutNode[],
  edges: readonly LayoutEdge[],
  minHeight = 0,
): TierLayout {
  const sorted = nodes.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const sortedEdges = edges.toSorted((a, b) => (a.from + a.to < b.from + b.to ? -1 : 1))
  const columnOf = columnsOf(sorted)
  const order = orderWithinColumns(sorted, sortedEdges, columnOf)
  const count = sorted.length === 0 ? 0 : Math.max(...columnOf.values()) + 1
  const members = Array.from({ length: count }, (_, index) =>
    sorted
      .filter((node) => columnOf.get(node.name) === index)
      .sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0) || (a.name < b.name ? -1 : 1)),
  )
  const tallest = Math.max(1, ...members.map((list) => list.length))
  const height = Math.max(minHeight, headerHeight + tallest * pitchFor(tallest) + columnPadding)
  const placed: PlacedNode[] = []
  const columns = members.map((list, index): PlacedColumn => {
    const x = index * (columnWidth + columnGap)
    const pitch = (height - headerHeight - columnPadding) / list.length
    list.forEach((node, row) => {
      placed.push({
        name: node.name,
        x: x + (columnWidth - nodeWidth) / 2,
        y: headerHeight + (row + 0.5) * pitch - nodeHeight / 2,
      })
    })
    const roles = [...new Set(list.map((node) => node.role))]
    return { index, tier: list[0]?.tier ?? index, title: roles.join(', '), x, width: columnWidth, height }
  })
  return {
    nodes: placed,
    columns,
    width: Math.max(0, columns.length * (columnWidth + columnGap) - columnGap),
    height,
  }
}
