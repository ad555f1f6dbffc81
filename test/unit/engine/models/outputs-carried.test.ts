import { describe, expect, it } from 'vitest'
import { silentProgress } from '../../../../main/engine/dataset/table.ts'
import { normalPdf, randomStream } from '../../../../main/engine/math/index.ts'
import { gaussianCrps, gaussianNll, standardCdf } from '../../../../main/engine/models/gaussian.ts'
import { fitModel, posterior } from '../../../../main/engine/models/index.ts'
import { carriedMoments, carriedScores } from '../../../../main/engine/models/outputs/carried.ts'
import { linkOf, type Support } from '../../../../main/engine/models/outputs/support.ts'
import type { OutputColumn } from '../../../../main/engine/models/types.ts'
import { executor, foldsOf, numberColumn, tableOf } from './tables.ts'

const output = (support: Support): OutputColumn => ({ name: 'y', unit: '1', support })
const positive = output({ kind: 'positive' })
const fraction = output({ kind: 'bounded', low: 0, high: 1 })

/** Trapezoid rule over ±9 standard deviations of the latent normal. */
function integral(of: (u: number) => number, mean: number, sd: number): number {
  const steps = 20_000
  let sum = 0
  for (let k = 0; k <= steps; k++) {
    const z = -9 + (18 * k) / steps
    sum += of(mean + sd * z) * normalPdf(z) * (18 / steps)
  }
  return sum
}

describe('moments of a carried distribution', () => {
  it.each([
    [0.4, 0.05],
    [-2, 0.5],
    [1, 1.5],
  ])('lognormal of N(%s, %s²): the closed form', (mu, sigma) => {
    const { mean, sd } = carriedMoments(linkOf(positive.support), mu, sigma)
    const truth = Math.exp(mu + sigma ** 2 / 2)
    expect(mean / truth).toBeCloseTo(1, 12)
    expect(sd / (truth * Math.sqrt(Math.exp(sigma ** 2) - 1))).toBeCloseTo(1, 10)
  })

  it.each([
    [0, 0.3],
    [1.2, 1],
    [-3.5, 0.8],
    [5, 2],
  ])('logit-normal of N(%s, %s²): quadrature', (mu, sigma) => {
    const link = linkOf(fraction.support)
    const { mean, sd } = carriedMoments(link, mu, sigma)
    const truth = integral(link.fromLatent, mu, sigma)
    const square = integral((u) => link.fromLatent(u) ** 2, mu, sigma)
    expect(Math.abs(mean - truth)).toBeLessThan(1e-4)
    expect(Math.abs(sd / Math.sqrt(square - truth ** 2) - 1)).toBeLessThan(2e-3)
  })

  it('symmetric about one half stays there, and a real output is left as it is', () => {
    expect(carriedMoments(linkOf(fraction.support), 0, 1.3).mean).toBeCloseTo(0.5, 12)
    const real = carriedMoments(linkOf(undefined), 412, 7)
    expect(real.mean).toBeCloseTo(412, 9)
    expect(real.sd).toBeCloseTo(7, 9)
  })
})

