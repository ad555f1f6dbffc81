import { multiplyTransposed, transposeInto } from '../product.ts'
import { TREES } from './bagged.ts'

/** Groups are dealt into at most so many blocks, independent as they are: it bounds the cost. */
const MOST_BLOCKS = 200

/** Sums over rows that the forest had not seen, pooled over several forests. */
export interface SamplingShare {
  /** Variance of the forest's mean under another draw of the groups of specimens. */
  readonly sampling: number
  /** Variance of the trees about that mean. */
  readonly betweenTrees: number
}

/**
 * Infinitesimal jackknife of a bagged mean (Efron 2014; Wager, Hastie & Efron 2014, eq. 5 and 6 with its correction for
 * the finite number of trees): Σ_g Cov_b(N_bg, t_b(x))², N_bg = how often tree b drew rows of group g. Groups, not rows,
 * are what another campaign would draw anew. With 200 trees the estimate at one x is noisy; its sum over rows is not.
 *
 * counts: TREES x n, group: of the n rows, drawn: TREES x points values of trees by the rows they drew, served: the same
 * values as they are served, of which the variance between trees is taken.
 */
export function samplingShare(
  counts: Uint8Array,
  group: Int32Array,
  drawn: Float64Array,
  served: Float64Array,
  points: number,
): SamplingShare {
  const n = group.length
  const distinct = [...new Set(group)]
  const alone = distinct.length < 2
  const size = Math.min(MOST_BLOCKS, alone ? n : distinct.length)
  const numbers = new Map(distinct.map((g, at) => [g, at]))
  const place = Int32Array.from(group, (g, i) => (alone ? i : numbers.get(g)!) % size)
  const draws = new Float64Array(size * TREES)
  for (let t = 0; t < TREES; t++)
    for (let i = 0; i < n; i++) draws[place[i]! * TREES + t]! += counts[t * n + i]!
  const drawVariance = centreRows(draws, size).reduce((sum, v) => sum + v, 0)
  const values = new Float64Array(points * TREES)
  transposeInto(drawn, values, TREES, points)
  const spread = centreRows(values, points)
  const covariance = new Float64Array(points * size)
  multiplyTransposed(values, draws, covariance, points, size, TREES)
  let sampling = 0
  for (const c of covariance) sampling += (c / TREES) ** 2
  for (const v of spread) sampling -= (drawVariance * v) / TREES
  const asServed = new Float64Array(points * TREES)
  transposeInto(served, asServed, TREES, points)
  const betweenTrees = centreRows(asServed, points).reduce((sum, v) => sum + v, 0)
  return { sampling: (sampling * size) / Math.max(1, size - 1), betweenTrees }
}

/**
 * How many trees, drawn at random, have a mean that varies as the forest's own mean does under sampling:
 * (1/k − 1/B) B/(B − 1) = share. Between 1 tree and a quarter of them.
 */
export function subsetSize(shares: readonly SamplingShare[]): number {
  const sampling = shares.reduce((sum, s) => sum + s.sampling, 0)
  const betweenTrees = shares.reduce((sum, s) => sum + s.betweenTrees, 0)
  const share = betweenTrees > 0 ? Math.max(0, sampling / betweenTrees) : 1
  const exact = 1 / ((share * (TREES - 1)) / TREES + 1 / TREES)
  return Math.max(1, Math.min(TREES / 4, Math.round(exact)))
}

/** Takes each row's mean off it (rows of TREES entries); result: their variances with divisor TREES. */
function centreRows(a: Float64Array, rows: number): Float64Array {
  const variance = new Float64Array(rows)
  for (let r = 0; r < rows; r++) {
    let sum = 0
    for (let t = 0; t < TREES; t++) sum += a[r * TREES + t]!
    const centre = sum / TREES
    for (let t = 0; t < TREES; t++) {
      a[r * TREES + t]! -= centre
      variance[r]! += a[r * TREES + t]! ** 2 / TREES
    }
  }
  return variance
}
