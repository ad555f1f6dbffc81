import type { ContractErrorData } from '../../contract/index.ts'

/** What travels between the pool and a worker. `flag` is shared memory: a busy worker reads no messages. */
export interface TaskRequest {
  readonly id: number
  readonly task: string
  readonly input: unknown
  readonly flag: SharedArrayBuffer
}

export interface TaskProgress {
  readonly done: number
  readonly total: number | null
  readonly message: string
  readonly series: Record<string, [number, number][]>
}

export type TaskReply =
  | { readonly id: number; readonly kind: 'progress'; readonly progress: TaskProgress }
  | { readonly id: number; readonly kind: 'value'; readonly value: unknown }
  | { readonly id: number; readonly kind: 'error'; readonly error: ContractErrorData; readonly stack: string }
