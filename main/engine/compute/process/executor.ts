import { ContractError } from '../../../contract/index.ts'
import type { Evaluator, Executor, StepGradients, Trainer, TrainingState } from '../../graph/index.ts'
import { forkChild, type ChildLine, type Spawn } from './line.ts'
import { isReply, stopMessage, type ExecutorCall, type ExecutorSpec } from './messages.ts'

export interface ProcessExecutor extends Executor {
  /** Of the child. */
  readonly pid: number | null
  /** Ends the child; everything still open on it is refused from then on. */
  close(): Promise<void>
}

export interface ProcessOptions {
  readonly spawn?: Spawn
  /** When it fires, every open call is refused with CANCELLED at once and the child is gone within 2 s. */
  readonly signal?: AbortSignal
  /** Gets what the child prints on stderr and the stack of an error that happened in it. */
  readonly log?: (message: string) => void
}

/** A child that has not stopped by itself by then is killed: it may be deep in a call of a driver. */
const stopPatienceMs = 1500

const cancelled = (): ContractError => new ContractError('CANCELLED', 'Cancelled by the person.')

interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/**
 * Runs the executor that `spec` names in a process of its own, so that a driver that crashes, hangs or runs out of
 * memory takes nothing else with it. Errors: EXECUTOR_FAILED when the executor cannot be opened there or the process
 * ends; CANCELLED after `signal`.
 */
export async function processExecutor(
  spec: ExecutorSpec,
  options: ProcessOptions = {},
): Promise<ProcessExecutor> {
  if (options.signal?.aborted === true) throw cancelled()
  const child = new Child(spec, (options.spawn ?? forkChild)(), options)
  const name = await child.ask({ call: 'open', spec }).then(String, async (error: unknown) => {
    await child.stop()
    throw error
  })
  let handles = 0
  return {
    name,
    pid: child.pid,
    close: () => child.stop(),
    async trainer(step, initial, data): Promise<Trainer> {
      const handle = ++handles
      await child.ask({ call: 'trainer', handle, step, initial, data })
      return {
        run: async (feeds) => (await child.ask({ call: 'run', handle, feeds })) as Float32Array,
        gradients: async (inputs) =>
          (await child.ask({ call: 'gradients', handle, inputs })) as StepGradients,
        state: async () => (await child.ask({ call: 'state', handle })) as TrainingState,
        dispose: () => child.release(handle),
      }
    },
    async evaluator(graph, outputs): Promise<Evaluator> {
      const handle = ++handles
      await child.ask({ call: 'evaluator', handle, graph, outputs })
      return {
        run: async (inputs, parameters = undefined) =>
          (await child.ask({
            call: 'evaluate',
            handle,
            inputs,
            parameters: parameters ?? null,
          })) as Float32Array[],
        dispose: () => child.release(handle),
      }
    },
  }
}

/** The parent's side of one child: calls by number, and what becomes of them when it ends. */
class Child {
  readonly #spec: ExecutorSpec
  readonly #line: ChildLine
  readonly #options: ProcessOptions
  readonly #pending = new Map<number, Pending>()
  readonly #exited: Promise<void>
  /** Why no call is answered any more. */
  #over: ContractError | null = null
  #nextId = 1

  constructor(spec: ExecutorSpec, line: ChildLine, options: ProcessOptions) {
    this.#spec = spec
    this.#line = line
    this.#options = options
    const onAbort = (): void => {
      this.#end(cancelled())
      void this.stop()
    }
    options.signal?.addEventListener('abort', onAbort, { once: true })
    line.onMessage((message) => this.#onMessage(message))
    line.onText((text) => options.log?.(`${spec.name}: ${text.trimEnd()}`))
    this.#exited = new Promise((resolve) => {
      line.onExit((how) => {
        options.signal?.removeEventListener('abort', onAbort)
        this.#end(
          new ContractError('EXECUTOR_FAILED', `The process that computes was lost: ${how}.`, spec.name),
        )
        resolve()
      })
    })
  }

  get pid(): number | null {
    return this.#line.pid
  }

  ask(call: ExecutorCall): Promise<unknown> {
    if (this.#over !== null) return Promise.reject(this.#over)
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject })
      this.#line.hold(true)
      this.#line.post({ id, call })
    })
  }

  /** Frees a trainer or evaluator. In a child that is gone it is free already, and the reason has been told. */
  async release(handle: number): Promise<void> {
    if (this.#over === null) await this.ask({ call: 'dispose', handle }).catch(() => undefined)
  }

  async stop(): Promise<void> {
    this.#end(new ContractError('ENGINE_STOPPED', 'The process that computes was closed.', this.#spec.name))
    this.#line.hold(true)
    this.#line.post(stopMessage)
    const timer = setTimeout(() => this.#line.kill(), stopPatienceMs)
    await this.#exited
    clearTimeout(timer)
  }

  #onMessage(message: unknown): void {
    if (!isReply(message)) return
    const waiting = this.#pending.get(message.id)
    this.#pending.delete(message.id)
    if (this.#pending.size === 0) this.#line.hold(false)
    if ('value' in message) {
      waiting?.resolve(message.value)
      return
    }
    this.#options.log?.(`${this.#spec.name}: ${message.stack}`)
    waiting?.reject(ContractError.from(message.error))
  }

  /** The first reason stands: what follows from it (the child's end) is no news. */
  #end(reason: ContractError): void {
    this.#over ??= reason
    for (const waiting of this.#pending.values()) waiting.reject(this.#over)
    this.#pending.clear()
  }
}
