import {
  onScopeDispose,
  ref,
  shallowRef,
  toValue,
  watch,
  type MaybeRefOrGetter,
  type Ref,
  type ShallowRef,
} from 'vue'
import type {
  ChangedEvent,
  ContractErrorData,
  MethodInput,
  MethodName,
  MethodOutput,
} from '../../main/contract/index.ts'
import { asContractError } from './engine-client.ts'
import { useEngine } from './engine.ts'

export interface QueryOptions {
  /** Entities whose change makes the answer old; it is then asked for again. */
  entities?: readonly ChangedEvent['entity'][]
  /** Bursts of changes are answered by one question per this many ms. */
  throttleMs?: number
}

export interface Query<T> {
  /** The newest answer; kept on screen while a newer one is asked for; null before the first. */
  data: ShallowRef<T | null>
  error: ShallowRef<ContractErrorData | null>
  loading: Ref<boolean>
  refresh: () => Promise<void>
}

/**
 * Asks a query and asks again when its input changes, when a named entity changes, and after a reconnection.
 * An input of null asks nothing and clears the data. Answers that come late are dropped.
 */
export function useQuery<M extends MethodName>(
  method: M,
  input: MaybeRefOrGetter<MethodInput<M> | null>,
  options: QueryOptions = {},
): Query<MethodOutput<M>> {
  const engine = useEngine()
  const data = shallowRef(null) as ShallowRef<MethodOutput<M> | null>
  const error = shallowRef<ContractErrorData | null>(null)
  const loading = ref(false)
  const throttleMs = options.throttleMs ?? 250
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | null = null

  const refresh = async () => {
    const number = ++asked
    const value = toValue(input)
    if (value === null) {
      data.value = null
      error.value = null
      loading.value = false
      return
    }
    loading.value = true
    try {
      const answer = await engine.call(method, value)
      if (number !== asked) return
      data.value = answer
      error.value = null
    } catch (thrown) {
      if (number !== asked) return
      const failure = asContractError(thrown)
      // The client reconnects by itself and the answer on screen stays true until then.
      if (failure.code !== 'ENGINE_STOPPED' || data.value === null) error.value = failure.toData()
    }
    loading.value = false
  }
  const refreshSoon = () => {
    timer ??= setTimeout(() => {
      timer = null
      void refresh()
    }, throttleMs)
  }

  watch(
    () => JSON.stringify(toValue(input)),
    () => {
      data.value = null
      void refresh()
    },
  )
  void refresh()

  const offEvent = engine.on((event) => {
    if (event.type === 'changed' && options.entities?.includes(event.entity) === true) refreshSoon()
  })
  const offState = engine.onState((state) => {
    if (state === 'open') refreshSoon()
  })
  onScopeDispose(() => {
    asked++
    if (timer !== null) clearTimeout(timer)
    offEvent()
    offState()
  })
  return { data, error, loading, refresh }
}
