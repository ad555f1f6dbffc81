import { ContractError } from '../../../contract/index.ts'
import { asExecutor, referenceExecutor, type Executor } from '../../graph/index.ts'
import type { OnnxProvider } from '../onnx/index.ts'
import type { ExecutorName } from './names.ts'

async function onnx(provider: OnnxProvider): Promise<Executor> {
  const { onnxExecutor } = await import('../onnx/index.ts')
  return onnxExecutor({ provider })
}

/** Each loads its library only when it is opened: some of them take hold of a GPU by being loaded. */
const openers: Readonly<Record<ExecutorName, () => Promise<Executor>>> = {
  reference: () => Promise.resolve(asExecutor(referenceExecutor)),
  native: async () => {
    const { loadNative, whyNoNative } = await import('../native/index.ts')
    const native = loadNative()
    if (native === null)
      throw new ContractError(
        'EXECUTOR_FAILED',
        whyNoNative() ?? 'The compiled kernel is not there.',
        'native',
      )
    return asExecutor(native)
  },
  'onnx-cpu': () => onnx('cpu'),
  'onnx-webgpu': () => onnx('webgpu'),
  'onnx-directml': () => onnx('dml'),
  'onnx-cuda': () => onnx('cuda'),
  'tfjs-gpu': async () => {
    const { loadTfjsGpu } = await import('../tfjs/load-gpu.ts')
    const { executor, reason } = loadTfjsGpu()
    if (executor === null) throw new ContractError('EXECUTOR_FAILED', reason, 'tfjs-gpu')
    return executor
  },
}

/** The executor of that name in this process. Errors: EXECUTOR_FAILED with the reason when this machine has none. */
export async function openExecutor(name: ExecutorName): Promise<Executor> {
  // The name may come from another process.
  const open = (openers as Partial<typeof openers>)[name]
  if (open === undefined) throw new ContractError('EXECUTOR_FAILED', 'There is no such executor.', name)
  try {
    return await open()
  } catch (error) {
    if (error instanceof ContractError) throw error
    throw new ContractError('EXECUTOR_FAILED', plainReason(error), name)
  }
}

/** A library's message without the places in its own source that it puts before. */
function plainReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message
    .replace(/\s+/g, ' ')
    .replace(/\/onnxruntime_src\S* .*? was false\. /, '')
    .trim()
    .slice(0, 300)
}
