import { describe, expect, it } from 'vitest'
import {
  betaI,
  chiSquareUpper,
  gammaP,
  gammaQ,
  logGamma,
  normalCdf,
  normalPdf,
  normalQuantile,
  normalTwoSided,
  studentHalfWidth,
  studentTwoSided,
} from '../../../../main/engine/math/index.ts'

const near = (value: number, truth: number, relative = 1e-12): void => {
  expect(Math.abs(value - truth)).toBeLessThanOrEqual(relative * Math.abs(truth))
}

describe('distributions against reference values', () => {
  it('ln Γ at integers and a half', () => {
    near(logGamma(0.5), 0.5 * Math.log(Math.PI))
    near(logGamma(11), Math.log(3628800))
    near(logGamma(171), 706.5730622457874)
  })

  it('incomplete gamma with a = 1 is exponential, and the tails add to 1', () => {
    for (const x of [0.01, 0.5, 1, 3, 10, 40]) {
      near(gammaQ(1, x), Math.exp(-x))
      near(gammaP(2.5, x) + gammaQ(2.5, x), 1)
    }
  })

  it('normal distribution, also in the far tail', () => {
    near(normalCdf(0), 0.5)
    near(normalCdf(1.96), 0.9750021048517795)
    near(normalCdf(-10), 7.619853024160527e-24)
    near(normalTwoSided(1.959963984540054), 0.05)
    near(normalPdf(0), 1 / Math.sqrt(2 * Math.PI))
  })

  it('normal quantile inverts the distribution function', () => {
    near(normalQuantile(0.975), 1.959963984540054)
    near(normalQuantile(0.05), -1.6448536269514722)
    for (const p of [1e-12, 1e-4, 0.2, 0.5, 0.9, 0.9999]) near(normalCdf(normalQuantile(p)), p, 1e-10)
    expect(normalQuantile(0)).toBe(-Infinity)
    expect(normalQuantile(1)).toBe(Infinity)
    expect(normalQuantile(1.5)).toBeNaN()
  })

  it('incomplete beta: a polynomial case and its symmetry', () => {
    near(betaI(0.5, 2, 3), 11 / 16)
    near(betaI(0.3, 4, 2.5), 1 - betaI(0.7, 2.5, 4))
  })

  it("Student's t of 1 and 2 degrees of freedom in closed form, and χ²", () => {
    near(studentTwoSided(3, 1), 1 - (2 / Math.PI) * Math.atan(3))
    near(studentTwoSided(1.5, 2), 1 - 1.5 / Math.sqrt(2 + 1.5 ** 2))
    near(studentTwoSided(studentHalfWidth(0.95, 7), 7), 0.05, 1e-10)
    near(studentHalfWidth(0.9, 1), Math.tan(0.45 * Math.PI), 1e-10)
    near(chiSquareUpper(3.841458820694124, 1), 0.05)
    near(chiSquareUpper(5, 2), Math.exp(-2.5))
  })
})
