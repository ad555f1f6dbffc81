import { describe, expect, it } from 'vitest'
import { randomStream } from '../../../../main/engine/math/index.ts'
import { distanceWidening, widening } from '../../../../main/engine/models/calibration.ts'
import { discrepancyDraws } from '../../../../main/engine/models/discrepancy-draws.ts'
import { chooseStrengths } from '../../../../main/engine/models/discrepancy-strength.ts'
import {
  discrepancyVariance,
  fitDiscrepancy,
  openVariance,
  withDiscrepancy,
} from '../../../../main/engine/models/discrepancy.ts'
import type { Discrepancy } from '../../../../main/engine/models/discrepancy.ts'
import type { Moments, Sample } from '../../../../main/engine/models/types.ts'

const n = 60
const d = 4
const noiseSd = 0.2
const none = (): void => undefined

/** Features standard normal; a bent response with one product, and noise. */
function rows(seed: number): Parameters<typeof fitDiscrepancy>[0] {
  const stream = randomStream(seed, 'discrepancy test')
  const x = Float64Array.from({ length: n * d }, () => stream.normal())
  const y = Float64Array.from({ length: n }, (_, i) => {
    const [a, b, c] = [x[i * d]!, x[i * d + 1]!, x[i * d + 2]!]
    return 0.7 * a + 0.4 * a * b - 0.3 * c * c + noiseSd * stream.normal()
  })
  return {
    n,
    x,
    y,
    folds: Int32Array.from({ length: n }, (_, i) => i % 5),
    groups: Int32Array.from({ length: n }, (_, i) => i % 30),
  }
}

const data = rows(1)
const { discrepancy, outOfFold } = fitDiscrepancy(data, 1, none)
const at = (...x: number[]): number =>
  discrepancyVariance(discrepancy, Float64Array.from(x), x.length / d)[0]!

describe('the discrepancy of the network from the response', () => {
  it('grows away from the specimens along every direction, without end', () => {
    const stream = randomStream(2)
    for (let trial = 0; trial < 20; trial++) {
      const direction = Array.from({ length: d }, () => stream.normal())
      const norm = Math.hypot(...direction)
      const along = [2, 3, 4, 6].map((r) => at(...direction.map((v) => (r * v) / norm)))
      for (let k = 1; k < along.length; k++) expect(along[k]!).toBeGreaterThan(along[k - 1]!)
    }
    expect(at(0, 0, 0, 0)).toBeLessThan(0.2 * at(2, 2, 2, 2))
  })

  it('is larger for a row judged without its own fold than with it, at every row', () => {
    const served = discrepancyVariance(discrepancy, data.x, n)
    for (let i = 0; i < n; i++) expect(outOfFold[i]!).toBeGreaterThan(served[i]!)
  })

  it('adds to what the members say, and never takes from it', () => {
    const epistemicVariance = new Float64Array(n).fill(0.3)
    const bare = { mean: new Float64Array(n), epistemicVariance, aleatoricVariance: epistemicVariance }
    const whole = withDiscrepancy(bare, discrepancy, outOfFold, Float64Array.of(2))
    const open = openVariance(discrepancy, outOfFold)
    for (let i = 0; i < n; i++) {
      expect(whole.epistemicVariance[i]!).toBeCloseTo(0.3 + 4 * open[i]!, 12)
      expect(open[i]!).toBeGreaterThan(0)
      expect(open[i]!).toBeLessThanOrEqual(1)
    }
  })

  it('finds the noise that the targets were given', () => {
    const noises = [1, 2, 3, 4, 5].map((seed) => {
      const [output] = fitDiscrepancy(rows(seed), 1, none).discrepancy.outputs
      return output!.amplitude * output!.noise
    })
    const mean = noises.reduce((a, b) => a + b, 0) / noises.length
    expect(mean).toBeGreaterThan(0.5 * noiseSd ** 2)
    expect(mean).toBeLessThan(2 * noiseSd ** 2)
  })

  it('counts the groups that lay as far out when held out, and none beyond them', () => {
    const moments = (variance: Float64Array): Moments =>
      withDiscrepancy(
        {
          mean: variance,
          epistemicVariance: variance,
          aleatoricVariance: variance,
        },
        discrepancy,
        variance,
        Float64Array.of(1),
      )
    const sorted = Float64Array.from({ length: 30 }, (_, g) =>
      Math.max(outOfFold[g]!, outOfFold[g + 30]!),
    ).sort()
    const { support } = moments(Float64Array.of(0, sorted[15]!, sorted[29]!, 2 * sorted[29]!))
    expect(Array.from(support!)).toEqual([30, 15, 1, 0])
  })

  it('is drawn as functions whose spread is its variance', () => {
    const count = 2000
    const x = Float64Array.of(0.1, 0.2, -0.3, 0.4, 2, 2, -2, 2, 2, 2, -2, 1.9)
    const draws = discrepancyDraws(discrepancy, count)(x, 3)
    const alone = discrepancyDraws(discrepancy, count)(x.subarray(4, 8), 1)
    const variance = discrepancyVariance(discrepancy, x, 3)
    const column = (i: number): number[] => Array.from({ length: count }, (_, s) => draws[s * 3 + i]!)
    const product = (a: number[], b: number[]): number => a.reduce((sum, v, s) => sum + v * b[s]!, 0) / count
    const { amplitude } = discrepancy.outputs[0]!
    for (let i = 0; i < 3; i++) {
      const ratio = product(column(i), column(i)) / (amplitude * variance[i]!)
      expect(ratio).toBeGreaterThan(0.6)
      expect(ratio).toBeLessThan(1.6)
    }
    for (let s = 0; s < count; s++) expect(draws[s * 3 + 1]).toBeCloseTo(alone[s]!, 10)
    const together =
      product(column(1), column(2)) / Math.sqrt(product(column(1), column(1)) * product(column(2), column(2)))
    expect(together).toBeGreaterThan(0.9)
  })
})

