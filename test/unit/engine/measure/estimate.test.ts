import { describe, expect, it } from 'vitest'
import { weightedCv, weightedMean, weightedMedian } from '../../../../main/engine/measure/estimate.ts'
import {
  mean,
  randomStream,
  standardDeviation,
  studentHalfWidth,
} from '../../../../main/engine/math/index.ts'

const equal = (values: readonly number[]) => values.map(() => 1)

describe('estimates over objects', () => {
  it('is the textbook t interval for equal weights', () => {
    const values = [3.1, 4.7, 2.2, 5.9, 4.1, 3.3]
    const half = (studentHalfWidth(0.9, 5) * standardDeviation(values)) / Math.sqrt(6)
    const found = weightedMean(values, equal(values), 0.9)
    expect(found.value).toBeCloseTo(mean(values), 12)
    expect(found.high! - found.value!).toBeCloseTo(half, 12)
    expect(
      weightedMean(
        values,
        values.map(() => 7.5),
        0.9,
      ).high,
    ).toBeCloseTo(found.high!, 12)
  })

  it('takes a whole-number weight for that many objects', () => {
    expect(weightedMean([1, 5], [3, 1], 0.9).value).toBe(2)
    expect(weightedMedian([1, 2, 3, 4, 9], [1, 1, 1, 1, 1], 0.9).value).toBe(3)
    expect(weightedMedian([1, 2, 9], [1, 1, 5], 0.9).value).toBeGreaterThan(5)
    expect(weightedMedian([4, 1, 3, 2], [1, 1, 1, 1], 0.9).value).toBe(2.5)
  })

  it('has no interval where there are too few objects, and never a zero-width one', () => {
    expect(weightedMean([4], [1], 0.9)).toEqual({ value: 4, low: null, high: null, n: 1, flag: null })
    expect(weightedMedian([1, 2, 3], [1, 1, 1], 0.9)).toMatchObject({ value: 2, low: null, high: null })
    expect(weightedCv([1], [1], 0.9)).toMatchObject({ value: null, n: 1 })
    expect(weightedCv([1, 3], [1, 1], 0.9)).toMatchObject({ low: null })
  })

  it('covers: mean, median and coefficient of variation of skewed sizes at their level', () => {
    const random = randomStream(11, 'coverage')
    const sigma = 0.35
    const truth = { mean: Math.exp(sigma ** 2 / 2), median: 1, cv: Math.sqrt(Math.exp(sigma ** 2) - 1) }
    const hits = { mean: 0, median: 0, cv: 0 }
    const rounds = 1500
    for (let round = 0; round < rounds; round++) {
      const values = Array.from({ length: 40 }, () => Math.exp(sigma * random.normal()))
      const inside = (found: { low: number | null; high: number | null }, true_: number) =>
        found.low! <= true_ && true_ <= found.high! ? 1 : 0
      hits.mean += inside(weightedMean(values, equal(values), 0.9), truth.mean)
      hits.median += inside(weightedMedian(values, equal(values), 0.9), truth.median)
      hits.cv += inside(weightedCv(values, equal(values), 0.9), truth.cv)
    }
    for (const [key, count] of Object.entries(hits)) {
      expect(count / rounds, key).toBeGreaterThan(0.86)
      expect(count / rounds, key).toBeLessThan(0.94)
    }
  })
})
