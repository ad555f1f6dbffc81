import type { Group } from './fuse.ts'
import type { Layout } from './layout.ts'
import { joinsPixels } from './product.ts'
import { broadcastTo } from './views.ts'

/** Whether everything gathered around a convolution goes over its pixels as over one axis. */
function fits({ nodes, places }: Layout, group: Group): boolean {
  return group.nodes.every((id) => {
    const node = nodes[id]!
    if (node.op === 'sum' && node.axes.includes(2) !== node.axes.includes(3)) return false
    const read = id === group.product ? [] : node.inputs.filter((input) => !group.nodes.includes(input))
    const seen = node.op === 'sum' ? read : [...read, id]
    return joinsPixels(
      group.domain,
      seen.map((of) => broadcastTo(places[of]!.view, group.domain)),
    )
  })
}

/** A convolution runs alone where what was gathered around it cannot be read pixel by pixel. */
export function splitWindows(layout: Layout, groups: readonly Group[]): Group[] {
  const out: Group[] = []
  const places: number[] = []
  const splits = groups.map(
    (group) =>
      group.product !== null &&
      layout.nodes[group.product]!.op === 'windows' &&
      group.nodes.length > 1 &&
      !fits(layout, group),
  )
  groups.forEach((_, i) => {
    places.push((places[i - 1] ?? -1) + (splits[i - 1] === true ? 2 : 1))
  })
  /** Who waits for a split group waits for its second half, which comes after the first. */
  const moved = (earlier: number): number => places[earlier]! + (splits[earlier] === true ? 1 : 0)
  groups.forEach((group, i) => {
    const before = group.before.map(moved)
    if (splits[i] !== true || group.product === null) {
      out.push({ ...group, before })
      return
    }
    const { product } = group
    out.push({ ...group, nodes: [product], before })
    out.push({
      ...group,
      nodes: group.nodes.filter((id) => id !== product),
      product: null,
      before: [...before, places[i]!],
    })
  })
  return out
}
