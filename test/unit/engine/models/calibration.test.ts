import { describe, expect, it } from 'vitest'
import { randomStream } from '../../../../main/engine/math/index.ts'
import { calibrate, intervalMultiplier, widening } from '../../../../main/engine/models/calibration.ts'
import type { Sample } from '../../../../main/engine/models/types.ts'

/** n rows whose residuals have `truth` times the claimed sd of 1, `perGroup` rows a group. */
function claimed(
  n: number,
  truth: number,
  perGroup = 1,
): { sample: Sample; moments: Parameters<typeof calibrate>[1] } {
  const stream = randomStream(n, 'claimed')
  return {
    sample: {
      n,
      inputs: [],
      outputs: [{ name: 'y', unit: '1' }],
      x: new Float64Array(0),
      y: Float64Array.from({ length: n }, () => truth * stream.normal()),
      groups: Int32Array.from({ length: n }, (_, i) => Math.floor(i / perGroup)),
    },
    moments: {
      mean: new Float64Array(n),
      epistemicVariance: new Float64Array(n),
      aleatoricVariance: new Float64Array(n).fill(1),
    },
  }
}

describe('calibration', () => {
  it('finds the factor by which an sd is wrong, either way', () => {
    for (const truth of [0.5, 1, 2.5]) {
      const { sample, moments } = claimed(2000, truth)
      expect(calibrate(sample, moments, 0).factor / truth).toBeCloseTo(1, 1)
    }
  })

  it('takes the conformal order statistic', () => {
    const scores = Float64Array.from({ length: 99 }, (_, i) => i + 1)
    const multiplier = intervalMultiplier({ factor: 1, scores, groups: 1e6 }, 0.9)
    expect(multiplier).toBeCloseTo(90, 3)
  })

  it('widens with fewer groups and beyond the level that the rows support', () => {
    expect(widening(0.9, 5)).toBeGreaterThan(1.25)
    expect(widening(0.9, 10_000)).toBeCloseTo(1, 3)
    const scores = Float64Array.of(0.5, 1, 1.5, 2)
    const at = (level: number): number => intervalMultiplier({ factor: 1, scores, groups: 4 }, level)
    expect(at(0.95)).toBeGreaterThan(at(0.9))
    expect(at(0.9)).toBeGreaterThan(2 * widening(0.9, 4))
    const few = intervalMultiplier({ factor: 1, scores, groups: 2 }, 0.9)
    expect(few).toBeGreaterThan(at(0.9))
  })

  it('narrows a model by few lucky groups in part only, by three not at all', () => {
    const { sample, moments } = claimed(40, 0.3, 8)
    const calibration = calibrate(sample, moments, 0)
    expect(calibration.groups).toBe(5)
    const many = calibrate({ ...sample, groups: Int32Array.from({ length: 40 }, (_, i) => i) }, moments, 0)
    expect(many.factor).toBeLessThan(0.5)
    expect(calibration.factor).toBeGreaterThan(1.5 * many.factor)
    expect(calibration.factor).toBeLessThan(1)
    expect(intervalMultiplier(calibration, 0.9)).toBeGreaterThan(1.5 * intervalMultiplier(many, 0.9))
    const three = calibrate({ ...sample, groups: sample.groups.map((g) => Math.min(g, 2)) }, moments, 0)
    expect(three.factor).toBe(1)
    expect(intervalMultiplier(three, 0.9)).toBeGreaterThan(1.6449)
  })

  it('without any score is as wide as one degree of freedom', () => {
    expect(intervalMultiplier({ factor: 1, scores: new Float64Array(0), groups: 0 }, 0.9)).toBeCloseTo(
      6.314,
      3,
    )
  })
})
