import type { Job, JobKind } from '../../main/contract/index.ts'
import { formatNumber } from './format.ts'

const titles: Record<JobKind, string> = {
  simulate: 'Simulate campaign',
  import: 'Import',
  segment: 'Segment',
  measure: 'Measure',
  freeze: 'Freeze dataset',
  train: 'Train model',
  generator: 'Train generator',
  discover: 'Map causes',
  optimize: 'Propose candidates',
  report: 'Write report',
  scorecard: 'Compare with truth',
  verify: 'Verify project',
}

export function jobTitle(kind: JobKind): string {
  return titles[kind]
}

/** "34 of 120 images"; "34 images" while the total is unknown. */
export function jobProgressText(job: Pick<Job, 'done' | 'total' | 'unit'>): string {
  const unit = job.unit === '' ? '' : ` ${job.unit}`
  return job.total === null
    ? `${String(job.done)}${unit}`
    : `${String(job.done)} of ${String(job.total)}${unit}`
}

export function rateText(ratePerS: number | null, unit: string): string {
  if (ratePerS === null) return ''
  return ratePerS >= 0.5
    ? `${formatNumber(ratePerS, 2)} ${unit}/s`
    : `${formatNumber(1 / ratePerS, 2)} s per ${unit.replace(/s$/, '')}`
}
