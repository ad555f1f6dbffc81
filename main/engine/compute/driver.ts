import type { Executor, StepFeeds, Tensors, Trainer, TrainingState, TrainingStep } from '../graph/index.ts'
import { Chunks } from './chunks.ts'

export interface TrainingRun {
  /** Steps that the whole training has, those taken before `initial` included. */
  readonly steps: number
  /** A checkpoint is saved whenever this many steps are full (counted from step 0), and at the end. */
  readonly every: number
  save(state: TrainingState): void | Promise<void>
  /** Asked between chunks; true ends the run after a last checkpoint. It may throw (CANCELLED): the checkpoint comes first. */
  stop?(): boolean
  /** The losses of a chunk, that of step `firstStep` first. */
  onLosses?(firstStep: number, losses: Float32Array): void
  /** Milliseconds of a clock that only goes forward. It decides when is asked, never what is computed. */
  now(): number
}

export interface TrainingOutcome {
  readonly state: TrainingState
  /** Of the steps taken by this call. */
  readonly losses: Float32Array
  /** False when it was stopped before the last step. */
  readonly finished: boolean
}

/**
 * Trains from `initial` to `steps`, in chunks, with checkpoints. `feedsFor(first, count)` gives the feeds of the steps
 * first..first+count−1; they must depend on the number of the step alone (see `feedsOfSteps`), so that neither the
 * length of a chunk nor an interruption changes a number: stopped anywhere and started again from its checkpoint, a
 * run ends bit-equal to one that was never stopped.
 */
export async function trainWithCheckpoints(
  executor: Executor,
  step: TrainingStep,
  initial: TrainingState,
  data: Tensors,
  feedsFor: (firstStep: number, count: number) => StepFeeds,
  run: TrainingRun,
): Promise<TrainingOutcome> {
  const losses = new Float32Array(Math.max(0, run.steps - initial.step))
  const trainer = await executor.trainer(step, initial, data)
  try {
    let at = initial.step
    let saved = at
    const chunks = new Chunks()
    const outcome = async (finished: boolean): Promise<TrainingOutcome> => {
      const state = await trainer.state()
      if (saved !== at) await run.save(state)
      return { state, losses: losses.subarray(0, at - initial.step), finished }
    }
    while (at < run.steps) {
      if (await isStopped(run, trainer, saved !== at)) return await outcome(false)
      const count = chunks.next(Math.min(run.steps - at, run.every - (at % run.every)))
      const startMs = run.now()
      const part = await trainer.run(feedsFor(at, count))
      chunks.took(count, run.now() - startMs)
      losses.set(part, at - initial.step)
      run.onLosses?.(at, part)
      at += count
      if (at % run.every === 0 && at < run.steps) {
        await run.save(await trainer.state())
        saved = at
      }
    }
    return await outcome(true)
  } finally {
    await trainer.dispose()
  }
}

/** Asks whether to stop; when the question throws, what was computed is saved before the error goes on. */
async function isStopped(run: TrainingRun, trainer: Trainer, isUnsaved: boolean): Promise<boolean> {
  try {
    return run.stop?.() ?? false
  } catch (error) {
    if (isUnsaved) await run.save(await trainer.state())
    throw error
  }
}

/**
 * Feeds of many steps from those of single ones: `of(step)` gives the rate and the inputs of one step and may depend on
 * nothing but its number (and a seed), which makes any cut into chunks give the same numbers.
 */
export function feedsOfSteps(
  of: (step: number) => { readonly rate: number; readonly inputs: Tensors },
): (firstStep: number, count: number) => StepFeeds {
  return (firstStep, count) => {
    const steps = Array.from({ length: count }, (_, i) => of(firstStep + i))
    const names = Object.keys(steps[0]?.inputs ?? {})
    return {
      count,
      rates: Float32Array.from(steps, ({ rate }) => rate),
      inputs: Object.fromEntries(
        names.map((name) => [name, joined(steps.map(({ inputs }) => inputs[name]!))]),
      ),
    }
  }
}

function joined(parts: readonly (Float32Array | Int32Array)[]): Float32Array | Int32Array {
  const size = parts.reduce((sum, part) => sum + part.length, 0)
  const whole = parts[0] instanceof Int32Array ? new Int32Array(size) : new Float32Array(size)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
