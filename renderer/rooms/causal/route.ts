import { nodeHeight, type PlacedColumn, type TierLayout } from './layout.ts'

/** A straight run through a column that an edge only passes, x from the column's left to its right side. */
export interface Passage {
  readonly x0: number
  readonly x1: number
  readonly y: number
}
interface RoutedEdge {
  readonly key: string
  readonly from: string
  readonly to: string
}

const laneStepPx = 7

/** Heights in a column that no node takes: between two nodes, above the first, below the last. */
function gapsOf(layout: TierLayout, column: PlacedColumn): number[] {
  const tops = layout.nodes
    .filter((node) => node.x >= column.x && node.x < column.x + column.width)
    .map((node) => node.y)
    .sort((a, b) => a - b)
  const first = tops[0]
  const last = tops.at(-1)
  if (first === undefined || last === undefined) return []
  const between = tops.slice(1).map((top, i) => ((tops[i] ?? top) + nodeHeight + top) / 2)
  return [first - nodeHeight * 0.8, ...between, last + nodeHeight * 1.8]
}

/**
 * Where each edge runs through the columns between its ends, so that it passes between their nodes and not behind them:
 * the gap nearest to the straight way, edges that share a gap side by side in the order of their straight ways.
 */
export function routeEdges(
  layout: TierLayout,
  edges: readonly RoutedEdge[],
): ReadonlyMap<string, readonly Passage[]> {
  const places = new Map(layout.nodes.map((node) => [node.name, node]))
  const lanes = new Map<string, { key: string; gap: number; wanted: number; column: PlacedColumn }[]>()
  for (const { key, from, to } of edges) {
    const start = places.get(from)
    const end = places.get(to)
    if (start === undefined || end === undefined) continue
    const [left, right] = start.x <= end.x ? [start, end] : [end, start]
    for (const column of layout.columns) {
      if (column.x <= left.x || column.x + column.width >= right.x) continue
      const share = (column.x + column.width / 2 - left.x) / (right.x - left.x)
      const wanted = left.y + nodeHeight / 2 + share * (right.y - left.y)
      const gaps = gapsOf(layout, column)
      const gap = gaps.toSorted((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0]
      if (gap === undefined) continue
      const lane = `${String(column.index)} ${String(gap)}`
      lanes.set(lane, [...(lanes.get(lane) ?? []), { key, gap, wanted, column }])
    }
  }
  const routes = new Map<string, Passage[]>()
  for (const members of lanes.values()) {
    const ordered = members.toSorted((a, b) => a.wanted - b.wanted || (a.key < b.key ? -1 : 1))
    ordered.forEach(({ key, gap, column }, i) => {
      const y = gap + (i - (ordered.length - 1) / 2) * laneStepPx
      const passage = { x0: column.x, x1: column.x + column.width, y }
      routes.set(
        key,
        [...(routes.get(key) ?? []), passage].toSorted((a, b) => a.x0 - b.x0),
      )
    })
  }
  return routes
}
