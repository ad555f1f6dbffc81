import { normalQuantile, studentHalfWidth } from '../math/index.ts'

/** A measure of one field, before its name and unit. `flag` says why `value` is null. */
export interface Estimate {
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
  readonly n: number
  readonly flag: string | null
}

export function noValue(flag: string, n = 0): Estimate {
  return { value: null, low: null, high: null, n, flag }
}

/** A value without an interval: nothing to repeat over. */
export function bareValue(value: number, n: number, flag: string | null = null): Estimate {
  return { value, low: null, high: null, n, flag }
}

/** Value ± t·standard error with `df` degrees of freedom, cut to what the quantity can be. */
export function withInterval(
  value: number,
  standardError: number,
  df: number,
  level: number,
  n: number,
  least = 0,
  most = Infinity,
): Estimate {
  if (df < 1 || !Number.isFinite(standardError)) return bareValue(value, n)
  const half = studentHalfWidth(level, df) * standardError
  return { value, low: Math.max(least, value - half), high: Math.min(most, value + half), n, flag: null }
}

const total = (values: ArrayLike<number>) => {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum
}

function weightedMeanOf(values: readonly number[], weights: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += weights[i]! * values[i]!
  return sum / total(weights)
}

/**
 * Weighted mean Σwx/Σw with the t interval of a ratio estimator, s² = n/(n−1)·Σw²(x−m)²/(Σw)²; with equal weights
 * the usual t interval of the mean (Cochran, Sampling Techniques, 6.4). Values that share a number in `clusters`
 * are taken as one observation, since they are not independent.
 */
export function weightedMean(
  values: readonly number[],
  weights: readonly number[],
  level: number,
  least = 0,
  clusters?: readonly number[],
): Estimate {
  const n = values.length
  const mean = weightedMeanOf(values, weights)
  const residuals = new Map<number, number>()
  for (let i = 0; i < n; i++) {
    const cluster = clusters?.[i] ?? i
    residuals.set(cluster, (residuals.get(cluster) ?? 0) + weights[i]! * (values[i]! - mean))
  }
  const m = residuals.size
  const squares = total([...residuals.values()].map((residual) => residual ** 2))
  const standardError = Math.sqrt((m / (m - 1)) * squares) / total(weights)
  return withInterval(mean, standardError, m - 1, level, n, least)
}

/**
 * Weighted median, with the distribution-free interval between the quantiles ½ ± z/(2√n_eff), n_eff = (Σw)²/Σw²;
 * no interval where that reaches past the outermost object.
 */
export function weightedMedian(
  values: readonly number[],
  weights: readonly number[],
  level: number,
): Estimate {
  const n = values.length
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!)
  const sum = total(weights)
  let before = 0
  const place = order.map((i) => {
    const at = (before + weights[i]! / 2) / sum
    before += weights[i]!
    return at
  })
  const quantile = (p: number): number => {
    let k = 0
    while (k < n && place[k]! < p) k++
    if (k === 0 || k === n) return values[order[k === 0 ? 0 : n - 1]!]!
    const share = (p - place[k - 1]!) / (place[k]! - place[k - 1]!)
    return values[order[k - 1]!]! + share * (values[order[k]!]! - values[order[k - 1]!]!)
  }
  const effective = sum ** 2 / total(weights.map((weight) => weight ** 2))
  const half = normalQuantile((1 + level) / 2) / (2 * Math.sqrt(effective))
  const isInside = 0.5 - half >= place[0]! && 0.5 + half <= place[n - 1]!
  return {
    value: quantile(0.5),
    low: isInside ? quantile(0.5 - half) : null,
    high: isInside ? quantile(0.5 + half) : null,
    n,
    flag: null,
  }
}

/**
 * Weighted coefficient of variation; t interval of the jackknife (Efron & Stein 1981) on its logarithm, which keeps
 * coverage for skewed sizes. Null below two objects.
 */
export function weightedCv(values: readonly number[], weights: readonly number[], level: number): Estimate {
  const n = values.length
  if (n < 2) return noValue('a spread needs at least two objects', n)
  const centre = weightedMeanOf(values, weights)
  let w = 0
  let wx = 0
  let wxx = 0
  for (let i = 0; i < n; i++) {
    const x = values[i]! - centre
    w += weights[i]!
    wx += weights[i]! * x
    wxx += weights[i]! * x * x
  }
  const cv = (count: number, sw: number, swx: number, swxx: number) => {
    const shift = swx / sw
    const variance = (Math.max(0, swxx / sw - shift * shift) * count) / (count - 1)
    return Math.sqrt(variance) / (centre + shift)
  }
  const value = cv(n, w, wx, wxx)
  if (n < 3 || value <= 0) return bareValue(value, n)
  const left = values.map((raw, i) => {
    const x = raw - centre
    const weight = weights[i]!
    return Math.log(cv(n - 1, w - weight, wx - weight * x, wxx - weight * x * x))
  })
  const middle = total(left) / n
  const standardError = Math.sqrt(((n - 1) / n) * total(left.map((one) => (one - middle) ** 2)))
  if (!Number.isFinite(standardError)) return bareValue(value, n)
  const factor = Math.exp(studentHalfWidth(level, n - 1) * standardError)
  return { value, low: value / factor, high: value * factor, n, flag: null }
}
