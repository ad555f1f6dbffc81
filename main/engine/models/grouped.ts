import { mean, studentHalfWidth } from '../math/index.ts'

/** Fewest groups from which a jackknife is worth an interval; above so many they are left out in blocks. */
const LEAST_GROUPS = 4
const MOST_BLOCKS = 60

export interface Interval {
  readonly low: number
  readonly high: number
}

/**
 * Central interval of a figure of grouped rows by the jackknife that leaves out one group after another (Efron & Tibshirani
 * 1993, ch. 11): `of(keep)` is the figure over the rows that `keep` holds for. t with groups − 1 degrees of freedom; null
 * below four groups, and where the figure cannot be had without one of them. More than 60 groups are dealt into 60 blocks.
 */
export function groupJackknife(
  groups: readonly string[],
  level: number,
  of: (keep: (row: number) => boolean) => number,
): Interval | null {
  const names = [...new Set(groups)]
  if (names.length < LEAST_GROUPS) return null
  const count = Math.min(names.length, MOST_BLOCKS)
  const blockOf = new Map(names.map((name, i) => [name, i % count]))
  const blocks = groups.map((name) => blockOf.get(name))
  const whole = of(() => true)
  const without = Array.from({ length: count }, (_, block) => of((row) => blocks[row] !== block))
  if (![whole, ...without].every(Number.isFinite)) return null
  const centre = mean(without)
  const spread = without.reduce((sum, v) => sum + (v - centre) ** 2, 0)
  const se = Math.sqrt(((count - 1) / count) * spread)
  const half = studentHalfWidth(level, count - 1) * se
  return { low: whole - half, high: whole + half }
}

/** Ranks 1..n, ties shared. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!)
  const out = new Array<number>(values.length).fill(0)
  for (let from = 0; from < order.length;) {
    let to = from
    while (to + 1 < order.length && values[order[to + 1]!] === values[order[from]!]) to++
    for (let k = from; k <= to; k++) out[order[k]!] = (from + to) / 2 + 1
    from = to + 1
  }
  return out
}

/** Spearman's rank correlation; NaN below three pairs or where one side does not vary. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  if (a.length < 3) return Number.NaN
  const [ra, rb] = [ranks(a), ranks(b)]
  const centre = (a.length + 1) / 2
  let ab = 0
  let aa = 0
  let bb = 0
  ra.forEach((v, i) => {
    const [x, y] = [v - centre, rb[i]! - centre]
    ab += x * y
    aa += x * x
    bb += y * y
  })
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : Number.NaN
}

/** P(X ≤ k) of a binomial count of n at p, summed from the side that is shorter. */
function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0
  if (k >= n) return 1
  let term = n * Math.log1p(-p)
  let sum = 0
  for (let i = 0; i <= k; i++) {
    sum += Math.exp(term)
    term += Math.log((n - i) / (i + 1)) + Math.log(p) - Math.log1p(-p)
  }
  return Math.min(1, sum)
}

/** Smallest k with P(X ≤ k) ≥ level. 0 < p < 1. */
export function binomialQuantile(level: number, n: number, p: number): number {
  let k = 0
  while (k < n && binomialCdf(k, n, p) < level) k++
  return k
}

/** Counts between which X lies with probability `level` or more, and the probability that it lies outside. */
export function binomialBand(
  level: number,
  n: number,
  p: number,
): { low: number; high: number; outside: number } {
  const tail = 0.5 - level / 2
  const low = binomialQuantile(tail, n, p)
  const high = binomialQuantile(1 - tail, n, p)
  return { low, high, outside: binomialCdf(low - 1, n, p) + 1 - binomialCdf(high, n, p) }
}
