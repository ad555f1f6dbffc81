import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { describeOutlierRule, isOutlier, robustScores } from '../../../renderer/rooms/features/outliers.ts'

describe('robust z over specimens', () => {
  it('equals 0.6745 (x − median) / MAD on a worked example', () => {
    // median 3, absolute deviations 2 1 0 1 97 → MAD 1
    const { z, scale } = robustScores([1, 2, 3, 4, 100])
    expect(scale).toBe('mad')
    expect(z[0]).toBeCloseTo(-1.349, 3)
    expect(z[4]).toBeCloseTo(97 * 0.6745, 3)
  })

  it('flags the one far value and nothing of the bulk', () => {
    const { z } = robustScores([10, 10.5, 9.7, 10.2, 9.9, 10.1, 25])
    expect(z.map(isOutlier)).toEqual([false, false, false, false, false, false, true])
  })

  it('keeps missing values missing and leaves them out of the scale', () => {
    const { z, n } = robustScores([1, null, 2, 3, Number.NaN, 4, 100])
    expect(n).toBe(5)
    expect(z[1]).toBeNull()
    expect(z[4]).toBeNull()
    expect(z[6]).toBeCloseTo(97 * 0.6745, 3)
  })

  it('forms no scale from fewer than five values or from equal ones, and says why', () => {
    const few = robustScores([1, 2, 900, null])
    expect(few.z.every((z) => z === null)).toBe(true)
    expect(describeOutlierRule(few)).toContain('3 values are too few')
    const equal = robustScores([4, 4, 4, 4, 4, 4])
    expect(equal.scale).toBe('none')
    expect(describeOutlierRule(equal)).toContain('equal')
  })

  it('uses the mean deviation when more than half the values are tied', () => {
    const { z, scale } = robustScores([5, 5, 5, 5, 5, 5, 5, 9])
    expect(scale).toBe('meanDeviation')
    expect(z[0]).toBe(0)
    // mean deviation 0.5, scale 0.626657
    expect(z[7]).toBeCloseTo(4 / 0.626657, 4)
  })

  it('does not depend on shift or scale of the unit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 5, maxLength: 40 }),
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: -500, max: 500 }),
        (values, factor, shift) => {
          const a = robustScores(values).z
          const b = robustScores(values.map((v) => v * factor + shift)).z
          a.forEach((z, i) => {
            const other = b[i]
            if (z === null) expect(other).toBeNull()
            else expect(other).toBeCloseTo(z, 6)
          })
        },
      ),
    )
  })
})
