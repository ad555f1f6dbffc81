import type { ContractErrorData } from '../../../contract/index.ts'
import type {
  Graph,
  NodeId,
  Parameters,
  StepFeeds,
  Tensors,
  TrainingState,
  TrainingStep,
} from '../../graph/index.ts'
import type { ExecutorName } from '../choose/names.ts'

/** What a child process is asked to run. */
export interface ExecutorSpec {
  readonly name: ExecutorName
}

/** A call of the parent; the child answers each once, in any order. `handle` numbers a trainer or evaluator. */
export type ExecutorCall =
  | { readonly call: 'open'; readonly spec: ExecutorSpec }
  | {
      readonly call: 'trainer'
      readonly handle: number
      readonly step: TrainingStep
      readonly initial: TrainingState
      readonly data: Tensors
    }
  | {
      readonly call: 'evaluator'
      readonly handle: number
      readonly graph: Graph
      readonly outputs: readonly NodeId[]
    }
  | { readonly call: 'run'; readonly handle: number; readonly feeds: StepFeeds }
  | { readonly call: 'gradients'; readonly handle: number; readonly inputs: Tensors }
  | { readonly call: 'state'; readonly handle: number }
  | {
      readonly call: 'evaluate'
      readonly handle: number
      readonly inputs: Tensors
      readonly parameters: Parameters | null
    }
  | { readonly call: 'dispose'; readonly handle: number }

export interface ExecutorRequest {
  readonly id: number
  readonly call: ExecutorCall
}

export type ExecutorReply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: ContractErrorData; readonly stack: string }

/** Ends the child at its next pause; it gets no answer. */
export const stopMessage = 'stop'

export function isRequest(message: unknown): message is ExecutorRequest {
  return typeof message === 'object' && message !== null && 'id' in message && 'call' in message
}
export function isReply(message: unknown): message is ExecutorReply {
  return (
    typeof message === 'object' &&
    message !== null &&
    'id' in message &&
    ('value' in message || 'error' in message)
  )
}
