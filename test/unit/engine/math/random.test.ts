import { describe, expect, it } from 'vitest'
import {
  mean,
  normalCdf,
  quantile,
  randomStream,
  standardDeviation,
  variance,
} from '../../../../main/engine/math/index.ts'

const take = (n: number, next: () => number): Float64Array => Float64Array.from({ length: n }, next)

describe('random streams', () => {
  it('repeat with seed and name, and differ in either', () => {
    const first = take(50, randomStream(7, 'a').uniform)
    expect(take(50, randomStream(7, 'a').uniform)).toEqual(first)
    expect(take(50, randomStream(8, 'a').uniform)).not.toEqual(first)
    expect(take(50, randomStream(7, 'b').uniform)).not.toEqual(first)
    expect(take(50, randomStream(7 + 2 ** 32, 'a').uniform)).not.toEqual(first)
  })

  it('a child does not depend on how far its parent has gone', () => {
    const parent = randomStream(1)
    const early = take(5, parent.child('c').normal)
    take(99, parent.uniform)
    expect(take(5, parent.child('c').normal)).toEqual(early)
  })

  it('normals pass a Kolmogorov test at 0.1 %', () => {
    const sorted = take(20_000, randomStream(3).normal).sort()
    let distance = 0
    sorted.forEach((v, i) => {
      distance = Math.max(distance, Math.abs(normalCdf(v) - (i + 0.5) / sorted.length))
    })
    expect(distance).toBeLessThan(1.95 / Math.sqrt(sorted.length))
  })

  it('streams of different names are uncorrelated', () => {
    const a = take(10_000, randomStream(5, 'one').normal)
    const b = take(10_000, randomStream(5, 'two').normal)
    expect(Math.abs(mean(a.map((v, i) => v * b[i]!)))).toBeLessThan(0.04)
  })

  it('a shuffle permutes, each place equally often', () => {
    const stream = randomStream(11)
    const firsts = new Array<number>(5).fill(0)
    for (let i = 0; i < 5000; i++) {
      const items = stream.shuffle([0, 1, 2, 3, 4])
      expect([...items].sort()).toEqual([0, 1, 2, 3, 4])
      firsts[items[0]!]!++
    }
    for (const count of firsts) expect(Math.abs(count - 1000)).toBeLessThan(120)
  })
})

describe('statistics', () => {
  it('keep their digits far from zero', () => {
    const shifted = [1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 4]
    expect(mean(shifted)).toBe(1e9 + 2.5)
    expect(variance(shifted)).toBeCloseTo(5 / 3, 12)
    expect(standardDeviation([3])).toBeNaN()
  })

  it('quantiles interpolate between order statistics (type 7)', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5)
    expect(quantile([4, 1, 3, 2], 0.25)).toBe(1.75)
    expect(quantile([5], 0.9)).toBe(5)
    expect(quantile([], 0.5)).toBeNaN()
  })
})
