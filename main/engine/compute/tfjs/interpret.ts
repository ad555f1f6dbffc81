import type { Tensor } from '@tensorflow/tfjs-core'
import {
  reachable,
  type Graph,
  type GraphNode,
  type NodeId,
  type Tensor as Values,
} from '../../graph/index.ts'
import { evaluateNode } from './evaluate-node.ts'
import type { Tfjs } from './tfjs.ts'

/** Tensors of a graph's inputs and parameters by name, as they lie on the device. */
export type Bound = ReadonlyMap<string, Tensor>

/** A graph cut down to what some of its nodes need, with its constants on the device. */
export interface Program {
  /** Values of the outputs in their order, each a tensor of its own. Call inside a tidy or dispose of them. */
  run(inputs: Bound, parameters: Bound): Tensor[]
  dispose(): void
}

export function compile(tf: Tfjs, graph: Graph, outputs: readonly NodeId[]): Program {
  const order = reachable(graph, outputs).flatMap((used, id) => (used ? [id] : []))
  const lastUse = lastUses(graph, order, outputs)
  const constants = new Map<NodeId, Tensor>()
  for (const id of order) {
    const node = graph.nodes[id]!
    if (node.op === 'constant')
      constants.set(id, tf.keep(tf.tensor(Float32Array.from(node.values), [...node.shape], 'float32')))
  }
  return {
    run(inputs, parameters) {
      return tf.tidy(() => {
        const values = new Map<NodeId, Tensor>()
        for (const id of order) {
          const node = graph.nodes[id]!
          values.set(id, constants.get(id) ?? valueOf(tf, node, values, inputs, parameters))
          for (const input of lastUse.get(id) ?? []) {
            // A step of an image decoder would else hold every activation until its end.
            if (isComputed(graph.nodes[input]!)) values.get(input)?.dispose()
          }
        }
        return outputs.map((id) => tf.clone(values.get(id)!))
      })
    },
    dispose() {
      for (const tensor of constants.values()) tensor.dispose()
    },
  }
}

function valueOf(
  tf: Tfjs,
  node: GraphNode,
  values: ReadonlyMap<NodeId, Tensor>,
  inputs: Bound,
  parameters: Bound,
): Tensor {
  if (node.op === 'constant') throw new Error('a constant has its tensor already')
  if (node.op === 'input') return bound(inputs, node.name)
  if (node.op === 'parameter') return bound(parameters, node.name)
  return tf.tidy(() =>
    evaluateNode(
      tf,
      node,
      node.inputs.map((input) => values.get(input)!),
    ),
  )
}

function bound(tensors: Bound, name: string): Tensor {
  const tensor = tensors.get(name)
  if (tensor === undefined) throw new Error(`the graph is given no "${name}"`)
  return tensor
}

const isComputed = (node: GraphNode): boolean =>
  node.op !== 'input' && node.op !== 'parameter' && node.op !== 'constant'

/** After which node the value of which others is no longer needed. */
function lastUses(graph: Graph, order: readonly NodeId[], outputs: readonly NodeId[]): Map<NodeId, NodeId[]> {
  const last = new Map<NodeId, NodeId>()
  for (const id of order) for (const input of graph.nodes[id]!.inputs) last.set(input, id)
  for (const id of outputs) last.delete(id)
  const by = new Map<NodeId, NodeId[]>()
  for (const [input, id] of last) by.set(id, [...(by.get(id) ?? []), input])
  return by
}

/** Copies values onto the device; the caller's arrays may change afterwards. */
export function upload(tf: Tfjs, values: Values, shape: readonly number[]): Tensor {
  return values instanceof Int32Array
    ? tf.tensor(values.slice(), [...shape], 'int32')
    : tf.tensor(values.slice(), [...shape], 'float32')
}

/** Copies a tensor's values back. The CPU backend hands out its own array, which must not be seen to change. */
export async function download(tensor: Tensor): Promise<Float32Array> {
  const values = await tensor.data<'float32'>()
  return Float32Array.from(values)
}
