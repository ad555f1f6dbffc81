import { sizeOf, type NodeId } from '../../graph/index.ts'
import type { Group } from './fuse.ts'
import type { Layout } from './layout.ts'
import { readersOf } from './ir.ts'

/** Groups in an order in which everything is there when it is needed; what stood early in the graph comes early. */
export function ordered(groups: readonly Group[]): Group[] {
  const waiting = groups.map(({ before }) => before.length)
  const after: number[][] = groups.map(() => [])
  groups.forEach(({ before }, i) => {
    for (const earlier of before) after[earlier]!.push(i)
  })
  const ready = groups.flatMap((_, i) => (waiting[i] === 0 ? [i] : []))
  const order: Group[] = []
  while (ready.length > 0) {
    let best = 0
    for (let i = 1; i < ready.length; i++)
      if (groups[ready[i]!]!.nodes[0]! < groups[ready[best]!]!.nodes[0]!) best = i
    const [next = 0] = ready.splice(best, 1)
    order.push(groups[next]!)
    for (const later of after[next]!) {
      waiting[later]! -= 1
      if (waiting[later] === 0) ready.push(later)
    }
  }
  if (order.length !== groups.length) throw new Error('the groups of the graph wait for each other')
  return order
}

/** Nodes whose values are kept in memory: those that something outside their own group reads. */
export function keptNodes(layout: Layout, groups: readonly Group[]): ReadonlySet<NodeId> {
  const { nodes, outputs, places } = layout
  const readers = readersOf(nodes)
  const groupOf = new Map<NodeId, number>()
  groups.forEach((group, i) => {
    for (const id of group.nodes) groupOf.set(id, i)
  })
  const kept = new Set<NodeId>(outputs.filter((id) => nodes[id]!.op !== 'adam'))
  nodes.forEach(({ op }, id) => {
    const own = groupOf.get(id)
    if (own === undefined || op === 'adam') return
    if (op === 'sum' || places[id]!.root !== id || readers[id]!.some((reader) => groupOf.get(reader) !== own))
      kept.add(id)
  })
  return kept
}

export interface Memory {
  /** First float of the memory of each node that owns some. */
  readonly addresses: ReadonlyMap<NodeId, number>
  readonly size: number
}

/** Numbers that a cache line holds: every array starts on one. */
const line = 16

const rounded = (size: number): number => Math.ceil(size / line) * line

/**
 * Places every array from the first instruction that writes it to the last that reads it, large ones first, each at
 * the lowest address that is free all that time. An instruction never writes where it reads.
 */
export function allocated(
  layout: Layout,
  order: readonly Group[],
  kept: ReadonlySet<NodeId>,
  from: number,
): Memory {
  const { nodes, places, outputs } = layout
  const spans = new Map<NodeId, { first: number; last: number }>()
  const touch = (root: NodeId, at: number): void => {
    const op = nodes[root]!.op
    if (op === 'leaf' || op === 'constant') return
    const span = spans.get(root)
    if (span === undefined) spans.set(root, { first: at, last: at })
    else span.last = Math.max(span.last, at)
  }
  order.forEach((group, at) => {
    const own = new Set(group.nodes)
    for (const id of group.nodes) {
      for (const input of nodes[id]!.inputs) if (!own.has(input)) touch(places[input]!.root, at)
      if (kept.has(id)) touch(places[id]!.root, at)
    }
  })
  for (const id of outputs) touch(places[id]!.root, Infinity)
  const arrays = [...spans].map(([id, span]) => ({ id, ...span, size: rounded(sizeOf(nodes[id]!.shape)) }))
  arrays.sort((p, q) => q.size - p.size || p.id - q.id)
  const placed: ((typeof arrays)[number] & { address: number })[] = []
  let size = from
  for (const array of arrays) {
    const busy = placed
      .filter((other) => other.first <= array.last && array.first <= other.last)
      .sort((p, q) => p.address - q.address)
    let address = from
    for (const other of busy) {
      if (address + array.size <= other.address) break
      address = Math.max(address, other.address + other.size)
    }
    placed.push({ ...array, address })
    size = Math.max(size, address + array.size)
  }
  return { addresses: new Map(placed.map(({ id, address }) => [id, address])), size }
}

/** Puts arrays one after the other, each on a line of its own; gives their places and where they end. */
export function inRow<T>(
  items: readonly T[],
  sizeOfItem: (item: T) => number,
  from = 0,
): { at: number[]; end: number } {
  let end = from
  const at = items.map((item) => {
    const start = end
    end += rounded(sizeOfItem(item))
    return start
  })
  return { at, end }
}
