import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { silentProgress } from '../../../../main/engine/dataset/table.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'
import { believedSd } from '../../../../main/engine/optimize/believer.ts'
import {
  designSpace,
  haltonPoints,
  jointFeasibility,
  probabilityWithin,
} from '../../../../main/engine/optimize/index.ts'
import { logFeasibility, resolveLimits } from '../../../../main/engine/optimize/feasibility.ts'
import { knownRows, neighbours } from '../../../../main/engine/optimize/neighbours.ts'
import { climb } from '../../../../main/engine/optimize/search.ts'
import { settingStep } from '../../../../main/engine/math/index.ts'
import { pointOfRow, rowsOfPoints, snapRow } from '../../../../main/engine/optimize/space.ts'
import { analyticPosterior, exactGp, tableOf } from './gp.ts'

describe('Halton points', () => {
  it('are the same for a seed, differ between seeds, and longer runs begin alike', () => {
    const a = haltonPoints(100, 5, 1)
    expect(haltonPoints(200, 5, 1).slice(0, 500)).toEqual(a)
    expect(haltonPoints(100, 5, 2)).not.toEqual(a)
  })
  it('fill every stratum of each base exactly', () => {
    const d = 6
    const points = haltonPoints(2 * 3 * 5 * 7 * 11 * 13, d, 3)
    ;[2, 3, 5, 7, 11, 13].forEach((base, k) => {
      const strata = base * base
      const count = new Array<number>(strata).fill(0)
      const n = strata * Math.floor(points.length / d / strata)
      for (let i = 0; i < n; i++) count[Math.floor(points[i * d + k]! * strata)]!++
      expect(new Set(count).size).toBe(1)
    })
    expect(points.every((v) => v >= 0 && v < 1)).toBe(true)
  })
  it('integrate a smooth function better than random numbers do', () => {
    const error = (points: Float64Array, d: number): number => {
      const n = points.length / d
      let sum = 0
      for (let i = 0; i < n; i++) {
        let product = 1
        for (let k = 0; k < d; k++) product *= 1 + 0.5 * (points[i * d + k]! - 0.5)
        sum += product
      }
      return Math.abs(sum / n - 1)
    }
    const random = randomStream(1, 'plain')
    let plain = 0
    let quasi = 0
    for (let run = 0; run < 10; run++) {
      plain +=
        error(
          Float64Array.from({ length: 8000 }, () => random.uniform()),
          8,
        ) / 10
      quasi += error(haltonPoints(1000, 8, run), 8) / 10
    }
    expect(quasi).toBeLessThan(plain / 3)
  })
})

