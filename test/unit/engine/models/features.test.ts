import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomStream } from '../../../../main/engine/math/index.ts'
import { applyFeatureMap, fitFeatureMap } from '../../../../main/engine/models/feature-map.ts'
import { dealFolds } from '../../../../main/engine/models/inner-folds.ts'

const number = { name: 'x', unit: '1', levels: null }

describe('features', () => {
  it('are the same whatever increasing scale the input has', () => {
    const stream = randomStream(1)
    const x = Float64Array.from({ length: 40 }, () => stream.uniform())
    const curved = x.map((v) => Math.exp(5 * v))
    const first = applyFeatureMap(fitFeatureMap([number], x, 40), x, 40)
    const second = applyFeatureMap(fitFeatureMap([number], curved, 40), curved, 40)
    const width = first.length / 40
    // The normal score is rank-based; the piecewise part is not, but it keeps the order of the rows.
    for (let i = 0; i < 40; i++) expect(second[i * width]).toBeCloseTo(first[i * width]!, 10)
  })

  it('never fall where the input rises, and have no jumps', () => {
    const stream = randomStream(2)
    const x = Float64Array.from({ length: 30 }, () => stream.normal())
    const map = fitFeatureMap([number], x, 30)
    const width = map.kept.length
    const grid = Float64Array.from({ length: 4001 }, (_, i) => -4 + i * 0.002)
    const f = applyFeatureMap(map, grid, grid.length)
    for (let i = 1; i < grid.length; i++) {
      for (let k = 0; k < width; k++) {
        const rise = f[i * width + k]! - f[(i - 1) * width + k]!
        expect(rise).toBeGreaterThanOrEqual(-1e-12)
        expect(rise).toBeLessThan(0.3)
      }
    }
  })

  it('tell a missing cell from a zero', () => {
    const x = Float64Array.of(0, 1, 2, 3, Number.NaN, 5, 6, 7)
    const map = fitFeatureMap([number], x, 8)
    const width = map.kept.length
    const f = applyFeatureMap(map, x, 8)
    expect(f[4 * width]).not.toBeCloseTo(f[0]!, 3)
    expect(f.some((v) => Number.isNaN(v))).toBe(false)
  })

  it('drop constants and give an unseen level no feature of its own', () => {
    const inputs = [number, { name: 'c', unit: '', levels: ['p', 'q', 'r'] }]
    const x = Float64Array.of(5, 0, 5, 1, 5, 0, 5, 1)
    const map = fitFeatureMap(inputs, x, 4)
    expect(map.kept.length).toBe(2)
    const f = applyFeatureMap(map, Float64Array.of(5, 2, 5, -1), 2)
    expect(f.slice(0, 2)).toEqual(f.slice(2, 4))
  })
})

describe('inner folds', () => {
  it('keep groups whole, use every fold and are balanced for single rows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 8, maxLength: 60 }),
        fc.integer(),
        (g, seed) => {
          const groups = Int32Array.from(g)
          const folds = dealFolds(groups, 5, randomStream(seed))
          const distinct = new Set(g).size
          expect(new Set(folds).size).toBe(distinct < 2 ? 5 : Math.min(5, distinct))
          if (distinct < 2) return
          const seen = new Map<number, number>()
          g.forEach((group, i) => {
            expect(seen.get(group) ?? folds[i]).toBe(folds[i])
            seen.set(group, folds[i]!)
          })
        },
      ),
    )
  })
})
