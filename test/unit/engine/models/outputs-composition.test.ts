import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomStream } from '../../../../main/engine/math/index.ts'
import {
  closed,
  drawnIn,
  fromIlr,
  ilr,
  insetOf,
  letOut,
} from '../../../../main/engine/models/outputs/composition.ts'
import { derivedOf, histogramQuantile } from '../../../../main/engine/models/outputs/histogram.ts'
import { principalAxes } from '../../../../main/engine/models/outputs/principal-axes.ts'

const parts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 12 })
/** Shares that sum to 1, some of them 0. */
const shares = parts
  .map((values) => values.map((v) => (v < 0.2 ? 0 : v)))
  .filter((values) => values.some((v) => v > 0))
  .map((values) => closed(Float64Array.from(values), 1))
const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a, (v, i) => v * b[i]!).reduce((p, q) => p + q, 0)
const clr = (p: Float64Array): Float64Array => {
  const logs = p.map(Math.log)
  const centre = logs.reduce((a, b) => a + b, 0) / p.length
  return logs.map((v) => v - centre)
}

describe('isometric log-ratio coordinates', () => {
  it('come back to the shares, which sum to 1', () => {
    fc.assert(
      fc.property(shares, (p) => {
        const back = fromIlr(ilr(drawnIn(p)))
        drawnIn(p).forEach((v, j) => {
          expect(back[j]!).toBeCloseTo(v, 12)
        })
      }),
    )
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -40, max: 40, noNaN: true }), { minLength: 1, maxLength: 10 }),
        (z) => {
          const p = fromIlr(z)
          expect(p.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12)
          expect(p.every((v) => v >= 0)).toBe(true)
          if (Math.max(...z.map(Math.abs)) < 8)
            ilr(p).forEach((v, k) => {
              expect(v).toBeCloseTo(z[k]!, 8)
            })
        },
      ),
    )
  })

  it('keep Aitchison distances and inner products', () => {
    fc.assert(
      fc.property(
        fc.tuple(shares, shares).filter(([a, b]) => a.length === b.length),
        ([a, b]) => {
          const [p, q] = [drawnIn(a), drawnIn(b)]
          expect(dot(ilr(p), ilr(q))).toBeCloseTo(dot(clr(p), clr(q)), 9)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('of two parts are the logit over √2', () => {
    for (const p of [0.02, 0.4, 0.97])
      expect(ilr([p, 1 - p])[0]).toBeCloseTo(Math.log(p / (1 - p)) / Math.SQRT2, 12)
  })

  it('do not see a perturbation of the sum, and powers are scalings', () => {
    const p = Float64Array.from([0.2, 0.5, 0.3])
    ilr(p.map((v) => 17 * v)).forEach((v, k) => {
      expect(v).toBeCloseTo(ilr(p)[k]!, 12)
    })
    ilr(p.map((v) => v ** 3)).forEach((v, k) => {
      expect(v).toBeCloseTo(3 * ilr(p)[k]!, 12)
    })
  })
})

describe('the replacement of zeros', () => {
  it('is reversible, leaves no part below δ, and brings zeros back as zeros', () => {
    fc.assert(
      fc.property(shares, (p) => {
        const inside = drawnIn(p)
        expect(Math.min(...inside)).toBeGreaterThanOrEqual(insetOf(p.length))
        letOut(inside).forEach((v, j) => {
          expect(v).toBeCloseTo(p[j]!, 12)
          if (p[j] === 0) expect(v).toBeLessThan(1e-12)
        })
      }),
    )
  })

  it('lets out whatever is predicted as shares of the total', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -60, max: 60, noNaN: true }), { minLength: 1, maxLength: 9 }),
        (z) => {
          const p = closed(letOut(fromIlr(z)), 100)
          expect(p.every((v) => v >= 0 && v <= 100)).toBe(true)
          expect(Math.abs(p.reduce((a, b) => a + b, 0) - 100)).toBeLessThan(1e-11)
        },
      ),
    )
  })

  it('takes at most a tenth of the whole, however many bins', () => {
    for (const d of [2, 3, 10, 50, 400]) expect(d * insetOf(d)).toBeLessThanOrEqual(0.1 + 1e-12)
  })
})

describe('what is derived from a histogram', () => {
  it('of even shares is that of a uniform distribution', () => {
    const edges = [0, 1, 2, 3, 4, 5]
    const [mean, d10, d50, d90] = derivedOf([0.2, 0.2, 0.2, 0.2, 0.2], edges)
    expect([mean, d10, d50, d90].map((v) => Math.round(1e9 * v!) / 1e9)).toEqual([2.5, 0.5, 2.5, 4.5])
  })

  it('with all in one bin lies in it, and quantiles pass empty bins', () => {
    const [mean, d10, , d90] = derivedOf([0, 0, 1, 0], [1, 2, 5, 10, 20])
    expect(mean).toBe(7.5)
    expect(d10).toBeCloseTo(5.5, 12)
    expect(d90).toBeCloseTo(9.5, 12)
    expect(histogramQuantile([0.5, 0, 0.5], [0, 1, 2, 3], 0.75)).toBeCloseTo(2.5, 12)
  })

  it('rises with the level', () => {
    fc.assert(
      fc.property(shares, (p) => {
        const edges = Array.from({ length: p.length + 1 }, (_, b) => 2 ** b)
        const [, d10, d50, d90] = derivedOf(p, edges)
        expect(d10!).toBeLessThanOrEqual(d50!)
        expect(d50!).toBeLessThanOrEqual(d90!)
        expect(d10!).toBeGreaterThanOrEqual(1)
        expect(d90!).toBeLessThanOrEqual(edges.at(-1)!)
      }),
    )
  })
})

describe('principal axes', () => {
  it('of a stretched and turned normal cloud are its own, orthonormal, the longest first', () => {
    const stream = randomStream(1, 'cloud')
    const angle = 0.6
    const points = Array.from({ length: 4000 }, () => {
      const [a, b, c] = [3 * stream.normal(), stream.normal(), 0.1 * stream.normal()]
      return Float64Array.from([
        5 + Math.cos(angle) * a - Math.sin(angle) * b,
        Math.sin(angle) * a + Math.cos(angle) * b,
        c,
      ])
    })
    const { centre, axes, variance } = principalAxes(points, 3)
    expect(centre[0]).toBeCloseTo(5, 0)
    expect(Array.from(variance, (v) => Math.round(10 * Math.sqrt(v)) / 10)).toEqual([3, 1, 0.1])
    expect(Math.abs(axes[0]! * Math.cos(angle) + axes[1]! * Math.sin(angle))).toBeGreaterThan(0.999)
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++)
        expect(dot(axes.subarray(3 * i, 3 * i + 3), axes.subarray(3 * j, 3 * j + 3))).toBeCloseTo(
          i === j ? 1 : 0,
          10,
        )
  })

  it('of points that do not vary have no variance', () => {
    const same = Array.from({ length: 5 }, () => Float64Array.from([1, 2]))
    expect([...principalAxes(same, 2).variance]).toEqual([0, 0])
  })
})
