import { quantileOfSorted } from '../math/index.ts'

/**
 * Knots: the smallest and largest value and `inner` quantiles between, fewer where the column has few distinct values.
 * Outer knots lie at the ends of the data, since a spline that is straight from the 5 % quantile on cannot follow a
 * bend there: bands around such curves covered a parabola in 55 % of redraws of 400 rows, not 95 %.
 */
export function splineKnots(values: Float64Array, inner: number): Float64Array {
  const sorted = values.slice().sort()
  const distinct = new Set(sorted).size
  for (let k = Math.min(inner, distinct - 3); k > 0; k--) {
    const knots = Float64Array.from({ length: k + 2 }, (_, i) => quantileOfSorted(sorted, i / (k + 1)))
    if (knots.every((knot, i) => i === 0 || knot > knots[i - 1]!)) return knots
  }
  return Float64Array.of(sorted[0]!, sorted[sorted.length - 1]!)
}

/**
 * Natural (restricted) cubic spline basis at x without the constant: x itself and K − 2 terms that are linear beyond
 * the outer knots (Harrell 2015, eq. 2.25), scaled by the square of the knots' range. K knots give K − 1 values.
 */
export function splineBasis(x: number, knots: Float64Array): Float64Array {
  const k = knots.length
  const out = new Float64Array(Math.max(1, k - 1))
  out[0] = x
  if (k < 3) return out
  const last = knots[k - 1]!
  const before = knots[k - 2]!
  const scale = (last - knots[0]!) ** 2
  const cube = (u: number): number => (u > 0 ? u * u * u : 0)
  for (let j = 0; j < k - 2; j++) {
    const t = knots[j]!
    const a = (last - t) / (last - before)
    const b = (before - t) / (last - before)
    out[j + 1] = (cube(x - t) - cube(x - before) * a + cube(x - last) * b) / scale
  }
  return out
}
