import type { Graph, NodeId } from '../../graph/index.ts'
import { appendKernelGradient, kernelGradients, reachableWith } from './kernel-gradient.ts'
import type { OnnxGraph } from './onnx-graph.ts'
import { appendOperation } from './operations.ts'

/**
 * Appends all that `outputs` need and gives the name of each node's value. `place` chooses the ONNX graph that a node's
 * work goes to, so that what is the same in every step can stay outside the loop; `fed` gives the name of a fed leaf.
 */
export function translate(
  graph: Graph,
  outputs: readonly NodeId[],
  place: (id: NodeId) => OnnxGraph,
  fed: (id: NodeId) => string,
): (id: NodeId) => string {
  const special = kernelGradients(graph)
  const used = reachableWith(graph, outputs, special)
  const names = new Map<NodeId, string>()
  const value = (id: NodeId) => ({ name: names.get(id)!, shape: graph.nodes[id]!.shape })
  graph.nodes.forEach((node, id) => {
    if (used[id] !== true) return
    if (node.op === 'input' || node.op === 'parameter') {
      names.set(id, fed(id))
      return
    }
    const name = `#${id}`
    names.set(id, name)
    const own = special.get(id)
    if (own !== undefined && node.op === 'conv2d')
      appendKernelGradient(place(id), node, value(own.image), value(own.factor), name)
    else {
      const inputs = node.inputs.map(value)
      appendOperation(
        place(id),
        node,
        inputs.map((input) => input.name),
        inputs.map((input) => input.shape),
        name,
      )
    }
  })
  return (id) => names.get(id)!
}
