import { ref, watch, type Ref } from 'vue'
import type { CausalSummary } from '../../../main/contract/index.ts'
import { useEngine } from '../../client/index.ts'
import { useErrorsStore } from '../../stores/errors.ts'
import { noKnowledge, readKnowledge, type PairKnowledge } from './knowledge.ts'

const settingKey = 'causal.knowledge'

/** What a person knows, kept in the project for the next run; before any was kept, that of the newest map. */
export function useKnowledge(newest: () => CausalSummary | null): {
  knowledge: Ref<PairKnowledge>
  set: (next: PairKnowledge) => void
} {
  const engine = useEngine()
  const errors = useErrorsStore()
  const knowledge = ref<PairKnowledge>(noKnowledge)
  let kept = false

  void engine
    .call('settings.get', {})
    .then((settings) => {
      const stored = readKnowledge(settings[settingKey])
      if (stored === null || kept) return
      kept = true
      knowledge.value = stored
    })
    // Nothing to read is no knowledge; a failing engine is told of by the room's other queries.
    .catch(() => undefined)
  watch(
    newest,
    (map) => {
      if (!kept && map !== null)
        knowledge.value = { required: map.knowledge.required, forbidden: map.knowledge.forbidden }
    },
    { immediate: true },
  )
  function set(next: PairKnowledge): void {
    kept = true
    knowledge.value = next
    void errors.attempt('Keep knowledge', () =>
      engine.call('settings.set', { key: settingKey, value: JSON.stringify(next) }),
    )
  }
  return { knowledge, set }
}