describe('the strength of the discrepancy', () => {
  /** Held-out errors of the given spread at each row; the network alone says 1. */
  function strengthFor(errorSd: (variance: number) => number): number {
    const stream = randomStream(9)
    const y = outOfFold.map((v) => errorSd(v) * stream.normal())
    const sample: Sample = {
      n,
      inputs: [],
      outputs: [{ name: 'y', unit: '1' }],
      x: new Float64Array(0),
      y,
      groups: Int32Array.from({ length: n }, (_, i) => i),
    }
    const ones = new Float64Array(n).fill(1)
    const moments = { mean: new Float64Array(n), epistemicVariance: ones, aleatoricVariance: ones }
    const loud: Discrepancy = {
      ...discrepancy,
      outputs: discrepancy.outputs.map((output) => ({ ...output, amplitude: 1 })),
    }
    const spread = outOfFold.map((v) => v / Math.max(...outOfFold))
    return chooseStrengths(loud, sample, moments, spread, Float64Array.of(30))[0]!
  }

  it('stays where errors grow with the distance, and goes where they plainly do not', () => {
    expect(strengthFor((v) => 30 * Math.sqrt(v / Math.max(...outOfFold)))).toBe(1)
    expect(strengthFor(() => 1)).toBeLessThan(1)
  })
})

describe('intervals far from the data', () => {
  it('widen as fewer groups lay so far out, from none amid the data to three degrees of freedom', () => {
    const widths = [30, 20, 10, 6, 4].map((support) => distanceWidening(0.9, support, 30))
    for (let k = 1; k < widths.length; k++) expect(widths[k]!).toBeGreaterThan(widths[k - 1]!)
    expect(widths[0]).toBe(1)
    expect(distanceWidening(0.9, 0, 30)).toBe(widths[4])
    expect(distanceWidening(0.9, 10, 30) * widening(0.9, 30)).toBeCloseTo(widening(0.9, 10), 12)
    expect(distanceWidening(0.9, 1, 2)).toBe(1)
  })
})
