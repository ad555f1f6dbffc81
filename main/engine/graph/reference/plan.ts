import { reachable } from '../feeds.ts'
import { sizeOf } from '../shapes.ts'
import type { Graph, NodeId } from '../types.ts'
import { kernelOf } from './kernels.ts'
import { Panels } from './matmul.ts'

/** Where a node's values are; fed leaves are pointed at the caller's arrays before every call. */
export interface Slot {
  values: Float32Array
  rows: Int32Array
}

/** A graph with a buffer for every node that `outputs` need and the work of each in order. */
export interface Plan {
  /** One for each node of the graph; empty arrays where the node is not needed or not fed yet. */
  readonly slots: readonly Slot[]
  evaluate(): void
}

const empty: Slot = { values: new Float32Array(0), rows: new Int32Array(0) }

/** Nodes that `outputs` do not depend on are left out. A reshape shares the buffer of its input. */
export function planOf(graph: Graph, outputs: readonly NodeId[]): Plan {
  const used = reachable(graph, outputs)
  const panels = new Panels()
  const slots: Slot[] = []
  const work: (() => void)[] = []
  graph.nodes.forEach((node, id) => {
    const inputs = node.inputs.map((input) => slots[input]!)
    if (used[id] !== true || node.op === 'input' || node.op === 'parameter') slots.push({ ...empty })
    else if (node.op === 'constant') slots.push({ ...empty, values: node.values })
    else if (node.op === 'reshape') {
      const slot: Slot = { ...empty }
      slots.push(slot)
      work.push(() => (slot.values = inputs[0]!.values))
    } else {
      const slot = { ...empty, values: new Float32Array(sizeOf(node.shape)) }
      slots.push(slot)
      work.push(
        kernelOf(
          node,
          inputs,
          node.inputs.map((input) => graph.nodes[input]!.shape),
          slot,
          panels,
        ),
      )
    }
  })
  return {
    slots,
    evaluate: () => {
      for (const step of work) step()
    },
  }
}
