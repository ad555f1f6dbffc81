import { ContractError, type ContractErrorData } from '../../../contract/index.ts'
import type { Evaluator, Executor, StepFeeds, Trainer } from '../../graph/index.ts'
import { Chunks } from '../chunks.ts'
import {
  isRequest,
  stopMessage,
  type ExecutorCall,
  type ExecutorReply,
  type ExecutorSpec,
} from './messages.ts'

export interface ServerLine {
  post(reply: ExecutorReply): void
  onMessage(listener: (message: unknown) => void): void
  /** Ends this process. */
  exit(): void
}

interface OpenTrainer {
  readonly trainer: Trainer
  readonly chunks: Chunks
}

/**
 * The child's side: opens the executor that the first call names and runs the calls on it. A long run is cut into
 * pieces with a pause after each, so that the wish to stop is heard; the numbers do not depend on the cuts.
 */
export function serveExecutor(
  line: ServerLine,
  open: (spec: ExecutorSpec) => Promise<Executor>,
  now: () => number,
): void {
  let executor: Executor | null = null
  const trainers = new Map<number, OpenTrainer>()
  const evaluators = new Map<number, Evaluator>()
  const opened = (): Executor => {
    if (executor === null) throw new Error('no executor has been opened')
    return executor
  }

  async function answer(call: ExecutorCall): Promise<unknown> {
    switch (call.call) {
      case 'open':
        executor = await open(call.spec)
        return executor.name
      case 'trainer': {
        const trainer = await opened().trainer(call.step, call.initial, call.data)
        trainers.set(call.handle, { trainer, chunks: new Chunks() })
        return null
      }
      case 'evaluator':
        evaluators.set(call.handle, await opened().evaluator(call.graph, call.outputs))
        return null
      case 'run':
        return runInPieces(found(trainers, call.handle), call.feeds, now)
      case 'gradients':
        return found(trainers, call.handle).trainer.gradients(call.inputs)
      case 'state':
        return found(trainers, call.handle).trainer.state()
      case 'evaluate':
        return found(evaluators, call.handle).run(call.inputs, call.parameters ?? undefined)
      case 'dispose':
        await trainers.get(call.handle)?.trainer.dispose()
        await evaluators.get(call.handle)?.dispose()
        trainers.delete(call.handle)
        evaluators.delete(call.handle)
        return null
    }
  }

  line.onMessage((message) => {
    if (message === stopMessage) line.exit()
    if (!isRequest(message)) return
    const { id, call } = message
    answer(call).then(
      (value) => line.post({ id, value }),
      (error: unknown) =>
        line.post({
          id,
          error: errorData(error, executor?.name ?? null),
          stack: error instanceof Error ? (error.stack ?? error.message) : String(error),
        }),
    )
  })
}

function found<T>(open: ReadonlyMap<number, T>, handle: number): T {
  const item = open.get(handle)
  if (item === undefined) throw new Error('it has been disposed of')
  return item
}

async function runInPieces({ trainer, chunks }: OpenTrainer, feeds: StepFeeds, now: () => number) {
  const losses = new Float32Array(feeds.count)
  for (let at = 0; at < feeds.count;) {
    const count = chunks.next(feeds.count - at)
    const startMs = now()
    losses.set(await trainer.run(partOf(feeds, at, count)), at)
    chunks.took(count, now() - startMs)
    at += count
    // Messages are read here.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return losses
}

/** Steps first..first+count−1 of the feeds; views, not copies. */
export function partOf(feeds: StepFeeds, first: number, count: number): StepFeeds {
  if (first === 0 && count === feeds.count) return feeds
  const inputs = Object.entries(feeds.inputs).map(([name, values]) => {
    const size = values.length / feeds.count
    return [name, values.subarray(first * size, (first + count) * size)] as const
  })
  return { count, rates: feeds.rates.subarray(first, first + count), inputs: Object.fromEntries(inputs) }
}

function errorData(error: unknown, name: string | null): ContractErrorData {
  if (error instanceof ContractError) return error.toData()
  const message = error instanceof Error ? error.message : String(error)
  return new ContractError('EXECUTOR_FAILED', `The computation failed: ${message}.`, name).toData()
}
