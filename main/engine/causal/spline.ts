import { quantileOfSorted } from '../math/index.ts'

/** Knots at the quantiles of Harrell (2015, table 2.3); fewer where the column has few distinct values. */
export function splineKnots(values: Float64Array, wanted: number): Float64Array {
  const sorted = values.slice().sort()
  const shares =
    wanted >= 5
      ? [0.05, 0.275, 0.5, 0.725, 0.95]
      : wanted === 4
        ? [0.05, 0.35, 0.65, 0.95]
        : wanted === 3
          ? [0.1, 0.5, 0.9]
          : [0, 1]
  const distinct = new Set(sorted).size
  if (distinct < shares.length + 2 && shares.length > 2) return splineKnots(values, shares.length - 1)
  const knots = shares.map((s) => quantileOfSorted(sorted, s))
  for (let i = 1; i < knots.length; i++)
    if (!(knots[i]! > knots[i - 1]!))
      return shares.length > 2 ? splineKnots(values, shares.length - 1) : Float64Array.from(knots)
  return Float64Array.from(knots)
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
