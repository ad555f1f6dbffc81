import { sizeOf, type NodeId, type Shape } from '../../graph/index.ts'
import { IrBuilder } from './build-ir.ts'
import { readersOf, type Ir, type IrNode } from './ir.ts'

/** Rebuilds what the outputs need; `change` may put other nodes in the place of one (its inputs already renamed). */
export function rebuilt(
  { nodes, outputs }: Ir,
  change: (b: IrBuilder, node: IrNode, id: NodeId) => NodeId | null,
): Ir {
  const used = new Array<boolean>(nodes.length).fill(false)
  for (const output of outputs) used[output] = true
  for (let id = nodes.length - 1; id >= 0; id--)
    if (used[id] === true) for (const input of nodes[id]!.inputs) used[input] = true
  const b = new IrBuilder()
  const names = new Map<NodeId, NodeId>()
  nodes.forEach((node, id) => {
    if (used[id] !== true) return
    const { inputs, shape, ...op } = node
    const renamed = inputs.map((input) => names.get(input)!)
    names.set(id, change(b, { ...node, inputs: renamed }, id) ?? b.add(op, renamed, shape))
  })
  return { nodes: b.nodes, outputs: outputs.map((id) => names.get(id)!) }
}

type Matmul = IrNode & { readonly op: 'matmul' }

/** Products that swallow what stands before or behind them, so that a large array is never written. */
export function simplified(ir: Ir): Ir {
  return rebuilt(withScales(withBlocks(ir)), () => null)
}

/** A product of stacks that is summed over one axis of the stack is one product with a longer inner axis. */
function withBlocks(ir: Ir): Ir {
  const readers = readersOf(ir.nodes)
  const isOutput = new Set(ir.outputs)
  return rebuilt(ir, (b, node, id) => {
    if (node.op !== 'sum') return null
    const before = ir.nodes[id]!.inputs[0]!
    const product = b.nodes[node.inputs[0]!]!
    const [axis] = node.axes
    if (product.op !== 'matmul' || product.block !== null || axis === undefined) return null
    if (node.axes.length !== 1 || axis >= product.lead.length) return null
    if (readers[before]!.length !== 1 || isOutput.has(before)) return null
    const { inputs, shape: _, ...op } = product
    return b.add({ ...op, block: axis }, inputs, node.shape)
  })
}

/**
 * (x·s) W with s constant along the rows is x (s·W): the product takes s as a scale of its inner axis and multiplies
 * while it packs W. The same where W is the one that is scaled. Only where nothing else reads the scaled array.
 */
function withScales(ir: Ir): Ir {
  const readers = readersOf(ir.nodes)
  const isOutput = new Set(ir.outputs)
  return rebuilt(ir, (b, node, id) => {
    if (node.op !== 'matmul' || node.scaled) return null
    const olds = ir.nodes[id]!.inputs
    for (const side of [0, 1] as const) {
      const scaled = b.nodes[node.inputs[side]!]!
      if (scaled.op !== 'mul' || readers[olds[side]!]!.length !== 1 || isOutput.has(olds[side]!)) continue
      const taken = takeScale(b, node, side, scaled)
      if (taken !== null) return taken
    }
    return null
  })
}

function takeScale(b: IrBuilder, node: Matmul, side: 0 | 1, scaled: IrNode): NodeId | null {
  const transposed = side === 0 ? node.transposeA : node.transposeB
  // The inner axis is the last of A and the last but one of B, or the other way round where transposed.
  const innerIsLast = (side === 0) !== transposed
  for (const which of [0, 1] as const) {
    const factor = scaled.inputs[which]!
    const rest = scaled.inputs[1 - which]!
    const shape = b.shape(factor)
    if (shape.length < 2 || b.shape(rest).length < 2 || b.uniform(factor) !== null) continue
    const [p, q] = [shape.at(-2)!, shape.at(-1)!]
    const along = innerIsLast ? (p === 1 ? q : 0) : q === 1 ? p : 0
    const inner = innerIsLast ? scaled.shape.at(-1)! : scaled.shape.at(-2)!
    const restInner = innerIsLast ? b.shape(rest).at(-1)! : b.shape(rest).at(-2)!
    const other = innerIsLast ? b.shape(rest).at(-2)! : b.shape(rest).at(-1)!
    const otherWhole = innerIsLast ? scaled.shape.at(-2)! : scaled.shape.at(-1)!
    if (along !== inner || restInner !== inner || other !== otherWhole) continue
    // Worth it only where the scaled array is larger than what it is made of.
    if (sizeOf(scaled.shape) <= sizeOf(b.shape(rest))) continue
    const scale = b.reshape(factor, [...shape.slice(0, -2), inner])
    const inputs = node.inputs.map((input, i) => (i === side ? rest : input))
    const { inputs: _, shape: whole, ...op } = node
    return b.add({ ...op, scaled: true }, [...inputs, scale], whole)
  }
  return null
}

/** Shape of a product before one of its leading axes was summed over. */
export const stackOf = (node: Matmul): Shape => [...node.lead, ...node.shape.slice(-2)]
