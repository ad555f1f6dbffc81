import { normalTwoSided } from '../math/index.ts'
import { correlationSource, partialCorrelation } from './correlation.ts'
import type { CiResult, CiTest } from './types.ts'

const largest = 1 - 1e-12

/** p is worked out only when it is asked for. */
class FisherResult implements CiResult {
  readonly statistic: number
  readonly n: number
  readonly untestable: boolean
  private readonly z: number
  constructor(statistic: number, n: number, z: number) {
    this.statistic = statistic
    this.n = n
    this.z = z
    this.untestable = Number.isNaN(z)
  }
  get p(): number {
    return this.untestable ? Number.NaN : normalTwoSided(this.z)
  }
}

/**
 * Fisher's z test of a zero partial correlation: z = artanh(r) √(n − |S| − 3), two-sided (Anderson 2003, 4.2.3).
 * Rows in which a column of the test is missing are left out of that test only.
 * @param values p standardised columns of n values
 * @param weights how often each row counts (a resample); null: once each
 * @param designEffect p x p factors by which clustering of rows inflates the variance of a correlation, or null;
 * the test then counts n / factor rows
 */
export function fisherZ(
  values: readonly Float64Array[],
  rowCount: number,
  weights: Float64Array | null,
  designEffect: Float64Array | null,
): CiTest {
  const source = correlationSource(values, rowCount, weights)
  const p = values.length
  return {
    name: 'fisher-z',
    test(x, y, given) {
      const { r, n } = source.of(x, y, given)
      const rows = designEffect === null ? n : n / designEffect[x * p + y]!
      const free = rows - given.length - 3
      if (!(free > 0)) return new FisherResult(Number.NaN, n, Number.NaN)
      const rho = partialCorrelation(r, p, x, y, given)
      const clamped = Math.max(-largest, Math.min(largest, rho))
      return new FisherResult(rho, n, Math.atanh(clamped) * Math.sqrt(free))
    },
  }
}

/**
 * Factor by which the variance of a correlation of x and y grows when rows come in groups: 1 + (m − 1) ρx ρy, with
 * the intraclass correlations of the two columns and the weighted mean group size m (Kish 1965; Scott & Holt 1982).
 * For columns that are constant within groups it is m, so that n becomes the number of groups. p x p, or null
 * when every group is one row.
 */
export function designEffects(
  values: readonly Float64Array[],
  groups: Int32Array,
  groupCount: number,
): Float64Array | null {
  const n = groups.length
  if (groupCount === n) return null
  const sizes = new Float64Array(groupCount)
  for (const g of groups) sizes[g]!++
  const meanSize = sizes.reduce((s, m) => s + m * m, 0) / n
  const icc = values.map((column) => intraclass(column, groups, groupCount))
  const p = values.length
  const out = new Float64Array(p * p)
  for (let i = 0; i < p; i++)
    for (let j = 0; j < p; j++) out[i * p + j] = 1 + (meanSize - 1) * icc[i]! * icc[j]!
  return out
}

/** One-way ANOVA intraclass correlation, held to 0..1 (Donner 1986). */
function intraclass(column: Float64Array, groups: Int32Array, groupCount: number): number {
  const size = new Float64Array(groupCount)
  const sum = new Float64Array(groupCount)
  let n = 0
  let total = 0
  for (let i = 0; i < column.length; i++) {
    const v = column[i]!
    if (Number.isNaN(v)) continue
    const g = groups[i]!
    size[g]!++
    sum[g]! += v
    n++
    total += v
  }
  const k = size.filter((s) => s > 0).length
  if (k < 2 || n <= k) return 0
  let between = 0
  let within = 0
  for (let g = 0; g < groupCount; g++)
    if (size[g]! > 0) between += size[g]! * (sum[g]! / size[g]! - total / n) ** 2
  for (let i = 0; i < column.length; i++) {
    const v = column[i]!
    const g = groups[i]!
    if (!Number.isNaN(v)) within += (v - sum[g]! / size[g]!) ** 2
  }
  const msb = between / (k - 1)
  const msw = within / (n - k)
  const m0 = (n - size.reduce((s, m) => s + m * m, 0) / n) / (k - 1)
  const icc = (msb - msw) / (msb + (m0 - 1) * msw)
  return Number.isNaN(icc) ? 0 : Math.max(0, Math.min(1, icc))
}
