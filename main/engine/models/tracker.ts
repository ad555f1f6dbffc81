import type { ModelKind } from '../../contract/index.ts'
import type { Progress } from '../dataset/table.ts'
import { plannedSteps } from './held-out.ts'
import type { TrainingProgress } from './hypernetwork/networks.ts'

/** Progress over equal stages, one a fit of all kinds. */
export interface Tracker extends TrainingProgress {
  /** Names what follows; only the served model's training shows a live loss. */
  stage(message: string, live: boolean): void
}

export function trackProgress(
  kinds: readonly ModelKind[],
  fits: number,
  n: number,
  progress: Progress,
): Tracker {
  const perFit = plannedSteps(kinds, n)
  const total = Math.max(fits, perFit * fits)
  let done = 0
  let stages = 0
  let text = ''
  let showSeries = false
  return {
    check: () => {
      progress.check()
    },
    stage(message, live) {
      // Fewer members than planned (few groups) or early stops: the stage's share is done either way.
      done = Math.round((stages * total) / fits)
      stages++
      text = message
      showSeries = live
      progress.check()
      progress.report(done, total, message)
    },
    advanced(steps, series) {
      done = Math.min(done + steps, Math.round((stages * total) / fits))
      if (showSeries && series !== null) progress.report(done, total, text, series)
      else progress.report(done, total, text)
    },
  }
}

/** Units of progress a stage is reported in. */
const UNITS = 1000

/** Progress of stage `index` of `count` equal ones, each with a total of its own; of a single one, the progress itself. */
export function stageOf(progress: Progress, index: number, count: number): Progress {
  if (count <= 1) return progress
  return {
    check: () => {
      progress.check()
    },
    report(done, total, message, series) {
      const share = total === null || total === 0 ? 0 : Math.min(1, done / total)
      const all = Math.round(UNITS * (index + share))
      if (series === undefined) progress.report(all, UNITS * count, message)
      else progress.report(all, UNITS * count, message, series)
    },
  }
}