describe('the design space', () => {
  const table = tableOf(
    { a: [1, 2, 4], b: [5, 5, 5], c: [0, 1, 0], gap: [1, Number.NaN, 3] },
    { c: ['x', 'y'] },
  )
  const inputs = ['a', 'b', 'c', 'gap']
  const fixed = { b: 5, c: 1, gap: 2 }
  it('takes missing ends from the data', () => {
    const space = designSpace(table, inputs, [{ column: 'a' }], fixed)
    expect(space.varied[0]).toMatchObject({ low: 1, high: 4, index: 0 })
    expect(designSpace(table, inputs, [{ column: 'a', high: 9 }], fixed).varied[0]!.high).toBe(9)
    const { b, c } = fixed
    expect(
      designSpace(table, inputs, [{ column: 'a' }, { column: 'gap' }], { b, c }).varied[1],
    ).toMatchObject({
      low: 1,
      high: 3,
    })
  })
  it.each([
    ['NO_INPUTS', null, [], fixed],
    ['COLUMN_UNKNOWN', 'z', [{ column: 'z' }], fixed],
    ['COLUMN_UNKNOWN', 'z', [{ column: 'a' }], { ...fixed, z: 1 }],
    ['BAD_REQUEST', 'a', [{ column: 'a', low: 3, high: 3 }], fixed],
    ['BAD_REQUEST', 'a', [{ column: 'a', low: 5, high: 3 }], fixed],
    ['BAD_REQUEST', 'a', [{ column: 'a', low: Number.NaN, high: 3 }], fixed],
    ['BAD_REQUEST', 'a', [{ column: 'a', high: Infinity }], fixed],
    ['BAD_REQUEST', 'a', [{ column: 'a', low: 100 }], fixed],
    ['BAD_REQUEST', 'a', [{ column: 'a' }, { column: 'a' }], fixed],
    ['BAD_REQUEST', 'a', [{ column: 'a' }], { ...fixed, a: 1 }],
    ['BAD_REQUEST', 'gap', [{ column: 'a' }], { b: 5, c: 1 }],
    ['BAD_REQUEST', 'c', [{ column: 'c' }], { a: 1, b: 5, gap: 2 }],
    ['COLUMN_CONSTANT', 'b', [{ column: 'b' }], { a: 1, c: 0, gap: 2 }],
  ])('refuses with %s at %s', (code, detail, space, values) => {
    expect(() => designSpace(table, inputs, space, values as Record<string, number>)).toThrowError(
      expect.objectContaining({ code, detail }),
    )
  })
  it('keeps every value inside its bounds, exactly, also after rounding', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e4, max: 1e4, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e4, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (low, width, share) => {
          const high = low + width
          fc.pre(high > low)
          const space = designSpace(table, inputs, [{ column: 'a', low, high }], fixed)
          const row = rowsOfPoints(space, Float64Array.of(share), 1)
          const snapped = snapRow(space, row)
          for (const r of [row, snapped]) {
            expect(r[0]).toBeGreaterThanOrEqual(low)
            expect(r[0]).toBeLessThanOrEqual(high)
            expect([...r].slice(1)).toEqual([5, 1, 2])
          }
          expect(Math.abs(snapped[0]! - row[0]!)).toBeLessThanOrEqual(settingStep(low, high))
        },
      ),
    )
  })
  it('maps rows to points and back', () => {
    const space = designSpace(table, inputs, [{ column: 'a' }], fixed)
    expect([...pointOfRow(space, rowsOfPoints(space, Float64Array.of(0.25), 1))]).toEqual([0.25])
    expect(snapRow(space, Float64Array.of(1.23456, 5, 1, 2))[0]).toBe(1.23)
  })
})

describe('feasibility', () => {
  it('is the normal probability between the ends', () => {
    expect(probabilityWithin({ output: 'y', min: null, max: 0 }, 0, 1)).toBeCloseTo(0.5, 14)
    expect(probabilityWithin({ output: 'y', min: -1, max: 1 }, 0, 1)).toBeCloseTo(0.6826894921370859, 12)
    expect(
      probabilityWithin({ output: 'y', min: 9, max: 10 }, 0, 1) /
        (1.12858840595384e-19 - 7.61985302416053e-24),
    ).toBeCloseTo(1, 6)
    expect(probabilityWithin({ output: 'y', min: 1, max: null }, 2, 0)).toBe(1)
    expect(probabilityWithin({ output: 'y', min: 1, max: null }, 0, 0)).toBe(0)
  })
  it('is joint over outputs: two outputs that move together are not independent', () => {
    const together = analyticPosterior({ u: () => 0, v: () => 0 }, 1, 1e-9, 1)
    const same = {
      ...together,
      samples: (rows: Float64Array, n: number, count: number) => {
        const draws = together.samples(rows, n, count)
        for (let at = 0; at < draws.length; at += 2) draws[at + 1] = draws[at]!
        return draws
      },
    }
    const limits = resolveLimits(
      [
        { output: 'u', min: 0, max: null },
        { output: 'v', min: 0, max: null },
      ],
      together.outputs,
    )
    const rows = Float64Array.of(0)
    expect(jointFeasibility(together, limits, rows, 1, 4000)[0]).toBeCloseTo(0.25, 1)
    expect(jointFeasibility(same, limits, rows, 1, 4000)[0]).toBeCloseTo(0.5, 1)
    expect(Math.exp(logFeasibility(limits, together.predict(rows, 1), 0, 2))).toBeCloseTo(0.25, 12)
  })
  it('goes on falling far beyond the limit', () => {
    const limits = resolveLimits([{ output: 'y', min: 0, max: null }], [{ name: 'y', unit: 'MPa' }])
    const at = (mean: number): number =>
      logFeasibility(
        limits,
        { mean: Float64Array.of(mean), epistemicSd: Float64Array.of(1), aleatoricSd: Float64Array.of(0) },
        0,
        1,
      )
    expect(at(-1e3)).toBeLessThan(at(-1e2))
    expect(at(-1e5)).toBeLessThan(at(-1e3))
    expect(at(-1e5)).toBeGreaterThan(-Infinity)
  })
})

