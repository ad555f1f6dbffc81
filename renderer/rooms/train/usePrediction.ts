import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import type { ContractErrorData, MethodInput, PredictionRow } from '../../../main/contract/index.ts'
import { asContractError, useEngine } from '../../client/index.ts'

export interface Answer {
  rows: ShallowRef<readonly PredictionRow[]>
  error: ShallowRef<ContractErrorData | null>
  loading: Ref<boolean>
}

/**
 * Predictions that follow their rows while a slider moves: one question at a time, the newest rows next, so that the
 * engine is never behind by more than one answer. null asks nothing.
 */
export function usePrediction(question: () => MethodInput<'model.predict'> | null): Answer {
  const engine = useEngine()
  const rows = shallowRef<readonly PredictionRow[]>([])
  const error = shallowRef<ContractErrorData | null>(null)
  const loading = ref(false)
  let waiting: MethodInput<'model.predict'> | null = null
  let stopped = false

  async function run(first: MethodInput<'model.predict'>): Promise<void> {
    loading.value = true
    let next: MethodInput<'model.predict'> | null = first
    while (next !== null && !stopped) {
      try {
        const answer = await engine.call('model.predict', next)
        rows.value = answer
        error.value = null
      } catch (thrown) {
        error.value = asContractError(thrown).toData()
      }
      next = waiting
      waiting = null
    }
    loading.value = false
  }
  watch(
    () => JSON.stringify(question()),
    () => {
      const asked = question()
      if (asked === null) rows.value = []
      else if (loading.value) waiting = asked
      else void run(asked)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    stopped = true
  })
  return { rows, error, loading }
}
