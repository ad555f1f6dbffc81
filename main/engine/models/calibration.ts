import { normalQuantile, studentHalfWidth } from '../math/index.ts'
import { gaussianCrps } from './gaussian.ts'
import type { Calibration, Moments, Sample } from './types.ts'

const FACTOR_LIMIT = 4
/** From this many independent groups on, held-out residuals alone say how wide a prediction is. */
const ENOUGH_GROUPS = 10
/** With so few, they may widen what a model says of itself but not narrow it; in between, narrow it in part. */
const FEWEST_GROUPS = 3

/**
 * A multiplier that few groups ask for, drawn towards `own` (what the model says of itself) where it is below: on a log
 * scale wholly at three groups, not at all from ten on.
 */
function cautious(asked: number, own: number, groups: number): number {
  if (asked >= own) return asked
  const share = (ENOUGH_GROUPS - groups) / (ENOUGH_GROUPS - FEWEST_GROUPS)
  const trust = Math.max(0, Math.min(1, share))
  return asked ** (1 - trust) * own ** trust
}

/**
 * Calibration of output j from predictions of rows that the predicting model had not seen (NaN = not predicted):
 * the factor on sd that minimises their mean CRPS, and the conformal scores |residual|/sd.
 */
export function calibrate(sample: Sample, outOfFold: Moments, j: number): Calibration {
  const m = sample.outputs.length
  const residuals: number[] = []
  const sds: number[] = []
  const groups = new Set<number>()
  for (let i = 0; i < sample.n; i++) {
    const at = i * m + j
    const residual = sample.y[at]! - outOfFold.mean[at]!
    if (Number.isNaN(residual)) continue
    residuals.push(residual)
    sds.push(Math.sqrt(outOfFold.epistemicVariance[at]! + outOfFold.aleatoricVariance[at]!))
    groups.add(sample.groups[i]!)
  }
  const scores = Float64Array.from(residuals, (r, i) => Math.abs(r) / sds[i]!).sort()
  // Rows of a single group are taken as independent: there is nothing else to count.
  const count = groups.size > 1 ? groups.size : residuals.length
  const factor = crpsFactor(residuals, sds) * Math.sqrt(1 + 1 / count)
  return { factor: cautious(factor, 1, count), scores, groups: count }
}

/** Golden-section search for the factor in [1/4, 4] on a log scale; the mean CRPS is unimodal in it. */
function crpsFactor(residuals: readonly number[], sds: readonly number[]): number {
  if (residuals.length === 0) return 1
  const cost = (logFactor: number): number => {
    const factor = Math.exp(logFactor)
    let sum = 0
    for (let i = 0; i < residuals.length; i++) sum += gaussianCrps(residuals[i]!, 0, factor * sds[i]!)
    return sum
  }
  const ratio = (Math.sqrt(5) - 1) / 2
  let low = -Math.log(FACTOR_LIMIT)
  let high = Math.log(FACTOR_LIMIT)
  let a = high - ratio * (high - low)
  let b = low + ratio * (high - low)
  let costA = cost(a)
  let costB = cost(b)
  while (high - low > 1e-4) {
    if (costA < costB) {
      high = b
      b = a
      costB = costA
      a = high - ratio * (high - low)
      costA = cost(a)
    } else {
      low = a
      a = b
      costA = costB
      b = low + ratio * (high - low)
      costB = cost(b)
    }
  }
  return Math.exp(0.5 * (low + high))
}

/**
 * How much wider an interval must be because its width was learnt from few independent groups: the ratio of
 * Student's t with groups − 1 degrees of freedom to the normal quantile; 1.004 at 100 groups, 1.3 at 5.
 */
export function widening(level: number, groups: number): number {
  const freedom = Math.max(1, groups - 1)
  return studentHalfWidth(level, freedom) / normalQuantile(0.5 + level / 2)
}

/** Fewest degrees of freedom that an interval far from the data is given. */
const LEAST_FREEDOM = 3

/**
 * How much wider an interval is than `widening` over all groups makes it, at a distance from the data that only
 * `support` of the `groups` had or exceeded when held out: how wrong the model is so far out is learnt from those
 * alone, so Student's t with support − 1 degrees of freedom (at least 3) in place of groups − 1; 1 amid the data, 1.38
 * further out than nearly all of 28 groups.
 */
export function distanceWidening(level: number, support: number, groups: number): number {
  const here = studentHalfWidth(level, Math.max(LEAST_FREEDOM, support - 1))
  return Math.max(1, here / studentHalfWidth(level, Math.max(1, groups - 1)))
}

/**
 * Half width of the central interval at `level` in units of the uncalibrated sd: the split-conformal quantile of the
 * scores (Lei et al. 2018: the ⌈(n + 1) level⌉-th smallest) times `widening`. Levels beyond what n scores can
 * support are extended from the largest score by the ratio of Student quantiles, so that few rows widen.
 */
export function intervalMultiplier(calibration: Calibration, level: number): number {
  const { scores, groups } = calibration
  const n = scores.length
  if (n === 0) return studentHalfWidth(level, 1)
  const widen = widening(level, groups)
  const own = normalQuantile(0.5 + level / 2)
  const rank = Math.ceil((n + 1) * level - 1e-9)
  if (rank <= n) return cautious(scores[rank - 1]!, own, groups) * widen
  const supported = n / (n + 1)
  const extension =
    studentHalfWidth(level, Math.max(1, n - 1)) / studentHalfWidth(supported, Math.max(1, n - 1))
  return cautious(scores[n - 1]! * extension, own, groups) * widen
}
