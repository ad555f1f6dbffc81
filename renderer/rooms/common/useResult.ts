import { computed, ref, type ComputedRef, type Ref } from 'vue'

/**
 * A list of results (newest first) with the one on screen: the newest, unless a person chose an older one. A new
 * result takes the screen by itself, since a person who chose an older one before it did not choose against it.
 */
export function useChosen<T extends { id: string }>(
  list: () => readonly T[] | null,
): { chosenId: Ref<string | null>; chosen: ComputedRef<T | null>; isNewest: ComputedRef<boolean> } {
  const choice = ref<{ id: string; newest: string } | null>(null)
  const newest = computed(() => list()?.[0] ?? null)
  const chosen = computed(() => {
    const made = choice.value
    if (made === null || made.newest !== newest.value?.id) return newest.value
    return list()?.find((item) => item.id === made.id) ?? newest.value
  })
  const chosenId = computed({
    get: () => chosen.value?.id ?? null,
    set: (id) => {
      choice.value = id === null || newest.value === null ? null : { id, newest: newest.value.id }
    },
  })
  return { chosenId, chosen, isNewest: computed(() => chosen.value?.id === newest.value?.id) }
}
