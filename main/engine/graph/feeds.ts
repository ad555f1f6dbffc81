import { sizeOf } from './shapes.ts'
import type { Graph, GraphNode, NodeId, Tensor, Tensors } from './types.ts'

/** For every node whether one of `outputs` depends on it: all that an executor has to evaluate. */
export function reachable(graph: Graph, outputs: readonly NodeId[]): boolean[] {
  const used = new Array<boolean>(graph.nodes.length).fill(false)
  for (const output of outputs) {
    if (graph.nodes[output] === undefined) throw new Error(`the graph has no node ${output}`)
    used[output] = true
  }
  for (let id = graph.nodes.length - 1; id >= 0; id--)
    if (used[id] === true) for (const input of graph.nodes[id]!.inputs) used[input] = true
  return used
}

type Leaf = GraphNode & { readonly name: string }

/** The inputs or the parameters that `outputs` depend on, in the order of their nodes. */
export function leaves(graph: Graph, outputs: readonly NodeId[], op: 'input' | 'parameter'): NodeId[] {
  const used = reachable(graph, outputs)
  return graph.nodes.flatMap((node, id) => (used[id] === true && node.op === op ? [id] : []))
}

/**
 * The values fed for an input or parameter. Throws an Error that names it when they are absent, of the wrong type or
 * not as many as `count` times its shape.
 */
export function fedValues(node: Leaf, fed: Tensors, count = 1): Tensor {
  const values = fed[node.name]
  if (values === undefined) throw new Error(`nothing is fed for "${node.name}"`)
  const whole = node.op === 'input' && node.type === 'i32'
  if (whole !== values instanceof Int32Array)
    throw new Error(`"${node.name}" wants ${whole ? 'int32' : 'float32'} values`)
  const size = sizeOf(node.shape) * count
  if (values.length !== size)
    throw new Error(`"${node.name}" wants ${size} values and was fed ${values.length}`)
  return values
}

/**
 * Gives the values fed for a leaf as `fedValues` does, and refuses row numbers that a gather would not find in its table:
 * not every executor looks.
 */
export function feederOf(graph: Graph): (id: NodeId, fed: Tensors, count?: number) => Tensor {
  const limits = new Map<NodeId, number>()
  for (const node of graph.nodes) {
    const [table = -1, rows = -1] = node.inputs
    const length = graph.nodes[table]?.shape[0] ?? 0
    if (node.op === 'gather') limits.set(rows, Math.min(length, limits.get(rows) ?? Infinity))
  }
  return (id, fed, count) => {
    const values = fedValues(leafOf(graph, id), fed, count)
    const limit = limits.get(id)
    if (limit !== undefined && !values.every((row) => row >= 0 && row < limit))
      throw new Error(`"${leafOf(graph, id).name}" has a row outside a table of ${limit} rows`)
    return values
  }
}

/** The input or parameter with this number; an Error when it is another node. */
export function leafOf(graph: Graph, id: NodeId): Leaf {
  const node = graph.nodes[id]
  if (node?.op !== 'input' && node?.op !== 'parameter') throw new Error(`node ${id} is not fed`)
  return node
}
