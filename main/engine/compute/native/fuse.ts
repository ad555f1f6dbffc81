import { sameShape, type NodeId, type Shape } from '../../graph/index.ts'
import { domainOf, isElementwise, isProduct, isView, type IrNode } from './ir.ts'
import type { Layout } from './layout.ts'

/** Nodes that one instruction computes: at most one product, and what is done to its elements while they are at hand. */
export interface Group {
  readonly nodes: readonly NodeId[]
  readonly domain: Shape
  readonly product: NodeId | null
  /** Groups that have to run earlier, by their place in the list. */
  readonly before: readonly number[]
}

/** More in one instruction would pass the machine's bounds on values, operands and sums. */
const mostNodes = 60
const mostOperands = 32
const mostSinks = 12

interface Draft {
  nodes: NodeId[]
  product: NodeId | null
  readonly domain: Shape
  readonly before: Map<Draft, boolean>
  readonly after: Set<Draft>
}

/** Ops that may share an instruction with others of the same domain. */
const mayJoin = ({ op }: IrNode): boolean =>
  isElementwise(op) || op === 'sum' || op === 'adam' || isProduct(op)

/**
 * Gathers nodes into instructions. Two meet when one reads the other element by element over the same domain and no
 * third stands between them, so that the order of instructions stays possible. An update of a parameter comes after
 * everything that reads the parameter.
 */
export function fused(layout: Layout): Group[] {
  const { nodes } = layout
  const drafts: (Draft | null)[] = nodes.map((node, id) =>
    node.op === 'leaf' || node.op === 'constant' || isView(node.op)
      ? null
      : {
          nodes: [id],
          product: isProduct(node.op) ? id : null,
          domain: domainOf(nodes, id),
          before: new Map(),
          after: new Set(),
        },
  )
  connect(layout, drafts)
  nodes.forEach((node, id) => {
    if (drafts[id] === null || !mayJoin(node) || isProduct(node.op)) return
    const inputs = [...new Set(node.inputs)].sort((p, q) => q - p)
    for (const input of inputs) {
      const [from, to] = [drafts[input] ?? null, drafts[id]!]
      if (from === null || from === to || !mayMerge(nodes, from, to)) continue
      merge(from, to)
      for (const each of from.nodes) drafts[each] = from
    }
  })
  const kept = [...new Set(drafts)].filter((draft) => draft !== null)
  const numbers = new Map(kept.map((draft, i) => [draft, i]))
  return kept.map(({ nodes: own, domain, product, before }) => ({
    nodes: [...own].sort((p, q) => p - q),
    domain,
    product,
    before: [...before.keys()].map((draft) => numbers.get(draft)!),
  }))
}

/** Notes who comes before whom; true where the reader takes the value element by element. */
function connect({ nodes, places }: Layout, drafts: readonly (Draft | null)[]): void {
  const link = (from: Draft | null, to: Draft, direct: boolean): void => {
    if (from === null || from === to) return
    to.before.set(from, (to.before.get(from) ?? true) && direct)
    from.after.add(to)
  }
  const leafReaders = new Map<NodeId, Draft[]>()
  const updates: [NodeId, Draft][] = []
  nodes.forEach((node, id) => {
    const draft = drafts[id]
    if (draft === null || draft === undefined) return
    node.inputs.forEach((input, i) => {
      const { root } = places[input]!
      if (node.op === 'adam' && i === 1) {
        updates.push([root, draft])
        return
      }
      if (nodes[root]!.op === 'leaf') leafReaders.set(root, [...(leafReaders.get(root) ?? []), draft])
      const direct =
        drafts[input] !== null && mayJoin(node) && !isProduct(node.op) && nodes[input]!.op !== 'sum'
      link(
        sourceOf(nodes, drafts, input),
        draft,
        direct && sameShape(nodes[input]!.shape, domainOf(nodes, id)),
      )
    })
  })
  for (const [leaf, update] of updates)
    for (const reader of leafReaders.get(leaf) ?? []) link(reader, update, false)
}

/** The draft that a node's value comes from, through views. */
function sourceOf(nodes: readonly IrNode[], drafts: readonly (Draft | null)[], id: NodeId): Draft | null {
  const node = nodes[id]!
  return isView(node.op) ? sourceOf(nodes, drafts, node.inputs[0]!) : (drafts[id] ?? null)
}

function mayMerge(nodes: readonly IrNode[], from: Draft, to: Draft): boolean {
  if (to.before.get(from) !== true) return false
  if (from.product !== null && to.product !== null) return false
  if (!sameShape(from.domain, to.domain) || !from.nodes.every((id) => mayJoin(nodes[id]!))) return false
  const all = [...from.nodes, ...to.nodes]
  if (all.length > mostNodes) return false
  const own = new Set(all)
  const outside = new Set(all.flatMap((id) => nodes[id]!.inputs.filter((input) => !own.has(input))))
  const sinks = all.filter((id) => nodes[id]!.op === 'sum' || nodes[id]!.op === 'adam')
  if (
    outside.size + all.length > mostOperands + 24 ||
    outside.size > mostOperands ||
    sinks.length > mostSinks
  )
    return false
  return !hasDetour(from, to)
}

/** Whether something else stands between the two. */
function hasDetour(from: Draft, to: Draft): boolean {
  const seen = new Set<Draft>([from])
  const open = [...to.before.keys()].filter((draft) => draft !== from)
  // Backwards from the reader: whatever it needs, other than directly.
  for (let draft = open.pop(); draft !== undefined; draft = open.pop()) {
    if (seen.has(draft)) continue
    seen.add(draft)
    for (const earlier of draft.before.keys()) {
      if (earlier === from) return true
      open.push(earlier)
    }
  }
  return false
}

/** `to` becomes part of `from`. */
function merge(from: Draft, to: Draft): void {
  from.nodes = [...from.nodes, ...to.nodes]
  from.product ??= to.product
  for (const [earlier, direct] of to.before) {
    earlier.after.delete(to)
    if (earlier === from) continue
    from.before.set(earlier, (from.before.get(earlier) ?? true) && direct)
    earlier.after.add(from)
  }
  for (const later of to.after) {
    const direct = later.before.get(to)!
    later.before.delete(to)
    later.before.set(from, (later.before.get(from) ?? true) && direct)
    from.after.add(later)
  }
  from.after.delete(to)
}
