import type { FeatureRow, JobKind, Segmentation, SpecimenFeature } from '../../contract/index.ts'
import type { ResultDocument, ResultKind, Store, StoredResult } from '../store/index.ts'

/** What counts as the present state of the project: one rule for steps, rooms and report. */
const jobOf: Record<ResultKind, JobKind> = {
  dataset: 'freeze',
  model: 'train',
  generator: 'generator',
  causal: 'discover',
  optimization: 'optimize',
  report: 'report',
  scorecard: 'scorecard',
}

export function currentResult<K extends ResultKind>(store: Store, kind: K): StoredResult<K> | null {
  const jobId = store.jobs.current(jobOf[kind])
  return jobId === null ? null : store.results.ofJob(kind, jobId)
}

/** The named result, or the current one when no id is given. */
export function chosenResult<K extends ResultKind>(
  store: Store,
  kind: K,
  id: string | null,
): StoredResult<K> | null {
  return id === null ? currentResult(store, kind) : store.results.get(kind, id)
}

/** All results of a kind, the current one first, then newest first. */
export function listResults<K extends ResultKind>(store: Store, kind: K): ResultDocument<K>[] {
  const current = currentResult(store, kind)
  const all = store.results.list(kind)
  return [...all.filter((row) => row.id === current?.id), ...all.filter((row) => row.id !== current?.id)].map(
    (row) => row.document,
  )
}

export function currentSegmentations(store: Store): Segmentation[] {
  const jobId = store.jobs.current('segment')
  return jobId === null ? [] : store.segmentations.ofJob(jobId)
}

export function currentFields(store: Store): FeatureRow[] {
  const jobId = store.jobs.current('measure')
  return jobId === null ? [] : store.measurements.fieldsOf(jobId)
}

export function currentSpecimenFeatures(store: Store): SpecimenFeature[] {
  const jobId = store.jobs.current('measure')
  return jobId === null ? [] : store.measurements.specimensOf(jobId)
}
