import { sizeOf, type Graph, type NodeId, type Shape, type TrainingStep } from '../../graph/index.ts'
import { buildIr } from './build-ir.ts'
import { emit } from './emit.ts'
import { fused } from './fuse.ts'
import { readersOf, type Leaf } from './ir.ts'
import { laidOut, type Layout } from './layout.ts'
import { allocated, inRow, keptNodes, ordered } from './order.ts'
import { simplified } from './simplify.ts'
import { splitWindows } from './split-windows.ts'
import type { AddressOf } from './tile.ts'
import { kinds, Words, type Moments } from './words.ts'

/** What is fed or given, and where in the machine's memory it goes. */
export interface Place extends Leaf {
  readonly offset: number
  readonly size: number
  readonly shape: Shape
  /** Row numbers of a gather must be below this; null where it is no row number. */
  readonly tableRows: number | null
}

/** A program and the places of everything that goes in and comes out. */
export interface Compiled {
  readonly words: Int32Array
  readonly leaves: readonly Place[]
  readonly constants: readonly { readonly offset: number; readonly values: Float32Array }[]
  readonly outputs: readonly { readonly offset: number; readonly size: number }[]
  /** Of each rule of the step: weights and moments. */
  readonly moments: readonly Moments[]
}

const noStep = { beta1: 0, beta2: 0, epsilon: 0 }

/** Compiles the evaluation of `outputs`, and with a step its updates; the first output of a step is the loss. */
export function compile(graph: Graph, outputs: readonly NodeId[], step: TrainingStep | null): Compiled {
  const layout = laidOut(simplified(buildIr(graph, outputs, step)))
  const { nodes, places } = layout
  const readers = readersOf(nodes)
  const leafIds = idsOf(layout, 'leaf')
  const constantIds = idsOf(layout, 'constant')
  const size = (id: NodeId): number => {
    const node = nodes[id]!
    return node.op === 'constant' ? node.values.length : sizeOf(node.shape)
  }
  const fixed = inRow([...leafIds, ...constantIds], size)
  const fixedAt = new Map([...leafIds, ...constantIds].map((id, i) => [id, fixed.at[i]!]))
  const rules = step?.rules ?? []
  const ruleLeaf = new Map(
    nodes.flatMap((node) =>
      node.op === 'adam' ? [[node.rule, places[node.inputs[1]!]!.root] as const] : [],
    ),
  )
  const first = inRow(rules, (rule) => size(ruleLeaf.get(rules.indexOf(rule))!), fixed.end)
  const second = inRow(rules, (rule) => size(ruleLeaf.get(rules.indexOf(rule))!), first.end)
  const moments = rules.map((_, i) => ({
    weights: fixedAt.get(ruleLeaf.get(i)!)!,
    first: first.at[i]!,
    second: second.at[i]!,
    size: size(ruleLeaf.get(i)!),
  }))

  const groups = ordered(splitWindows(layout, fused(layout)))
  const kept = keptNodes(layout, groups)
  const memory = allocated(layout, groups, kept, second.end)
  const addressOf: AddressOf = (root) => {
    const address = fixedAt.get(root) ?? memory.addresses.get(root)
    if (address === undefined) throw new Error(`node ${root} has no memory`)
    return address
  }
  const at = (id: NodeId): { offset: number; size: number } => {
    const { root, view } = places[id]!
    return { offset: addressOf(root) + view.offset, size: sizeOf(view.shape) }
  }
  const results = layout.outputs.filter((id) => nodes[id]!.op !== 'adam').map(at)

  const words = new Words()
  words.header(memory.size + 64, step === null ? -1 : results[0]!.offset, step ?? noStep)
  const cleared = new Set<NodeId>()
  for (const group of groups) {
    for (const id of group.nodes) {
      const { root } = places[id]!
      if (!kept.has(id) || !layout.open.has(root) || cleared.has(root)) continue
      cleared.add(root)
      words.add(kinds.fill, addressOf(root), size(root))
    }
    emit(words, layout, group, kept, readers, addressOf, rules, moments)
  }
  return {
    words: words.done(),
    leaves: leafIds.map((id) => {
      const node = nodes[id]!
      if (node.op !== 'leaf') throw new Error('no leaf')
      return {
        ...node.leaf,
        offset: fixedAt.get(id)!,
        size: size(id),
        shape: node.shape,
        tableRows: tableRowsOf(layout, id),
      }
    }),
    constants: constantIds.map((id) => {
      const node = nodes[id]!
      return { offset: fixedAt.get(id)!, values: node.op === 'constant' ? node.values : new Float32Array(0) }
    }),
    outputs: results,
    moments,
  }
}

const idsOf = ({ nodes }: Layout, op: 'leaf' | 'constant'): NodeId[] =>
  nodes.flatMap((node, id) => (node.op === op ? [id] : []))

/** Fewest rows among the tables that a fed array of row numbers points into. */
function tableRowsOf({ nodes, places }: Layout, leaf: NodeId): number | null {
  const tables = nodes.flatMap((node) =>
    node.op === 'gather' && places[node.inputs[1]!]!.root === leaf
      ? [nodes[node.inputs[0]!]!.shape[0] ?? 1]
      : [],
  )
  return tables.length === 0 ? null : Math.min(...tables)
}
