import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  acquisitionById,
  acquisitions,
  expectedImprovement,
  logExpectedImprovement,
  probabilityOfImprovement,
} from '../../../../main/engine/optimize/index.ts'
import { register } from '../../../../main/engine/optimize/acquisition/index.ts'
import { logImprovement } from '../../../../main/engine/optimize/acquisition/log-expected-improvement.ts'

/** ∫_b^∞ (f − b) N(f; mean, sd²) df by Simpson's rule, in units of sd. */
function integrated(mean: number, sd: number, incumbent: number): number {
  const steps = 20_000
  const low = Math.max(incumbent, mean - 12 * sd)
  const high = Math.max(low, mean) + 12 * sd
  const h = (high - low) / steps
  let sum = 0
  for (let i = 0; i <= steps; i++) {
    const f = low + i * h
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2
    const z = (f - mean) / sd
    sum += weight * (f - incumbent) * (Math.exp(-0.5 * z * z) / (sd * Math.sqrt(2 * Math.PI)))
  }
  return (sum * h) / 3
}

/** ln ∫_0^∞ u e^(−u t − u²/2) du − t²/2 − ½ ln 2π: ln(φ + zΦ) at z = −t, free of underflow. */
function logByIntegral(t: number): number {
  const steps = 40_000
  const high = 60 / (t + 1)
  const h = high / steps
  let sum = 0
  for (let i = 0; i <= steps; i++) {
    const u = i * h
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2
    sum += weight * u * Math.exp(-u * t - 0.5 * u * u)
  }
  return Math.log((sum * h) / 3) - 0.5 * t * t - 0.5 * Math.log(2 * Math.PI)
}

describe('expected improvement', () => {
  it.each([
    [0, 1, 0],
    [2, 0.5, 1],
    [-3, 1.3, 0],
    [700, 20, 760],
    [5, 2, -4],
  ])('equals its integral at mean %f, sd %f, incumbent %f', (mean, sd, incumbent) => {
    const exact = integrated(mean, sd, incumbent)
    expect(Math.abs(expectedImprovement.value(mean, sd, incumbent) / exact - 1)).toBeLessThan(1e-8)
  })
  it('is the plain gain without uncertainty, and rises with mean and sd', () => {
    expect(expectedImprovement.value(3, 0, 1)).toBe(2)
    expect(expectedImprovement.value(1, 0, 3)).toBe(0)
    const number = fc.double({ min: -5, max: 5, noNaN: true })
    const width = fc.double({ min: 0.2, max: 5, noNaN: true })
    fc.assert(
      fc.property(number, width, number, (mean, sd, best) => {
        const here = expectedImprovement.value(mean, sd, best)
        // Far above the incumbent a wider sd adds less than the last digit of the gain, and rounding may take it back.
        const floor = here - 1e-12 * Math.max(1, here)
        expect(expectedImprovement.value(mean + 0.1, sd, best)).toBeGreaterThanOrEqual(floor)
        expect(expectedImprovement.value(mean, sd + 0.1, best)).toBeGreaterThanOrEqual(floor)
        expect(here).toBeGreaterThanOrEqual(Math.max(0, mean - best) - 1e-12)
      }),
    )
  })
})

describe('log expected improvement', () => {
  it('is the logarithm of EI where that has digits', () => {
    for (let z = -6; z <= 8; z += 0.37) {
      const plain = Math.log(expectedImprovement.value(z, 1, 0))
      expect(Math.abs(logImprovement(z) - plain)).toBeLessThan(z < -4 ? 1e-6 : 1e-9)
    }
  })
  it.each([1.0000001, 1.5, 3, 8, 20, 100, 1000])(
    'equals its integral far below the incumbent, z = −%f',
    (t) => {
      expect(Math.abs(logImprovement(-t) / logByIntegral(t) - 1)).toBeLessThan(1e-9)
    },
  )
  it('is continuous over the change of formula and finite 1e8 deviations away', () => {
    expect(Math.abs(logImprovement(-1 + 1e-12) - logImprovement(-1 - 1e-12))).toBeLessThan(1e-9)
    for (const at of [-2, -6])
      expect(Math.abs(logImprovement(at + 1e-12) - logImprovement(at - 1e-12))).toBeLessThan(1e-9)
    // −z²/2 − ½ ln 2π − 2 ln|z| to leading order.
    expect(logImprovement(-1e8) / (-0.5e16 - 0.5 * Math.log(2 * Math.PI) - 2 * Math.log(1e8))).toBeCloseTo(
      1,
      12,
    )
  })
  it('rises in z without a step', () => {
    fc.assert(
      fc.property(fc.double({ min: -50, max: 20, noNaN: true }), (z) => {
        expect(logImprovement(z + 1e-3)).toBeGreaterThan(logImprovement(z))
      }),
    )
  })
})

describe('every acquisition function', () => {
  it.each(acquisitions.map((a) => [a.id, a] as const))('%s has the gradient of its value', (_, a) => {
    for (const [mean, sd, best] of [
      [0.3, 1, 0.5],
      [-2, 0.7, 0],
      [1.5, 0.4, 1],
      [-4, 1.1, 0.2],
      [-1, 1, 0],
    ] as const) {
      const h = 1e-5
      const byMean = (a.value(mean + h, sd, best) - a.value(mean - h, sd, best)) / (2 * h)
      const bySd = (a.value(mean, sd + h, best) - a.value(mean, sd - h, best)) / (2 * h)
      const gradient = a.gradient(mean, sd, best)
      expect(Math.abs(gradient.mean - byMean)).toBeLessThan(1e-6 * Math.max(1, Math.abs(byMean)))
      expect(Math.abs(gradient.sd - bySd)).toBeLessThan(1e-6 * Math.max(1, Math.abs(bySd)))
    }
  })
  it('is listed once and found by its id', () => {
    for (const a of acquisitions) expect(acquisitionById(a.id)).toBe(a)
    expect(() => acquisitionById('UCB')).toThrowError(
      expect.objectContaining({ code: 'BAD_REQUEST', detail: 'UCB' }),
    )
    expect(() => register([expectedImprovement, logExpectedImprovement, expectedImprovement])).toThrow(/EI/)
  })
  it('PI is a probability with its limits', () => {
    expect(probabilityOfImprovement.value(1, 0, 0)).toBe(1)
    expect(probabilityOfImprovement.value(0, 0, 0)).toBe(0.5)
    expect(probabilityOfImprovement.value(0, 2, 0)).toBeCloseTo(0.5, 14)
    expect(probabilityOfImprovement.value(1.959963984540054, 1, 0)).toBeCloseTo(0.975, 12)
  })
})
