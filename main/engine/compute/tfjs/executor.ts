import type { Executor } from '../../graph/index.ts'
import { tfjsEvaluator } from './evaluator.ts'
import type { Tfjs } from './tfjs.ts'
import { tfjsTrainer } from './trainer.ts'

/**
 * Interprets graphs op by op with the ops of TensorFlow.js on whatever backend `tf` has; no gradient of tfjs is used,
 * since gradients are nodes of the graph. Not to be used on tfjs's WebGPU backend, whose products of long rows are
 * silently wrong.
 */
export function tfjsExecutor(tf: Tfjs): Executor {
  // Starts the backend; until then it has no name.
  tf.backend()
  if (tf.getBackend() === 'webgpu')
    throw new Error('the WebGPU backend of TensorFlow.js gives wrong products')
  return {
    name: `tfjs-${tf.getBackend()}`,
    trainer: async (step, initial, data) => tfjsTrainer(tf, step, initial, data),
    evaluator: async (graph, outputs) => tfjsEvaluator(tf, graph, outputs),
  }
}
