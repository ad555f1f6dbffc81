import type * as Onnxruntime from 'onnxruntime-node'
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import type { Shape, Tensor } from '../../graph/index.ts'

/** Where onnxruntime runs: `dml` is DirectML on Windows, `cuda` needs CUDA 12 on Linux. */
export type OnnxProvider = 'cpu' | 'webgpu' | 'dml' | 'cuda'

export interface SessionSettings {
  readonly provider: OnnxProvider
  /** Threads inside one operator. */
  readonly threads: number
}

let loaded: Promise<typeof Onnxruntime> | null = null

/** Loads the native library on first use, so that a program that trains nothing never does. */
export function onnxRuntime(): Promise<typeof Onnxruntime> {
  return (loaded ??= import('onnxruntime-node').then((runtime) => {
    // What fails is thrown; a second telling of it on stderr would reach no one.
    runtime.env.logLevel = 'fatal'
    return runtime
  }))
}

/**
 * In its default layout (NHWC) onnxruntime 1.30 silently gives wrong convolutions of, for one, 9 channels to 8
 * (github.com/microsoft/onnxruntime/issues/29651); in NCHW they are right. The conformance cases hold such a one.
 */
const webgpu = { name: 'webgpu', preferredLayout: 'NCHW' } as const

/** A session for the model. Rejects with what onnxruntime said when it cannot run there. */
export async function openSession(
  model: Uint8Array,
  { provider, threads }: SessionSettings,
): Promise<InferenceSession> {
  const { InferenceSession } = await onnxRuntime()
  return InferenceSession.create(model, {
    executionProviders: [provider === 'webgpu' ? webgpu : provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // DirectML does not allow memory patterns.
    enableMemPattern: provider !== 'dml',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
    // Waiting threads that spin doubled the CPU time.
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  })
}

export type ToTensor = (values: Tensor | BigInt64Array, shape: Shape) => OrtTensor

/** Makes tensors that share the memory of the values. */
export async function tensorMaker(): Promise<ToTensor> {
  const { Tensor: Made } = await onnxRuntime()
  return (values, shape) =>
    values instanceof Float32Array
      ? new Made('float32', values, shape)
      : values instanceof Int32Array
        ? new Made('int32', values, shape)
        : new Made('int64', values, shape)
}

/** The float32 values of a named result. */
export function floatsOf(results: InferenceSession.OnnxValueMapType, name: string): Float32Array {
  const tensor = results[name] as OrtTensor | undefined
  if (!(tensor?.data instanceof Float32Array))
    throw new Error(`the session gave no float32 values for "${name}"`)
  return tensor.data
}
