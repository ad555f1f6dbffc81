import { GraphBuilder, type Executor } from '../../graph/index.ts'
import { onnxEvaluator } from './evaluator.ts'
import type { OnnxProvider } from './session.ts'
import { onnxTrainer } from './trainer.ts'

export interface OnnxSettings {
  readonly provider: OnnxProvider
  /** Threads inside one operator, 1 when left out: small nets lose more by waking threads than they gain. */
  readonly threads?: number
}

const labels: Readonly<Record<OnnxProvider, string>> = {
  cpu: 'onnxruntime CPU',
  webgpu: 'onnxruntime WebGPU',
  dml: 'onnxruntime DirectML',
  cuda: 'onnxruntime CUDA',
}

/**
 * Runs graphs in onnxruntime: training as one ONNX Loop of many steps a call. Rejects with an Error that says why when
 * the provider cannot run here; one product is computed to find that out. Calls block this thread while they run, so a
 * GPU, or a chunk of many steps, belongs in a process of its own.
 */
export async function onnxExecutor({ provider, threads = 1 }: OnnxSettings): Promise<Executor> {
  const settings = { provider, threads }
  const executor: Executor = {
    name: labels[provider],
    trainer: (step, initial, data) => onnxTrainer(settings, step, initial, data),
    evaluator: (graph, outputs) => onnxEvaluator(settings, graph, outputs),
  }
  const b = new GraphBuilder()
  const x = b.data('x', [2, 2])
  try {
    const probe = await executor.evaluator(b.graph, [b.matmul(x, x)])
    const [values] = await probe.run({ x: Float32Array.of(1, 2, 3, 4) })
    await probe.dispose()
    if (values?.join() !== '7,10,15,22') throw new Error(`a product came out as ${String(values)}`)
  } catch (error) {
    throw new Error(
      `${executor.name} cannot run here: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    )
  }
  return executor
}