describe('scores of a carried distribution', () => {
  it.each([
    [0.5, 0.4, 0.3],
    [3, 0.4, 1],
    [1.4, 0.4, 0.1],
    [40, 2, 0.6],
  ])('CRPS of a lognormal at %s: the closed form (Baran & Lerch 2015, eq. 5)', (y, mu, sigma) => {
    const w = (Math.log(y) - mu) / sigma
    const truth =
      y * (2 * standardCdf(w) - 1) -
      2 * Math.exp(mu + sigma ** 2 / 2) * (standardCdf(w - sigma) + standardCdf(sigma / Math.SQRT2) - 1)
    expect(Math.abs(carriedScores(positive, y, mu, sigma).crps / truth - 1)).toBeLessThan(3e-3)
  })

  it('CRPS of a fraction is ∫ (F(t) − 1{t ≥ y})² dt', () => {
    const link = linkOf(fraction.support)
    for (const [y, mu, sigma] of [
      [0.3, -0.5, 0.7],
      [0, -3, 1],
      [1, 2, 0.4],
    ] as const) {
      const steps = 100_000
      let truth = 0
      for (let k = 0; k < steps; k++) {
        const t = (k + 0.5) / steps
        const cdf = standardCdf((link.toLatent(t) - mu) / sigma)
        truth += (cdf - (t >= y ? 1 : 0)) ** 2 / steps
      }
      expect(Math.abs(carriedScores(fraction, y, mu, sigma).crps - truth)).toBeLessThan(1e-3)
    }
  })

  it('NLL is that of the density in the unit of y: a change of variables, and it integrates to 1', () => {
    const mu = 0.7
    const sigma = 0.5
    for (const y of [0.4, 2, 6]) {
      const density = normalPdf((Math.log(y) - mu) / sigma) / (sigma * y)
      expect(carriedScores(positive, y, mu, sigma).nll).toBeCloseTo(-Math.log(density), 10)
    }
    const steps = 200_000
    let mass = 0
    // The part of the density beyond the ends is the probability of a measured 0 or 1.
    for (let k = 0; k < steps; k++)
      mass += Math.exp(-carriedScores(fraction, (k + 0.5) / steps, mu, sigma).nll) / steps
    const link = linkOf(fraction.support)
    const atEnds =
      1 - standardCdf((link.toLatent(1) - mu) / sigma) + standardCdf((link.toLatent(0) - mu) / sigma)
    expect(mass + atEnds).toBeCloseTo(1, 6)
  })

  it('of a real output are those of the normal', () => {
    const real: OutputColumn = { name: 'y', unit: 'MPa' }
    const { crps, nll, pit } = carriedScores(real, 3, 2, 0.5)
    expect([crps, nll, pit]).toEqual([gaussianCrps(3, 2, 0.5), gaussianNll(3, 2, 0.5), standardCdf(2)])
  })
})

describe('fractions near 0 and 1, fitted', () => {
  const stream = randomStream(11, 'fractions')
  const n = 120
  const t = Array.from({ length: n }, () => stream.uniform())
  const truth = (v: number): number => 1 / (1 + Math.exp(-(14 * (v - 0.5) + 0.8 * stream.normal())))
  // Counting fields of view: shares below half a percent are written as 0, and above 99.5 % as 1.
  const y = t.map((v) => {
    const share = truth(v)
    return share < 0.005 ? 0 : share > 0.995 ? 1 : share
  })
  const table = tableOf([numberColumn('T', t), numberColumn('share', y, 'microstructure')])
  const model = fitModel(
    table,
    {
      inputs: ['T'],
      outputs: ['share'],
      folds: foldsOf(n, 4),
      seed: 3,
      kinds: ['bhn-raw'],
      supports: { share: { kind: 'bounded', low: 0, high: 1 } },
      executor,
    },
    silentProgress,
  )
  const held = model.heldOut.filter((row) => row.model === 'bhn-raw')

  it('are covered by their intervals, none of which leaves 0 to 1', () => {
    expect(y.filter((v) => v === 0 || v === 1).length).toBeGreaterThan(20)
    const covered = held.filter((row) => row.y >= row.low90 && row.y <= row.high90).length / held.length
    expect(covered).toBeGreaterThan(0.83)
    expect(covered).toBeLessThan(0.98)
    for (const row of held) {
      expect(row.low90).toBeGreaterThanOrEqual(0)
      expect(row.high90).toBeLessThanOrEqual(1)
      expect(row.mean).toBeGreaterThanOrEqual(0)
      expect(row.mean).toBeLessThanOrEqual(1)
      expect(row.pit).toBeGreaterThanOrEqual(0)
      expect(row.pit).toBeLessThanOrEqual(1)
    }
    expect(model.scores.find((s) => s.model === 'bhn-raw')!.r2).toBeGreaterThan(0.85)
  })

  it('far outside the data still lie between 0 and 1, draws of the mean too', () => {
    const served = posterior(model, executor)
    for (const level of [0.5, 0.999])
      for (const { predictions } of served.predict([{ T: -1e6 }, { T: 1e6 }, { T: null }], level))
        for (const { low, high, mean } of predictions) {
          expect(low).toBeGreaterThanOrEqual(0)
          expect(high).toBeLessThanOrEqual(1)
          expect(mean).toBeGreaterThanOrEqual(0)
          expect(mean).toBeLessThanOrEqual(1)
          expect(high - low).toBeGreaterThanOrEqual(0)
        }
    const drawn = served.samples(Float64Array.from([-5, 0.5, 5]), 3, 50)
    expect(drawn.every((v) => v >= 0 && v <= 1)).toBe(true)
  })
})
