import { computed, onScopeDispose, ref, watch } from 'vue'
import type { ReviewState } from '../../../main/contract/index.ts'
import { useEngine, useQuery } from '../../client/index.ts'
import { useErrorsStore } from '../../stores/errors.ts'
import { useViewStore } from '../../stores/view.ts'
import { joinRows, meetsFilter, nextToReview, reviewCounts, type ReviewFilter } from './rows.ts'

/** The images of the project in their order, which one is open, and the decisions of the reviewer. */
export function useReview() {
  const engine = useEngine()
  const errors = useErrorsStore()
  const view = useViewStore()
  const micrographs = useQuery('image.list', {}, { entities: ['micrograph'] })
  const segmentations = useQuery('segment.list', {}, { entities: ['segmentation'] })
  const filter = ref<ReviewFilter>('all')
  const search = ref('')
  const deciding = ref(false)
  const message = ref('')
  let messageTimer: ReturnType<typeof setTimeout> | null = null

  const all = computed(() => joinRows(micrographs.data.value ?? [], segmentations.data.value ?? []))
  const rows = computed(() => {
    const needle = search.value.trim().toLowerCase()
    return all.value.filter(
      (row) =>
        // The open image stays in the list after a decision has moved it out of the filter.
        row.micrograph.id === view.micrographId ||
        (meetsFilter(row, filter.value) &&
          `${row.micrograph.fileName} ${row.micrograph.specimenName}`.toLowerCase().includes(needle)),
    )
  })
  const index = computed(() => rows.value.findIndex((row) => row.micrograph.id === view.micrographId))
  const current = computed(() => rows.value[index.value] ?? null)
  const counts = computed(() => reviewCounts(all.value))

  function open(at: number): void {
    const row = rows.value[at]
    if (row !== undefined) view.micrographId = row.micrograph.id
  }
  function step(by: number): void {
    open(Math.min(Math.max(index.value + by, 0), rows.value.length - 1))
  }
  function say(text: string): void {
    message.value = text
    if (messageTimer !== null) clearTimeout(messageTimer)
    messageTimer = setTimeout(() => (message.value = ''), 4000)
  }

  /** Stores a decision; with `advance` the next image to review is opened when it is stored. */
  async function decide(state: ReviewState, advance: boolean): Promise<void> {
    const segmentation = current.value?.segmentation ?? null
    if (segmentation === null || deciding.value) return
    deciding.value = true
    const from = index.value
    const stored = await errors.attempt('Review', () =>
      engine.call('segment.review', { id: segmentation.id, state }),
    )
    deciding.value = false
    if (stored === null) return
    segmentations.data.value =
      segmentations.data.value?.map((entry) => (entry.id === stored.id ? stored : entry)) ?? null
    if (!advance) return
    const next = nextToReview(rows.value, from)
    if (counts.value.pending === 0) say('Every segmentation is reviewed.')
    if (next !== null) open(next)
  }
  function skip(): void {
    const next = nextToReview(rows.value, index.value)
    if (next !== null) open(next)
  }

  watch(
    rows,
    (list) => {
      if (list.length > 0 && index.value < 0) open(0)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    if (messageTimer !== null) clearTimeout(messageTimer)
  })

  return {
    micrographs,
    segmentations,
    all,
    rows,
    index,
    current,
    counts,
    filter,
    search,
    deciding,
    message,
    open,
    step,
    decide,
    skip,
  }
}
