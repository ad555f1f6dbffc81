import { describe, expect, it } from 'vitest'
import { normalCdf } from '../../../../main/engine/math/index.ts'
import { gaussianCrps, gaussianNll, standardCdf } from '../../../../main/engine/models/gaussian.ts'

describe('Gaussian scores', () => {
  it('CRPS equals the integral of (F(t) − 1{t ≥ y})²', () => {
    for (const [y, mu, sd] of [
      [0.3, 0, 1],
      [-4, 1, 0.7],
      [2, 2, 3],
    ] as const) {
      let integral = 0
      const step = 1e-3
      for (let t = -40; t < 40; t += step) {
        const middle = t + step / 2
        integral += step * (normalCdf((middle - mu) / sd) - (middle >= y ? 1 : 0)) ** 2
      }
      expect(gaussianCrps(y, mu, sd)).toBeCloseTo(integral, 3)
    }
  })

  it('CRPS of a sharp prediction is the absolute error', () => {
    expect(gaussianCrps(5, 2, 1e-9)).toBeCloseTo(3, 8)
  })

  it('NLL at the mean is ln(sd √2π)', () => {
    expect(gaussianNll(1, 1, 2)).toBeCloseTo(Math.log(2 * Math.sqrt(2 * Math.PI)), 12)
  })

  it('the fast Φ agrees with the exact one', () => {
    for (let x = -12; x <= 12; x += 0.037) expect(Math.abs(standardCdf(x) - normalCdf(x))).toBeLessThan(1e-13)
  })
})
