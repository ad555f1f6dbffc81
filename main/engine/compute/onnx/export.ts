import {
  fedValues,
  leafOf,
  leaves,
  reachable,
  type Graph,
  type NodeId,
  type Parameters,
} from '../../graph/index.ts'
import { modelBytes, Names, OnnxGraph, type OnnxShape } from './onnx-graph.ts'
import { rowAxes, withOpenRows } from './row-axes.ts'
import { translate } from './translate.ts'

export interface ModelOutput {
  readonly name: string
  readonly node: NodeId
}

/**
 * The inference model of `outputs` as ONNX bytes, for any runtime that knows opset 21: standard operators only, inputs by
 * their names in the graph, `parameters` as initializers of their names, `metadata` (units, data hash, seed, licence, …)
 * as metadata_props. The first axis of the inputs named in `rows` is left open and called `rows`; the graph itself must
 * be built for two rows or more. Throws an Error when the graph holds for its own number of rows only, when a parameter
 * is absent, or when a name is there twice.
 */
export function exportOnnx(
  graph: Graph,
  outputs: readonly ModelOutput[],
  parameters: Parameters,
  metadata: Readonly<Record<string, string>>,
  { rows = [] as readonly string[] } = {},
): Uint8Array {
  const nodes = outputs.map(({ node }) => node)
  const inputs = leaves(graph, nodes, 'input')
  const weights = leaves(graph, nodes, 'parameter')
  const axes = rowAxes(graph, reachable(graph, nodes), rows)
  const open = withOpenRows(graph, axes)
  const shapeOf = (id: NodeId): OnnxShape => {
    const own = axes.get(id)
    if (own === undefined) return graph.nodes[id]!.shape
    const multiple = own.lead * own.trail
    const name = multiple === 1 ? 'rows' : `${multiple}*rows`
    return graph.nodes[id]!.shape.map((length, axis) => (axis === own.axis ? name : length))
  }
  const taken = [...inputs, ...weights]
    .map((id) => leafOf(graph, id).name)
    .concat(outputs.map(({ name }) => name))
  const twice = taken.find((name, i) => taken.indexOf(name) !== i)
  if (twice !== undefined) throw new Error(`the model would have the name "${twice}" twice`)
  const unknown = rows.find((name) => !inputs.some((id) => leafOf(graph, id).name === name))
  if (unknown !== undefined) throw new Error(`no output depends on an input "${unknown}"`)

  const main = new OnnxGraph('model', new Names())
  for (const id of inputs) {
    const node = leafOf(graph, id)
    main.input(node.name, node.op === 'input' && node.type === 'i32' ? 'int32' : 'float', shapeOf(id))
  }
  for (const id of weights) {
    const node = leafOf(graph, id)
    const values = fedValues(node, parameters)
    if (values instanceof Float32Array) main.initializer(node.name, values, node.shape)
  }
  const value = translate(
    open,
    nodes,
    () => main,
    (id) => leafOf(graph, id).name,
  )
  for (const { name, node } of outputs) {
    main.op('Identity', [value(node)], {}, name)
    main.output(name, 'float', shapeOf(node))
  }
  return modelBytes(main, metadata)
}
