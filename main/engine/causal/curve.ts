import { mean, quantileOfSorted, standardDeviation } from '../math/index.ts'
import { finite, isLogRatherThanPlain } from './columns.ts'
import { fitLinear } from './regression.ts'
import { splineBasis, splineKnots } from './spline.ts'

/** Mean outcome under do(x) at each grid point, with its standard error and whether rows support it. */
export interface DoseResponse {
  readonly mean: Float64Array
  readonly se: Float64Array
  readonly df: number
  readonly supported: boolean[]
}

/**
 * Inner knots of the treatment's spline: they grow with the rows, so that bias falls faster than the width of the band
 * (four on 60 rows, eight from 500), and shrink where adjustment columns use up the rows.
 */
function innerKnots(n: number, adjustCount: number): number {
  const affordable = Math.floor((n - adjustCount - 1) / 8)
  return Math.max(1, Math.min(8, Math.round(Math.cbrt(n)), affordable))
}

/** Rows per coefficient from which adjustment columns are bent as well as the treatment. */
const rowsPerTerm = 25

/**
 * Dose response by g-computation on a natural cubic spline of the treatment, additive in the adjustment columns:
 * the mean over all rows of the outcome predicted with x set to the grid value. The adjustment columns enter
 * straight, and as three-knot splines where there are at least 25 rows per coefficient. Standard errors join the
 * robust ones of the spline with that of the mean over rows. Null when the regression cannot be made.
 *
 * `supported`: x lies in the measured range, and in at least half of the rows x could be found at this value
 * given their adjustment columns (within 2.5 residual standard deviations); elsewhere the curve extrapolates.
 */
export function doseResponse(
  y: Float64Array,
  treatment: Float64Array,
  adjust: readonly Float64Array[],
  groups: Int32Array | null,
  wanted: readonly number[],
): DoseResponse | null {
  const logarithmic = isLogRatherThanPlain(treatment) && wanted.every((value) => value > 0)
  const x = logarithmic ? treatment.map(Math.log) : treatment
  const grid = logarithmic ? wanted.map(Math.log) : wanted
  const known = finite(x)
  const n = known.length
  const bent = n >= rowsPerTerm * (2 * adjust.length + 5)
  const straight = adjust.map((z) => (isLogRatherThanPlain(z) ? z.map(Math.log) : z))
  const covariates = bent ? straight.flatMap(splineColumns) : straight
  for (let inner = innerKnots(n, covariates.length); inner >= 0; inner--) {
    const knots = splineKnots(known, inner)
    const fit = fitLinear(y, covariates, basisColumns(x, knots), groups)
    if (fit === null) {
      if (inner > 0) continue
      return null
    }
    const m = fit.slopes.length
    const means = new Float64Array(grid.length)
    const se = new Float64Array(grid.length)
    for (const [g, value] of grid.entries()) {
      const basis = splineBasis(value, knots)
      let sum = fit.yMean
      let spread = fit.restSe ** 2
      for (let a = 0; a < m; a++) {
        const da = basis[a]! - fit.focusMeans[a]!
        sum += fit.slopes[a]! * da
        for (let b = 0; b < m; b++)
          spread += da * (basis[b]! - fit.focusMeans[b]!) * fit.covariance[a * m + b]!
      }
      means[g] = sum
      se[g] = Math.sqrt(Math.max(0, spread))
    }
    return { mean: means, se, df: fit.df, supported: support(x, covariates, grid) }
  }
  return null
}

/** x itself and its bends. */
function basisColumns(x: Float64Array, knots: Float64Array): Float64Array[] {
  const width = splineBasis(0, knots).length
  const out = Array.from({ length: width }, () => new Float64Array(x.length))
  for (let i = 0; i < x.length; i++) {
    const basis = splineBasis(x[i]!, knots)
    for (let a = 0; a < width; a++) out[a]![i] = basis[a]!
  }
  return out
}

function splineColumns(z: Float64Array): Float64Array[] {
  return basisColumns(z, splineKnots(finite(z), 2))
}

function support(x: Float64Array, adjust: readonly Float64Array[], grid: readonly number[]): boolean[] {
  const sorted = finite(x).sort()
  const low = sorted[0]!
  const high = sorted[sorted.length - 1]!
  const fit = adjust.length === 0 ? null : predicted(x, adjust)
  return grid.map((value) => {
    if (!(value >= low && value <= high)) return false
    if (fit === null) return true
    let inside = 0
    for (const centre of fit.values) if (Math.abs(value - centre) <= 2.5 * fit.residualSd) inside++
    return inside >= 0.5 * fit.values.length
  })
}

/** Conditional mean of x given the adjustment columns by least squares, and its residual sd. */
function predicted(
  x: Float64Array,
  adjust: readonly Float64Array[],
): { values: Float64Array; residualSd: number } | null {
  const fit = fitLinear(x, [], adjust, null) ?? fitLinear(x, [], adjust.slice(0, 1), null)
  if (fit === null) return null
  const known = Float64Array.from(fit.rows, (i) => x[i]!)
  const values = known.map((v, i) => v - (fit.rest[i]! - mean(fit.rest)))
  return { values, residualSd: standardDeviation(fit.rest) }
}

/** Grid of a treatment: its distinct values when few, else 15 steps over the measured range. */
export function defaultGrid(x: Float64Array): number[] {
  const sorted = finite(x).sort()
  const distinct = [...new Set(sorted)]
  if (distinct.length <= 8) return distinct
  const low = quantileOfSorted(sorted, 0)
  const high = quantileOfSorted(sorted, 1)
  return Array.from({ length: 15 }, (_, i) => low + ((high - low) * i) / 14)
}
