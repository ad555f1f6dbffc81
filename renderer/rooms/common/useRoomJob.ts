import { computed, ref, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import type {
  ContractErrorData,
  Job,
  JobKind,
  MethodInput,
  MethodName,
} from '../../../main/contract/index.ts'
import type { methods } from '../../../main/contract/index.ts'
import { asContractError, useEngine } from '../../client/index.ts'
import { useJobsStore } from '../../stores/jobs.ts'

/** Methods that answer a job id. */
export type JobMethod = {
  [M in MethodName]: (typeof methods)[M]['kind'] extends 'job' ? M : never
}[MethodName]

/** What the panel of a room's job needs of it, whatever its method. */
export interface RoomJobView {
  /** The job of this kind that waits or runs; null when none does. */
  active: ComputedRef<Job | null>
  /** The newest job of this kind when it ended without a result. */
  ended: ComputedRef<Job | null>
  /** Why the engine refused to start the job. */
  startError: ShallowRef<ContractErrorData | null>
  /** Starts with the parameters of the last try again. */
  again: () => Promise<void>
}
export interface RoomJob<M extends JobMethod> extends RoomJobView {
  busy: ComputedRef<boolean>
  start: (params: MethodInput<M>) => Promise<void>
}

/** The one kind of job that a room starts, with its progress and its failures, for the room to show inline. */
export function useRoomJob<M extends JobMethod>(method: M, kind: JobKind): RoomJob<M> {
  const engine = useEngine()
  const jobs = useJobsStore()
  const starting = ref(false)
  let lastParams: MethodInput<M> | null = null
  const startError = shallowRef<ContractErrorData | null>(null)

  const ofKind = computed(() => jobs.list.filter((job) => job.kind === kind))
  const active = computed(
    () => ofKind.value.find((job) => job.state === 'running' || job.state === 'pending') ?? null,
  )
  const ended = computed(() => {
    const newest = ofKind.value[0]
    return newest !== undefined && ['failed', 'cancelled', 'interrupted'].includes(newest.state)
      ? newest
      : null
  })
  const busy = computed(() => starting.value || active.value !== null)

  async function start(params: MethodInput<M>): Promise<void> {
    if (busy.value) return
    lastParams = params
    starting.value = true
    startError.value = null
    try {
      await engine.call(method, params)
      await jobs.refresh()
    } catch (thrown) {
      startError.value = asContractError(thrown).toData()
    } finally {
      starting.value = false
    }
  }

  async function again(): Promise<void> {
    if (lastParams !== null) await start(lastParams)
  }

  return { active, ended, busy, startError, start, again }
}
