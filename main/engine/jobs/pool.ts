import { Worker } from 'node:worker_threads'
import { ContractError } from '../../contract/index.ts'
import type { TaskProgress, TaskReply, TaskRequest } from './messages.ts'

export interface TaskOptions {
  readonly signal: AbortSignal
  readonly onProgress: (progress: TaskProgress) => void
}

/** Worker threads for heavy work, so that the engine answers while it trains. */
export interface Pool {
  readonly size: number
  run(task: string, input: unknown, options: TaskOptions): Promise<unknown>
  close(): Promise<void>
}

/** A cancelled task that has not stopped by then is ended with its thread. */
const CANCEL_GRACE_MS = 2000

interface Running {
  readonly request: TaskRequest
  readonly options: TaskOptions
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

export function openPool(workerUrl: URL, size: number, log: (message: string, detail: string) => void): Pool {
  const idle: Worker[] = []
  const busy = new Map<Worker, Running>()
  const waiting: Running[] = []
  let nextId = 1
  let closed = false

  function spawn(): Worker {
    const worker = new Worker(workerUrl)
    // An idle thread must not keep the program alive.
    worker.unref()
    worker.on('message', (reply: TaskReply) => {
      const running = busy.get(worker)
      if (running?.request.id !== reply.id) return
      if (reply.kind === 'progress') {
        running.options.onProgress(reply.progress)
        return
      }
      busy.delete(worker)
      idle.push(worker)
      if (reply.kind === 'value') running.resolve(reply.value)
      else {
        if (reply.error.code === 'INTERNAL') log(`task ${running.request.task} failed`, reply.stack)
        running.reject(ContractError.from(reply.error))
      }
      feed()
    })
    worker.on('error', (error) => {
      log('a worker thread failed', error.stack ?? error.message)
      lose(worker, new ContractError('INTERNAL', `A worker thread failed: ${error.message}`))
    })
    worker.on('exit', () => {
      lose(worker, new ContractError('ENGINE_STOPPED', 'The worker thread ended.'))
    })
    return worker
  }

  function lose(worker: Worker, error: ContractError): void {
    const running = busy.get(worker)
    busy.delete(worker)
    const at = idle.indexOf(worker)
    if (at >= 0) idle.splice(at, 1)
    running?.reject(error)
    if (!closed) feed()
  }

  function feed(): void {
    while (waiting.length > 0 && busy.size < size) {
      const next = waiting.shift()!
      if (next.options.signal.aborted) {
        next.reject(new ContractError('CANCELLED', 'Cancelled by the person.'))
        continue
      }
      const worker = idle.pop() ?? spawn()
      busy.set(worker, next)
      watchCancel(worker, next)
      worker.postMessage(next.request)
    }
  }

  function watchCancel(worker: Worker, running: Running): void {
    const onAbort = () => {
      Atomics.store(new Int32Array(running.request.flag), 0, 1)
      const timer = setTimeout(() => {
        if (busy.get(worker) !== running) return
        lose(
          worker,
          new ContractError('CANCELLED', 'Cancelled; the thread did not stop in time and was ended.'),
        )
        void worker.terminate()
      }, CANCEL_GRACE_MS)
      timer.unref()
    }
    running.options.signal.addEventListener('abort', onAbort, { once: true })
  }

  return {
    size,
    run(task, input, options) {
      if (closed) return Promise.reject(new ContractError('ENGINE_STOPPED', 'The engine is closing.'))
      return new Promise((resolve, reject) => {
        const request: TaskRequest = { id: nextId++, task, input, flag: new SharedArrayBuffer(4) }
        waiting.push({ request, options, resolve, reject })
        feed()
      })
    },
    async close() {
      closed = true
      for (const running of waiting.splice(0))
        running.reject(new ContractError('ENGINE_STOPPED', 'The engine is closing.'))
      const all = [...idle, ...busy.keys()]
      await Promise.all(all.map((worker) => worker.terminate()))
    },
  }
}
