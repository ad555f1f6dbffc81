import { describe, expect, it } from 'vitest'
import { mixtureQuantile, mixtureSd } from '../../../../main/engine/causal/mixture.ts'
import { benjaminiHochberg } from '../../../../main/engine/causal/multiple.ts'
import { fitLinear } from '../../../../main/engine/causal/regression.ts'
import { splineBasis, splineKnots } from '../../../../main/engine/causal/spline.ts'
import { normalQuantile, randomStream } from '../../../../main/engine/math/index.ts'

const random = randomStream(1, 'regression')
const n = 24
const x = Float64Array.from({ length: n }, () => random.normal())
const z = Float64Array.from({ length: n }, () => 100 + 5 * random.normal())
const y = x.map((v, i) => 3 + 2 * v - 0.1 * z[i]! + (1 + Math.abs(v)) * random.normal())

/** Slope of x in y ~ 1 + z + x over some rows, by residuals of residuals (Frisch–Waugh). */
function slope(rows: readonly number[]): number {
  const residual = (a: Float64Array): number[] => {
    const m = (c: Float64Array): number => rows.reduce((s, i) => s + c[i]!, 0) / rows.length
    const ma = m(a)
    const mz = m(z)
    const zz = rows.reduce((s, i) => s + (z[i]! - mz) ** 2, 0)
    const az = rows.reduce((s, i) => s + (a[i]! - ma) * (z[i]! - mz), 0)
    return rows.map((i) => a[i]! - ma - (az / zz) * (z[i]! - mz))
  }
  const rx = residual(x)
  const ry = residual(y)
  return rx.reduce((s, v, k) => s + v * ry[k]!, 0) / rx.reduce((s, v) => s + v * v, 0)
}

describe('linear regression with robust errors', () => {
  const all = Array.from({ length: n }, (_, i) => i)

  it('gives the slope of Frisch and Waugh, and HC3 as the jackknife over rows', () => {
    const fit = fitLinear(y, [z], [x], null)
    expect(fit?.slopes[0]).toBeCloseTo(slope(all), 10)
    // HC3 = Σ (β(−i) − β)² exactly (MacKinnon & White 1985).
    const jackknife = all.reduce((s, i) => s + (slope(all.filter((k) => k !== i)) - slope(all)) ** 2, 0)
    expect(fit?.covariance[0]).toBeCloseTo(jackknife, 10)
    expect(fit?.df).toBe(n - 3)
  })

  it('gives CR3 as the jackknife over groups, with G − 1 degrees of freedom', () => {
    const groups = Int32Array.from(all, (i) => i % 7)
    const fit = fitLinear(y, [z], [x], groups)
    const jackknife = [0, 1, 2, 3, 4, 5, 6].reduce(
      (s, g) => s + (slope(all.filter((i) => i % 7 !== g)) - slope(all)) ** 2,
      0,
    )
    expect(fit?.covariance[0]).toBeCloseTo((6 / 7) * jackknife, 10)
    expect(fit?.df).toBe(6)
  })

  it('does not depend on units, and passes over adjustment columns that others determine', () => {
    const fit = fitLinear(y, [z], [x], null)
    const scaled = fitLinear(y, [z.map((v) => v * 1e6 - 3), z], [x.map((v) => v * 1e-5)], null)
    expect((scaled?.slopes[0] ?? Number.NaN) * 1e-5).toBeCloseTo(fit?.slopes[0] ?? 0, 8)
    expect(scaled?.df).toBe(fit?.df)
  })

  it('gives nothing when the adjustment set determines the treatment or too few rows are left', () => {
    expect(fitLinear(y, [x.map((v) => 2 * v)], [x], null)).toBeNull()
    expect(fitLinear(y.slice(0, 4), [], [x.slice(0, 4)], null)).toBeNull()
    const holes = x.map((v, i) => (i < 20 ? Number.NaN : v))
    expect(fitLinear(y, [], [holes], null)).toBeNull()
    expect(fitLinear(y, [], [x.map(() => 1)], null)).toBeNull()
  })

  it('leaves out rows with a missing cell of its own columns', () => {
    const holed = x.map((v, i) => (i < 5 ? Number.NaN : v))
    const fit = fitLinear(y, [z], [holed], null)
    expect(fit?.n).toBe(n - 5)
    expect(fit?.slopes[0]).toBeCloseTo(slope(all.slice(5)), 10)
  })
})

describe('mixture of estimates', () => {
  it('is the normal interval for one component with many degrees of freedom', () => {
    const one = [{ estimate: 5, se: 2, df: 1e7, weight: 1 }]
    expect(mixtureQuantile(one, 0.975)).toBeCloseTo(5 + 2 * normalQuantile(0.975), 5)
    expect(mixtureSd(one)).toBe(2)
  })

  it('reaches a shared zero exactly when enough graphs say 0', () => {
    const parts = [
      { estimate: 0, se: 0, df: 1, weight: 5 },
      { estimate: 10, se: 1, df: 60, weight: 95 },
    ]
    expect(mixtureQuantile(parts, 0.025)).toBe(0)
    expect(mixtureQuantile(parts, 0.06)).toBeGreaterThan(6)
    expect(mixtureQuantile([{ estimate: 0, se: 0, df: 1, weight: 1 }], 0.975)).toBe(0)
    expect(mixtureSd(parts)).toBeCloseTo(Math.sqrt(0.95 + 0.05 * 0.95 * 100), 10)
  })
})

describe('natural cubic spline', () => {
  it('is linear outside the outer knots and smooth inside', () => {
    const knots = Float64Array.of(-1, 0, 0.5, 2)
    const at = (v: number, j: number): number => splineBasis(v, knots)[j]!
    for (const j of [1, 2]) {
      expect(at(-5, j)).toBe(0)
      expect(at(6, j) - 2 * at(5, j) + at(4, j)).toBeCloseTo(0, 9)
      for (const knot of knots) expect(at(knot + 1e-6, j) - at(knot - 1e-6, j)).toBeCloseTo(0, 4)
    }
  })

  it('takes fewer knots where a column has few distinct values', () => {
    expect(splineKnots(Float64Array.of(1, 1, 1, 2, 2, 2), 4)).toEqual(Float64Array.of(1, 2))
    const even = Float64Array.from({ length: 101 }, (_, i) => i)
    expect(splineKnots(even, 3)).toEqual(Float64Array.of(0, 25, 50, 75, 100))
  })
})

describe('Benjamini and Hochberg', () => {
  it('gives the q-values of p.adjust(method = "BH")', () => {
    // R: p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.5), "BH")
    const q = benjaminiHochberg([0.04, 0.01, 0.5, 0.02, 0.03])
    for (const [k, value] of [0.05, 0.05, 0.5, 0.05, 0.05].entries()) expect(q[k]).toBeCloseTo(value, 12)
    expect(benjaminiHochberg([0.001, 0.9, 0.02])[2]).toBeCloseTo(0.03, 12)
    expect(benjaminiHochberg([])).toEqual([])
  })
})
