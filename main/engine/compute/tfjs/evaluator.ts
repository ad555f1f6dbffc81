import type { Tensor } from '@tensorflow/tfjs-core'
import { fedValues, type Evaluator, type Graph, type NodeId, type Parameters } from '../../graph/index.ts'
import { graphInputs, graphParameters } from './bindings.ts'
import { compile, download, upload } from './interpret.ts'
import type { Tfjs } from './tfjs.ts'

/** A graph whose parameters stay on the device between calls. */
export function tfjsEvaluator(tf: Tfjs, graph: Graph, outputs: readonly NodeId[]): Evaluator {
  const program = compile(tf, graph, outputs)
  const inputs = graphInputs(graph, outputs)
  const wanted = graphParameters(graph, outputs)
  const parameters = new Map<string, Tensor>()
  const bind = (values: Parameters): void => {
    for (const node of wanted) {
      const tensor = upload(tf, fedValues(node, values), node.shape)
      parameters.get(node.name)?.dispose()
      parameters.set(node.name, tensor)
    }
  }
  return {
    async run(given, values) {
      if (values !== undefined) bind(values)
      const results = tf.tidy(() =>
        program.run(
          new Map(inputs.map((node) => [node.name, upload(tf, fedValues(node, given), node.shape)])),
          parameters,
        ),
      )
      try {
        return await Promise.all(results.map(download))
      } finally {
        tf.dispose(results)
      }
    },
    dispose() {
      program.dispose()
      tf.dispose([...parameters.values()])
      parameters.clear()
      return Promise.resolve()
    },
  }
}
