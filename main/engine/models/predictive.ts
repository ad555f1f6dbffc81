import { normalCdf, normalQuantile } from '../math/index.ts'
import type { InputRow, Posterior } from './posterior.ts'

/** Levels of the central intervals from which a predictive distribution is read; beyond the last its tails are guessed. */
const LEVELS = [0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.998, 0.99999]
/** Largest normal score of the quantiles that a drawn curve is fitted to; further out they rest on few rows. */
const FITTED_END = 2.4
const CURVE_POINTS = 81

/** A distribution by its quantiles: values ascending with p, in the unit of the output. */
export interface Quantiles {
  readonly p: Float64Array
  readonly values: Float64Array
}

/**
 * The predictive distribution of every output at every row, from the posterior's own intervals: its central interval at
 * each level is the stated one, so that a probability read from it and an interval on the screen never disagree.
 * Answers rows x outputs.
 */
export function predictiveQuantiles(
  posterior: Pick<Posterior, 'outputs' | 'predict'>,
  rows: readonly InputRow[],
): Quantiles[][] {
  const byLevel = LEVELS.map((level) => posterior.predict(rows, level))
  return rows.map((_, i) =>
    posterior.outputs.map((_output, j) => {
      const ends = byLevel.map((predicted) => predicted[i]!.predictions[j]!)
      const p = [
        ...LEVELS.map((level) => 0.5 - level / 2).reverse(),
        ...LEVELS.map((level) => 0.5 + level / 2),
      ]
      const values = [...ends.map((e) => e.low).reverse(), ...ends.map((e) => e.high)]
      // Levels are read apart, so neighbours may be out of order by a rounding.
      for (let k = 1; k < values.length; k++) values[k] = Math.max(values[k]!, values[k - 1]!)
      return { p: Float64Array.from(p), values: Float64Array.from(values) }
    }),
  )
}

/** Normal score of value y: linear between quantiles, so exact for a normal distribution; tails go on as they end. */
function scoreOf({ p, values }: Quantiles, y: number): number {
  const last = values.length - 1
  let k = 1
  while (k < last && values[k]! < y) k++
  // In a tail the slope of the last stretch is taken; where that has no width the distribution ends in a step.
  const [a, b] = [values[k - 1]!, values[k]!]
  const [za, zb] = [normalQuantile(p[k - 1]!), normalQuantile(p[k]!)]
  if (b > a) return za + ((y - a) / (b - a)) * (zb - za)
  if (y === b) return zb
  return y > b ? Infinity : -Infinity
}

/** P(Y ≤ y). */
export function predictiveCdf(quantiles: Quantiles, y: number): number {
  if (y === Infinity) return 1
  if (y === -Infinity) return 0
  const z = scoreOf(quantiles, y)
  if (!Number.isFinite(z)) return z > 0 ? 1 : 0
  return normalCdf(z)
}

/** The value that Y exceeds with probability 1 − p, 0 < p < 1. */
export function predictiveQuantile({ p, values }: Quantiles, level: number): number {
  const last = values.length - 1
  const z = normalQuantile(level)
  let k = 1
  while (k < last && p[k]! < level) k++
  const [za, zb] = [normalQuantile(p[k - 1]!), normalQuantile(p[k]!)]
  return values[k - 1]! + ((z - za) / (zb - za)) * (values[k]! - values[k - 1]!)
}

/** Values of the curve, ascending, and the density there relative to its peak. */
export interface DensityCurve {
  readonly values: Float64Array
  readonly heights: Float64Array
}

/** How far the cubic term may bend the straight line of a normal distribution, so that the density keeps one peak. */
const LEAST_BEND = -1 / 60
const MOST_BEND = 1 / 3
/** Normal scores at both ends of a drawn curve: 99.8 % of the probability. */
const CURVE_END = 3.09

/**
 * The density for a drawing, from a cubic in the normal score fitted to the quantiles (the form of Cornish & Fisher 1938):
 * the quantile function of a conformal distribution has steps, which would be drawn as humps that mean nothing. Exact for
 * a normal distribution; skew and tails of others are drawn, finer shape is not.
 */
export function densityCurve(quantiles: Quantiles): DensityCurve {
  const { centre, slope, skew, bend } = cubicFit(quantiles)
  const z = Float64Array.from(
    { length: CURVE_POINTS },
    (_, i) => CURVE_END * ((2 * i) / (CURVE_POINTS - 1) - 1),
  )
  const values = z.map((v) => centre + slope * v + skew * v * v + bend * v ** 3)
  if (!(slope > 0)) return { values, heights: new Float64Array(CURVE_POINTS).fill(1) }
  const heights = z.map((v) => Math.exp(-0.5 * v * v) / (slope + 2 * skew * v + 3 * bend * v * v))
  const peak = heights.reduce((a, b) => Math.max(a, b), 0)
  // A cubic knows nothing of bounds: what the distribution itself leaves out is not drawn.
  const [low, high] = [predictiveQuantile(quantiles, 0.0005), predictiveQuantile(quantiles, 0.9995)]
  const drawn = (i: number): boolean => values[i]! >= low && values[i]! <= high
  return {
    values: values.filter((_, i) => drawn(i)),
    heights: heights.filter((_, i) => drawn(i)).map((h) => h / peak),
  }
}

/** Least squares of value = centre + slope z + skew z² + bend z³; p lies symmetric about 1/2, so odd and even part come apart. */
function cubicFit({ p, values }: Quantiles): { centre: number; slope: number; skew: number; bend: number } {
  const half = p.length / 2
  const count = p.subarray(half).filter((v) => normalQuantile(v) <= FITTED_END).length
  const z = Float64Array.from({ length: count }, (_, k) => normalQuantile(p[half + k]!))
  const odd = z.map((_, k) => (values[half + k]! - values[half - 1 - k]!) / 2)
  const even = z.map((_, k) => (values[half + k]! + values[half - 1 - k]!) / 2)
  const sum = (of: (k: number) => number): number => z.reduce((total, _, k) => total + of(k), 0)
  const [s2, s4, s6] = [2, 4, 6].map((power) => sum((k) => z[k]! ** power)) as [number, number, number]
  const [o1, o3] = [1, 3].map((power) => sum((k) => odd[k]! * z[k]! ** power)) as [number, number]
  const determinant = s2 * s6 - s4 * s4
  const freeSlope = (o1 * s6 - o3 * s4) / determinant
  const freeBend = (o3 * s2 - o1 * s4) / determinant
  const bendOf = freeSlope > 0 ? Math.min(MOST_BEND, Math.max(LEAST_BEND, freeBend / freeSlope)) : MOST_BEND
  const slope = (o1 + bendOf * o3) / (s2 + 2 * bendOf * s4 + bendOf * bendOf * s6)
  const mean0 = sum((k) => even[k]!) / count
  const mean2 = s2 / count
  const freeSkew = sum((k) => (even[k]! - mean0) * (z[k]! ** 2 - mean2)) / (s4 - count * mean2 * mean2)
  // The curve must rise everywhere: its slope there is at least 0.3 of that without skew.
  const most = Math.min(
    ...[1, 2, CURVE_END].map((v) => (0.7 * slope * (1 + 3 * bendOf * v * v)) / (2 * v)),
    Infinity,
  )
  const skew = Math.min(most, Math.max(-most, freeSkew))
  return { centre: mean0 - skew * mean2, slope, skew, bend: bendOf * slope }
}
