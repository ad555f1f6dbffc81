import { parentPort } from 'node:worker_threads'
import { ContractError, type ContractErrorData } from '../../contract/index.ts'
import type { TaskProgress, TaskReply, TaskRequest } from './messages.ts'

/** What a task may do besides computing: ask whether it was cancelled, say how far it is. */
export interface TaskScope {
  /** Throws CANCELLED once the person cancelled. */
  check(): void
  report(done: number, total: number | null, message: string, series?: Record<string, [number, number]>): void
}

export type Task = (input: never, scope: TaskScope) => unknown

const REPORT_EVERY_MS = 100

export function errorData(error: unknown): ContractErrorData {
  if (error instanceof ContractError) return error.toData()
  return new ContractError('INTERNAL', error instanceof Error ? error.message : String(error)).toData()
}

/** The loop of a worker thread: one task at a time, replies by id. Reports are thinned to ten a second; no series point is lost. */
export function serveTasks(tasks: Readonly<Record<string, Task>>): void {
  const port = parentPort
  if (port === null) throw new Error('serveTasks runs in a worker thread')
  const send = (reply: TaskReply) => {
    port.postMessage(reply)
  }
  port.on('message', (request: TaskRequest) => {
    void answer(request, tasks, send)
  })
}

async function answer(
  request: TaskRequest,
  tasks: Readonly<Record<string, Task>>,
  send: (reply: TaskReply) => void,
): Promise<void> {
  const { id } = request
  const flag = new Int32Array(request.flag)
  let series: TaskProgress['series'] = {}
  let sentAt = 0
  let latest: Omit<TaskProgress, 'series'> | null = null
  const flush = () => {
    if (latest === null) return
    send({ id, kind: 'progress', progress: { ...latest, series } })
    latest = null
    series = {}
    sentAt = performance.now()
  }
  const scope: TaskScope = {
    check() {
      if (Atomics.load(flag, 0) === 1) throw new ContractError('CANCELLED', 'Cancelled by the person.')
    },
    report(done, total, message, points = {}) {
      latest = { done, total, message }
      for (const [name, point] of Object.entries(points)) (series[name] ??= []).push(point)
      if (performance.now() - sentAt >= REPORT_EVERY_MS) flush()
    },
  }
  try {
    const task = tasks[request.task]
    if (task === undefined) throw new Error(`unknown task ${request.task}`)
    const value = await task(request.input as never, scope)
    flush()
    send({ id, kind: 'value', value })
  } catch (error) {
    send({
      id,
      kind: 'error',
      error: errorData(error),
      stack: error instanceof Error ? (error.stack ?? '') : '',
    })
  }
}
