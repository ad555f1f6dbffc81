import { ContractError } from '../../contract/index.ts'
import { normalCdf } from '../math/index.ts'
import type { PosteriorFn } from './posterior.ts'

export interface OutputLimit {
  readonly output: string
  readonly min: number | null
  readonly max: number | null
}

/** A limit with the number of its output. */
export interface ResolvedLimit extends OutputLimit {
  readonly index: number
  readonly unit: string
}

/** Candidates below this probability of meeting the limits are not proposed. */
export const feasibilityFloor = 0.01

/** Errors: COLUMN_UNKNOWN for an output the model has not; BAD_REQUEST for a limit without ends, or min not below max. */
export function resolveLimits(
  limits: readonly OutputLimit[],
  outputs: PosteriorFn['outputs'],
): ResolvedLimit[] {
  return limits.map((limit) => {
    const index = outputs.findIndex((o) => o.name === limit.output)
    if (index < 0)
      throw new ContractError('COLUMN_UNKNOWN', 'A limit names no output of the model.', limit.output)
    const ends = [limit.min, limit.max].filter((end) => end !== null)
    if (ends.length === 0 || ends.some((end) => !Number.isFinite(end)))
      throw new ContractError('BAD_REQUEST', 'A limit needs a finite minimum or maximum.', limit.output)
    if (limit.min !== null && limit.max !== null && limit.min >= limit.max)
      throw new ContractError('BAD_REQUEST', 'The minimum of a limit is not below its maximum.', limit.output)
    return { ...limit, index, unit: outputs[index]!.unit }
  })
}

export function limitText(limit: ResolvedLimit): string {
  const unit = limit.unit === '1' || limit.unit === '' ? '' : ` ${limit.unit}`
  const low = limit.min === null ? '' : `${String(limit.min)}${unit} ≤ `
  const high = limit.max === null ? '' : ` ≤ ${String(limit.max)}${unit}`
  return `${low}${limit.output}${high}`
}

/** P(min ≤ Y ≤ max) of Y ~ N(mean, sd²); 0 or 1 where sd is 0. */
export function probabilityWithin(limit: OutputLimit, mean: number, sd: number): number {
  const low = limit.min ?? -Infinity
  const high = limit.max ?? Infinity
  if (!(sd > 0)) return mean >= low && mean <= high ? 1 : 0
  const a = (low - mean) / sd
  const b = (high - mean) / sd
  // Both ends in the upper tail: turn the sign, so that small differences keep their digits.
  return Math.max(0, a > 0 ? cdf(-a) - cdf(-b) : cdf(b) - cdf(a))
}

/** Φ with its limits at ±∞, which a one-sided limit needs. */
function cdf(z: number): number {
  return z === Infinity ? 1 : z === -Infinity ? 0 : normalCdf(z)
}

/**
 * ln of the product of the limits' probabilities for one row; never −∞: below 1e-300 it goes on falling with the
 * distance to the limit, so that a search that starts hopeless knows which way to go.
 */
export function logFeasibility(
  limits: readonly ResolvedLimit[],
  prediction: { mean: Float64Array; epistemicSd: Float64Array; aleatoricSd: Float64Array },
  row: number,
  outputs: number,
): number {
  let sum = 0
  for (const limit of limits) {
    const at = row * outputs + limit.index
    const mean = prediction.mean[at]!
    const sd = Math.hypot(prediction.epistemicSd[at]!, prediction.aleatoricSd[at]!)
    const p = probabilityWithin(limit, mean, sd)
    if (p > 1e-300) sum += Math.log(p)
    else {
      const far = Math.max((limit.min ?? -Infinity) - mean, mean - (limit.max ?? Infinity), 0)
      sum -= 690 + Math.log1p(far / Math.max(sd, 1e-12))
    }
  }
  return sum
}

/**
 * P(all limits met by a specimen) for n rows, jointly over outputs: mean over `count` draws of the response of the
 * product of what specimen scatter leaves of each limit. Draws keep the correlation of outputs, which a product of
 * marginals would not. 1 without limits.
 */
export function jointFeasibility(
  posterior: PosteriorFn,
  limits: readonly ResolvedLimit[],
  rows: Float64Array,
  n: number,
  count: number,
): Float64Array {
  const out = new Float64Array(n)
  if (limits.length === 0) return out.fill(1)
  const m = posterior.outputs.length
  const draws = posterior.samples(rows, n, count)
  const { aleatoricSd } = posterior.predict(rows, n)
  for (let s = 0; s < count; s++)
    for (let i = 0; i < n; i++) {
      let p = 1
      for (const limit of limits)
        p *= probabilityWithin(
          limit,
          draws[(s * n + i) * m + limit.index]!,
          aleatoricSd[i * m + limit.index]!,
        )
      out[i]! += p / count
    }
  return out
}

/** Best probability met so far for each limit alone, over everything that was evaluated. */
export class LimitRecord {
  readonly limits: readonly ResolvedLimit[]
  readonly best: Float64Array
  constructor(limits: readonly ResolvedLimit[]) {
    this.limits = limits
    this.best = new Float64Array(limits.length)
  }
  see(
    prediction: { mean: Float64Array; epistemicSd: Float64Array; aleatoricSd: Float64Array },
    row: number,
    outputs: number,
  ): void {
    this.limits.forEach((limit, k) => {
      const at = row * outputs + limit.index
      const sd = Math.hypot(prediction.epistemicSd[at]!, prediction.aleatoricSd[at]!)
      this.best[k] = Math.max(this.best[k]!, probabilityWithin(limit, prediction.mean[at]!, sd))
    })
  }
  /** NO_FEASIBLE_CANDIDATE that names the limit that binds, or all of them when each alone could be met. */
  error(): ContractError {
    const percent = (p: number): string => `${(100 * p).toPrecision(2)} %`
    const worst = this.best.indexOf(this.best.reduce((a, b) => Math.min(a, b), Infinity))
    if (this.best[worst]! < feasibilityFloor)
      return new ContractError(
        'NO_FEASIBLE_CANDIDATE',
        `No setting within the bounds meets the limit ${limitText(this.limits[worst]!)} with a probability of 1 % or more; the best found has ${percent(this.best[worst]!)}.`,
        this.limits[worst]!.output,
      )
    return new ContractError(
      'NO_FEASIBLE_CANDIDATE',
      `Each limit can be met alone, but no setting within the bounds meets all of them with a probability of 1 % or more: ${this.limits.map(limitText).join('; ')}.`,
      this.limits.map((limit) => limit.output).join(', '),
    )
  }
}
