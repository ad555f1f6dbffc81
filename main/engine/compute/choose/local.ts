import { referenceExecutor, type LocalExecutor } from '../../graph/index.ts'
import { loadNative, whyNoNative } from '../native/index.ts'
import { toleranceOf } from './candidates.ts'
import { mismatchOf, trialOf } from './trial.ts'
import { tableWorkload } from './workloads.ts'

export interface LocalChoice {
  readonly executor: LocalExecutor
  /** Why it is not the compiled kernel; empty when it is. */
  readonly reason: string
}

/**
 * The compiled kernel that `load` gives when it takes a fixed step as the reference does, else the reference. No clock
 * has a say in it: on one machine and version of the program it is always the same.
 */
export function localExecutorOf(
  load: () => LocalExecutor | null,
  whyNone: () => string | null = () => null,
): LocalChoice {
  const refuse = (reason: string): LocalChoice => ({ executor: referenceExecutor, reason })
  try {
    const native = load()
    if (native === null) return refuse(whyNone() ?? 'The compiled kernel is not there.')
    const workload = tableWorkload({ rows: 40, inputs: 5, hidden: 8, batch: 12, samples: 3 })
    const { reason } = mismatchOf(
      trialOf(native, workload),
      trialOf(referenceExecutor, workload),
      toleranceOf('cpu'),
    )
    return reason === '' ? { executor: native, reason } : refuse(`The compiled kernel is refused: ${reason}.`)
  } catch (error) {
    return refuse(`The compiled kernel failed: ${error instanceof Error ? error.message : String(error)}`)
  }
}

let chosen: LocalChoice | null = null

/** What a task that trains on a table runs its graphs with, in its own thread; chosen once a thread. */
export function localExecutor(): LocalExecutor {
  return localChoice().executor
}

export function localChoice(): LocalChoice {
  chosen ??= localExecutorOf(loadNative, whyNoNative)
  return chosen
}