describe('the believer', () => {
  it('gives the variance a Gaussian process has once the response there is known', () => {
    const gp = (x: number[][], y: number[]) =>
      exactGp({ x, y: [y], names: ['y'], lengths: [1.5], variance: 4, noiseSd: 1e-3, seed: 1 })
    const before = gp([[0], [2], [5]], [1, 3, 2])
    const after = gp([[0], [2], [5], [3.3], [6.5]], [1, 3, 2, 2, 1])
    const rows = Float64Array.of(3, 3.3, 4, 7, 12)
    const { epistemicSd } = before.predict(rows, 5)
    const chosen = { rows: Float64Array.of(3.3, 6.5), n: 2 }
    const believed = believedSd(before, 0, chosen, rows, 5, epistemicSd, 6000)
    const exact = after.predict(rows, 5).epistemicSd
    for (let i = 0; i < 5; i++) expect(Math.abs(believed[i]! - exact[i]!)).toBeLessThan(0.05)
    expect(epistemicSd[2]! - exact[2]!).toBeGreaterThan(0.2)
  })
  it('leaves variances alone where the model has no uncertainty at the chosen point', () => {
    const sure = analyticPosterior({ y: () => 1 }, (row) => (row[0]! > 0.5 ? 1 : 0), 0.1, 1)
    const rows = Float64Array.of(0.9)
    const chosen = { rows: Float64Array.of(0.1), n: 1 }
    expect(believedSd(sure, 0, chosen, rows, 1, Float64Array.of(1), 50)[0]).toBeCloseTo(1, 12)
  })
})

describe('the search', () => {
  it('climbs a bent ridge to its top and stays in the cube', () => {
    const score = (points: Float64Array, n: number): Float64Array =>
      Float64Array.from({ length: n }, (_, i) => {
        const [a, b] = [points[2 * i]!, points[2 * i + 1]!]
        expect(a >= 0 && a <= 1 && b >= 0 && b <= 1).toBe(true)
        return -(100 * (b - a * a) ** 2 + (0.8 - a) ** 2)
      })
    const best = climb([Float64Array.of(0.1, 0.9)], score, randomStream(1, 'x'), silentProgress, {
      firstStep: 0.1,
      lastStep: 1e-4,
      rounds: 400,
    })[0]!
    expect(best.point[0]).toBeCloseTo(0.8, 1)
    expect(best.score).toBeGreaterThan(-1e-3)
  })
  it('looks at the cancel flag', () => {
    const cancelled = {
      ...silentProgress,
      check: () => {
        throw new Error('cancelled')
      },
    }
    expect(() =>
      climb([Float64Array.of(0.5)], (_points, n) => new Float64Array(n), randomStream(1, 'x'), cancelled, {
        firstStep: 0.1,
        lastStep: 0.01,
        rounds: 5,
      }),
    ).toThrow('cancelled')
  })
})

describe('neighbours', () => {
  const table = tableOf({ a: [0, 10, 4, Number.NaN], b: [1, 1, 1, 1], c: [0, 1, 0, 0] }, { c: ['x', 'y'] })
  const inputs = ['a', 'b', 'c']
  const known = knownRows(table, inputs)
  const near = neighbours(table, inputs, known)
  it('leave out rows with a missing input', () => {
    expect(known.n).toBe(3)
    expect(known.missing).toBe(1)
    expect(known.rowOf).toEqual([0, 1, 2])
  })
  it('scale by the range, count a category as 1 and tell what lies outside', () => {
    expect(near.nearest([5, 1, 0])).toEqual({
      row: 2,
      distance: expect.closeTo(0.1 / Math.sqrt(3), 12) as number,
    })
    expect(near.nearest([10, 1, 0]).row).toBe(2)
    expect(near.widestGap).toBeCloseTo(Math.sqrt((0.36 + 1) / 3), 12)
    expect(near.outside([10.1, 1, 0])).toEqual(['a'])
    expect(near.outside([10, 2, 0])).toEqual(['b'])
    expect(near.outside([0, 1, 1])).toEqual([])
  })
})
