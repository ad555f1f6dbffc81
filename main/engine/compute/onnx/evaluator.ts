import { feederOf, leafOf, leaves, type Evaluator, type Graph, type NodeId } from '../../graph/index.ts'
import type { Tensor as OrtTensor } from 'onnxruntime-node'
import { modelBytes, Names, OnnxGraph } from './onnx-graph.ts'
import { floatsOf, openSession, tensorMaker, type SessionSettings } from './session.ts'
import { names } from './training-model.ts'
import { translate } from './translate.ts'

/** A graph as a session with its inputs and parameters fed by name. */
export async function onnxEvaluator(
  settings: SessionSettings,
  graph: Graph,
  outputs: readonly NodeId[],
): Promise<Evaluator> {
  const inputs = leaves(graph, outputs, 'input')
  const parameters = leaves(graph, outputs, 'parameter')
  const main = new OnnxGraph('evaluation', new Names())
  const leaf = (id: NodeId) => {
    const node = leafOf(graph, id)
    return { ...node, key: node.op === 'input' ? names.leaf(node) : names.weights(node.name) }
  }
  for (const id of [...inputs, ...parameters]) {
    const node = leaf(id)
    main.input(node.key, node.op === 'input' && node.type === 'i32' ? 'int32' : 'float', node.shape)
  }
  const value = translate(
    graph,
    outputs,
    () => main,
    (id) => leaf(id).key,
  )
  // A model's input cannot be its output, and one node may be asked for twice.
  outputs.forEach((id, i) => {
    main.op('Identity', [value(id)], {}, `out ${i}`)
    main.output(`out ${i}`, 'float', graph.nodes[id]!.shape)
  })
  const session = await openSession(modelBytes(main), settings)
  const tensor = await tensorMaker()
  const valuesOf = feederOf(graph)
  let known: Record<string, OrtTensor> | null = parameters.length === 0 ? {} : null
  return {
    async run(fed, given) {
      const feeds = Object.fromEntries(
        inputs.map((id) => [leaf(id).key, tensor(valuesOf(id, fed), leaf(id).shape)]),
      )
      if (given !== undefined)
        known = Object.fromEntries(
          parameters.map((id) => [leaf(id).key, tensor(valuesOf(id, given).slice(), leaf(id).shape)]),
        )
      if (known === null) throw new Error('the first call of an evaluator needs the parameters')
      const results = await session.run({ ...feeds, ...known })
      return outputs.map((_, i) => floatsOf(results, `out ${i}`))
    },
    dispose: () => session.release(),
  }
}
