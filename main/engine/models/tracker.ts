import type { ModelKind } from '../../contract/index.ts'
import type { Progress } from '../dataset/table.ts'
import { plannedSteps } from './held-out.ts'
import type { TrainingProgress } from './hypernetwork.ts'
import { settingsFor } from './training-settings.ts'

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
  const { maxSteps } = settingsFor(n)
  const perFit = kinds.reduce((sum, kind) => sum + plannedSteps(kind, maxSteps), 0)
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
