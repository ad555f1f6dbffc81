import { normalCdf, studentHalfWidth } from '../../math/index.ts'
import { logLoss } from './networks.ts'
import type { ClassCalibration } from './types.ts'

/** Bounds of the temperature. */
const COLDEST = 0.5
const HOTTEST = 10
/** Below this many independent groups, held-out rows may soften what a model says, not sharpen it. */
const FEW_GROUPS = 10

/**
 * Probabilities as they are stated: sharpened or softened by the temperature (Guo et al. 2017), then mixed with the shares
 * of the classes by `doubt`. Rows of L.
 */
export function softened(
  probabilities: Float64Array,
  shares: Float64Array,
  { temperature, doubt }: Pick<ClassCalibration, 'temperature' | 'doubt'>,
): Float64Array {
  const levels = shares.length
  const out = new Float64Array(probabilities.length)
  for (let at = 0; at < probabilities.length; at += levels) {
    let largest = 0
    for (let l = 0; l < levels; l++) largest = Math.max(largest, probabilities[at + l]!)
    let sum = 0
    for (let l = 0; l < levels; l++) {
      const v = (probabilities[at + l]! / largest) ** (1 / temperature)
      out[at + l] = v
      sum += v
    }
    for (let l = 0; l < levels; l++) out[at + l] = (1 - doubt) * (out[at + l]! / sum) + doubt * shares[l]!
  }
  return out
}

/**
 * Calibration from probabilities (n x L) of rows that the predicting model had not seen. The temperature minimises their log
 * loss. Nothing is stated more sharply than so many groups allow: after G groups of which none failed, the next fails with
 * probability 1/(G + 2) (Laplace's rule of succession), and that much is left to the shares of the classes.
 */
export function calibrateClasses(
  outOfFold: Float64Array,
  codes: Int32Array,
  groups: Int32Array,
  shares: Float64Array,
): ClassCalibration {
  const levels = shares.length
  const distinct = new Set(groups).size
  // Rows of a single group are taken as independent: there is nothing else to count.
  const count = distinct > 1 ? distinct : codes.length
  const doubt = 1 / (count + 2)
  const best = coolest((temperature) =>
    logLoss(softened(outOfFold, shares, { temperature, doubt }), codes, levels),
  )
  const temperature = count < FEW_GROUPS ? Math.max(1, best) : best
  const stated = softened(outOfFold, shares, { temperature, doubt })
  const scores = Float64Array.from(codes, (code, i) => 1 - stated[i * levels + code]!).sort()
  return { temperature, doubt, scores, groups: count }
}

/** Grid, then golden section, on a log scale: the loss need not have one valley. */
function coolest(cost: (temperature: number) => number): number {
  const steps = 12
  const span = Math.log(HOTTEST / COLDEST)
  const grid = Array.from({ length: steps + 1 }, (_, k) => Math.log(COLDEST) + (span * k) / steps)
  const costs = grid.map((v) => cost(Math.exp(v)))
  const at = costs.indexOf(Math.min(...costs))
  let low = grid[Math.max(0, at - 1)]!
  let high = grid[Math.min(steps, at + 1)]!
  const ratio = (Math.sqrt(5) - 1) / 2
  let a = high - ratio * (high - low)
  let b = low + ratio * (high - low)
  let costA = cost(Math.exp(a))
  let costB = cost(Math.exp(b))
  while (high - low > 1e-3) {
    if (costA <= costB) {
      high = b
      b = a
      costB = costA
      a = high - ratio * (high - low)
      costA = cost(Math.exp(a))
    } else {
      low = a
      a = b
      costA = costB
      b = low + ratio * (high - low)
      costB = cost(Math.exp(b))
    }
  }
  return Math.exp(0.5 * (low + high))
}

/**
 * Levels of the prediction set at `level` for the stated probabilities of one row: all whose probability is not below what
 * the observed level had in that share of held-out rows (split conformal with the score 1 − p; Sadinle, Lei & Wasserman
 * 2019), and the most probable one. Where rows are too few for the level, the set is all levels.
 */
export function predictionSet(
  probabilities: ArrayLike<number>,
  calibration: ClassCalibration,
  level: number,
): number[] {
  const bound = 1 - threshold(calibration, level)
  const all = Array.from(probabilities)
  const largest = Math.max(...all)
  // A rounding must not part two equal probabilities.
  return all.flatMap((p, l) => (p === largest || p >= bound - 1e-12 ? [l] : []))
}

function threshold({ scores, groups }: ClassCalibration, level: number): number {
  const rank = Math.ceil((scores.length + 1) * askedLevel(level, groups) - 1e-9)
  return rank <= scores.length ? scores[rank - 1]! : 1
}

/**
 * The level that held-out rows are asked for, because the next row comes from a new group and only so many were seen: what
 * `widening` of an interval (calibration.ts) makes of a normal distribution's level. 0.9 becomes 0.903 with 100
 * groups, 0.933 with 10, 0.967 with 5.
 */
export function askedLevel(level: number, groups: number): number {
  return 2 * normalCdf(studentHalfWidth(level, Math.max(1, groups - 1))) - 1
}
