import type { ModelKind, ModelScore } from '../../contract/index.ts'
import { mean } from '../math/index.ts'
import { gaussianCrps, gaussianNll } from './gaussian.ts'

/** A held-out prediction in the unit the model was fitted in. */
export interface ScoredRow {
  readonly y: number
  readonly mean: number
  readonly sd: number
  readonly low90: number
  readonly high90: number
  /** Of a predictive that is not normal; absent: those of N(mean, sd²). */
  readonly crps?: number | undefined
  readonly nll?: number | undefined
}

/**
 * Held-out figures of rows (at least one). r2 = 1 − SSE/SST with the mean of these rows in SST, null when they do
 * not vary; accuracy = 100 (1 − mean |y − ŷ|/|y|) over rows with y ≠ 0, null without one, in the original unit:
 * `original` takes y and ŷ back there (exp for a log fit). nll and crps are those of N(mean, sd²).
 */
export function scoreRows(
  model: ModelKind,
  output: string,
  unit: string,
  rows: readonly ScoredRow[],
  fitCpuS: number,
  original: (v: number) => number = (v) => v,
): ModelScore {
  const errors = rows.map((r) => r.y - r.mean)
  const centre = mean(rows.map((r) => r.y))
  const squares = rows.reduce((sum, r) => sum + (r.y - centre) ** 2, 0)
  const squaredErrors = errors.reduce((sum, e) => sum + e * e, 0)
  const relative = rows
    .filter((r) => original(r.y) !== 0)
    .map((r) => Math.abs((original(r.y) - original(r.mean)) / original(r.y)))
  const inside = rows.filter((r) => r.y >= r.low90 && r.y <= r.high90).length
  return {
    model,
    output,
    unit,
    n: rows.length,
    rmse: Math.sqrt(squaredErrors / rows.length),
    mae: mean(errors.map((e) => Math.abs(e))),
    r2: squares > 0 ? 1 - squaredErrors / squares : null,
    accuracy: relative.length > 0 ? 100 * (1 - mean(relative)) : null,
    nll: mean(rows.map((r) => r.nll ?? gaussianNll(r.y, r.mean, r.sd))),
    crps: mean(rows.map((r) => r.crps ?? gaussianCrps(r.y, r.mean, r.sd))),
    coverage90: inside / rows.length,
    width90: mean(rows.map((r) => r.high90 - r.low90)),
    fitCpuS,
  }
}
