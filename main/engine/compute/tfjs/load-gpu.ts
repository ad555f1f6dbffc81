import { createRequire } from 'node:module'
import util from 'node:util'
import type { Executor } from '../../graph/index.ts'
import { tfjsExecutor } from './executor.ts'
import type { Tfjs } from './tfjs.ts'

/** An executor, or why there is none on this machine, in words for a person. */
export type Loaded =
  | { readonly executor: Executor; readonly reason: null }
  | { readonly executor: null; readonly reason: string }

const packageName = '@tensorflow/tfjs-node-gpu'

/**
 * Puts back `util.isNullOrUndefined`, which Node 23 removed and every op of tfjs-node 4.22 calls (tensorflow/tfjs 8425: fixed
 * upstream in 2025 and never released). What is there already is left alone.
 */
export function restoreNullCheck(of: object = util): void {
  if (Reflect.has(of, 'isNullOrUndefined')) return
  Object.defineProperty(of, 'isNullOrUndefined', {
    value: (value: unknown) => value === null || value === undefined,
    configurable: true,
    writable: true,
  })
}

/**
 * TensorFlow's own kernels through `@tensorflow/tfjs-node-gpu`, an opt-in (decision 0007): where the package or its
 * native library is missing, the reason comes back instead. It takes hold of the GPU's memory and cannot be unloaded,
 * so it belongs into a process of its own.
 */
export function loadTfjsGpu(
  load: (name: string) => unknown = createRequire(import.meta.url),
  env: NodeJS.ProcessEnv = process.env,
): Loaded {
  restoreNullCheck()
  // Read when libtensorflow starts: no startup chatter, and only as much GPU memory as is used.
  env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
  env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true'
  try {
    return { executor: tfjsExecutor(load(packageName) as Tfjs), reason: null }
  } catch (error) {
    return { executor: null, reason: reasonOf(error) }
  }
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
  if (message.includes(`Cannot find module '${packageName}'`))
    return `The optional package ${packageName} is not installed.`
  if (message.includes('tfjs_binding') && message.includes('not be found'))
    return `${packageName} is installed without its native part (libtensorflow): its install script has not been run.`
  return `${packageName} could not be loaded: ${message}`
}
