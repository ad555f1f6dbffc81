import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalCdf, normalQuantile, randomStream } from '../../../../main/engine/math/index.ts'
import {
  densityCurve,
  predictiveCdf,
  predictiveQuantile,
  predictiveQuantiles,
} from '../../../../main/engine/models/predictive.ts'
import type { InputRow, Posterior } from '../../../../main/engine/models/posterior.ts'
import { windowProbabilities, type LevelPosterior } from '../../../../main/engine/models/window.ts'

interface Output {
  readonly mean: number
  /** Mean function of draw s about `mean`. */
  readonly draw: (s: number) => number
  readonly noise: number
  readonly sd: number
  /** How much wider the stated intervals are than normal ones of `sd`. */
  readonly stretch?: number
}

/** A posterior of known shape at one row: y_j = mean + draw(s) + noise. */
function known(outputs: readonly Output[]): Pick<Posterior, 'outputs' | 'predict' | 'moments' | 'samples'> {
  return {
    outputs: outputs.map((_, j) => ({ name: `y${j}`, unit: 'MPa' })),
    predict: (rows, level) =>
      rows.map(() => ({
        predictions: outputs.map(({ mean, sd, noise, stretch = 1 }, j) => {
          const half = stretch * sd * normalQuantile(0.5 + level / 2)
          return {
            output: `y${j}`,
            unit: 'MPa',
            mean,
            sd,
            low: mean - half,
            high: mean + half,
            level,
            epistemicSd: Math.sqrt(Math.max(0, sd ** 2 - noise ** 2)),
            aleatoricSd: noise,
          }
        }),
        insideDomain: true,
        nearestSpecimen: 'S1',
      })),
    moments: (_x, n) => {
      const fill = (of: (o: Output) => number) =>
        Float64Array.from({ length: n * outputs.length }, (_, i) => of(outputs[i % outputs.length]!))
      return {
        mean: fill((o) => o.mean),
        epistemicSd: fill((o) => Math.sqrt(Math.max(0, o.sd ** 2 - o.noise ** 2))),
        aleatoricSd: fill((o) => o.noise),
        sd: fill((o) => o.sd),
      }
    },
    samples: (_x, n, count) =>
      Float64Array.from({ length: count * n * outputs.length }, (_, i) => {
        const s = Math.floor(i / (n * outputs.length))
        const output = outputs[i % outputs.length]!
        return output.mean + output.draw(s)
      }),
  }
}

const rows: InputRow[] = [{}]
const x = new Float64Array(0)
/** Standard normal numbers, one a draw, of a named stream. */
function normals(name: string, count = 20_000): (s: number) => number {
  const stream = randomStream(5, name)
  const values = Float64Array.from({ length: count }, () => stream.normal())
  return (s) => values[s % count]!
}
const window = (output: string, low: number | null, high: number | null) => ({
  output,
  low,
  high,
  level: null,
})

describe('the predictive distribution from stated intervals', () => {
  const normal = predictiveQuantiles(known([{ mean: 400, draw: () => 0, noise: 8, sd: 8 }]), rows)[0]![0]!

  it('is the normal distribution where the intervals are, tails included', () => {
    fc.assert(
      fc.property(fc.double({ min: -4.5, max: 4.5, noNaN: true }), (z) => {
        expect(predictiveCdf(normal, 400 + 8 * z)).toBeCloseTo(normalCdf(z), 9)
      }),
    )
    expect(predictiveCdf(normal, Infinity)).toBe(1)
    expect(predictiveCdf(normal, -Infinity)).toBe(0)
  })

  it('turns probabilities back into values', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.0001, max: 0.9999, noNaN: true }), (p) => {
        expect(predictiveCdf(normal, predictiveQuantile(normal, p))).toBeCloseTo(p, 9)
      }),
    )
  })

  it('draws a normal distribution as it is', () => {
    const { values, heights } = densityCurve(normal)
    expect(values[0]).toBeCloseTo(400 - 3.09 * 8, 9)
    expect(values).toHaveLength(81)
    heights.forEach((h, i) => {
      expect(h).toBeCloseTo(Math.exp(-0.5 * ((values[i]! - 400) / 8) ** 2), 9)
    })
  })

  it('draws a lognormal distribution with its skew, and any steps with one peak', () => {
    const of = (value: (z: number) => number) => {
      const p = normal.p
      return densityCurve({ p, values: Float64Array.from(p, (v) => value(normalQuantile(v))) })
    }
    const lognormal = of((z) => Math.exp(0.3 * z))
    const at = lognormal.heights.indexOf(1)
    // Mode of a lognormal distribution: exp(μ − σ²).
    expect(lognormal.values[at]).toBeCloseTo(Math.exp(-0.09), 1)
    expect(lognormal.values.every((v, i) => i === 0 || v > lognormal.values[i - 1]!)).toBe(true)
    expect(of((z) => Math.exp(1.2 * z)).values.every((v) => v > 0)).toBe(true)
    const steps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 14, maxLength: 14 })
    fc.assert(
      fc.property(steps, (widths) => {
        let reach = 0
        const halves = widths.map((w) => (reach += w + 1e-6))
        const values = Float64Array.from([...halves.map((h) => -h).reverse(), ...halves])
        const { values: x, heights } = densityCurve({ p: normal.p, values })
        const peak = heights.indexOf(Math.max(...heights))
        heights.forEach((h, i) => {
          if (i > 0) expect(x[i]!).toBeGreaterThan(x[i - 1]!)
          if (i > 0 && i <= peak) expect(h).toBeGreaterThanOrEqual(heights[i - 1]! - 1e-12)
          if (i > peak) expect(h).toBeLessThanOrEqual(heights[i - 1]! + 1e-12)
        })
      }),
    )
  })

  it('says yes or no where the prediction has no width', () => {
    const sure = predictiveQuantiles(known([{ mean: 3, draw: () => 0, noise: 0, sd: 0 }]), rows)[0]![0]!
    expect(predictiveCdf(sure, 2.999)).toBe(0)
    expect(predictiveCdf(sure, 3.001)).toBe(1)
    expect(densityCurve(sure).heights.every(Number.isFinite)).toBe(true)
  })
})

describe('the probability of windows', () => {
  const answer = (
    outputs: readonly Output[],
    windows: Parameters<typeof windowProbabilities>[3],
    draws?: number,
  ) => {
    const posterior = known(outputs)
    return windowProbabilities(posterior, predictiveQuantiles(posterior, rows), x, windows, draws)[0]!
  }

  it('of one output is the probability of its distribution, without any draw', () => {
    const one = answer([{ mean: 400, draw: normals('a'), noise: 6, sd: 10 }], [window('y0', 390, null)])
    expect(one.each[0]!.probability).toBeCloseTo(normalCdf(1), 9)
    expect(one.all).toEqual({ probability: one.each[0]!.probability, standardError: 0, draws: 0 })
  })

  it('of outputs that share nothing is the product of their probabilities', () => {
    const still = { draw: () => 0, noise: 2, sd: 2 }
    const exact = answer(
      [
        { mean: 0, ...still },
        { mean: 10, ...still },
        { mean: -5, ...still },
      ],
      [window('y0', -2, 2), window('y1', 11, null), window('y2', null, -4)],
    )
    const product = exact.each.reduce((p, one) => p * one.probability, 1)
    expect(exact.each[0]!.probability).toBeCloseTo(2 * normalCdf(1) - 1, 9)
    expect(exact.all.probability).toBeCloseTo(product, 9)
    expect(exact.all.standardError).toBeLessThan(1e-9)
  })

  it('of independent draws is the product within its Monte Carlo error, which is told', () => {
    const independent = answer(
      [
        { mean: 0, draw: normals('first'), noise: 1, sd: Math.SQRT2 },
        { mean: 0, draw: normals('second'), noise: 1, sd: Math.SQRT2 },
      ],
      [window('y0', 0.5, null), window('y1', null, 1)],
      20_000,
    )
    const product = independent.each[0]!.probability * independent.each[1]!.probability
    expect(independent.all.draws).toBe(20_000)
    expect(independent.all.standardError).toBeGreaterThan(0.0003)
    expect(independent.all.standardError).toBeLessThan(0.003)
    expect(Math.abs(independent.all.probability - product)).toBeLessThan(4 * independent.all.standardError)
  })

  it.each([0.2, 0.6, 0.9])(
    'of two outputs with correlation %s through shared draws is the orthant probability',
    (rho) => {
      const shared = normals('shared')
      const part = {
        mean: 0,
        draw: (s: number) => Math.sqrt(rho) * shared(s),
        noise: Math.sqrt(1 - rho),
        sd: 1,
      }
      const both = answer([part, part], [window('y0', 0, null), window('y1', 0, null)], 20_000)
      // Sheppard 1899: P(X > 0, Y > 0) = 1/4 + asin(ρ) / 2π.
      const truth = 0.25 + Math.asin(rho) / (2 * Math.PI)
      expect(Math.abs(both.all.probability - truth)).toBeLessThan(4 * both.all.standardError + 1e-3)
      expect(both.all.probability).toBeGreaterThan(both.each[0]!.probability * both.each[1]!.probability)
    },
  )

  it('agrees with the stated interval where calibration has widened it, alone and together', () => {
    const shared = normals('wide')
    const part = { mean: 50, draw: (s: number) => 3 * shared(s), noise: 4, sd: 5, stretch: 1.6 }
    const posterior = known([part, part])
    const { low, high } = posterior.predict(rows, 0.9)[0]!.predictions[0]!
    const both = answer([part, part], [window('y0', low, high), window('y1', -1e6, 1e6)])
    expect(both.each[0]!.probability).toBeCloseTo(0.9, 9)
    expect(both.all.probability).toBeCloseTo(0.9, 6)
  })

  it('is never above the least probable window, whatever the windows', () => {
    const shared = normals('fc', 400)
    const part = (mean: number, sd: number): Output => ({
      mean,
      draw: (s) => 0.7 * sd * shared(s),
      noise: Math.sqrt(0.51) * sd,
      sd,
    })
    const end = fc.double({ min: -4, max: 4, noNaN: true })
    fc.assert(
      fc.property(end, end, end, end, (a, b, c, d) => {
        fc.pre(a !== b && c !== d)
        const { each, all } = answer(
          [part(0, 1), part(1, 2)],
          [window('y0', Math.min(a, b), Math.max(a, b)), window('y1', Math.min(c, d), Math.max(c, d))],
        )
        const least = Math.min(...each.map((one) => one.probability))
        const most = each.reduce((sum, one) => sum + one.probability, 0) - 1
        expect(all.probability).toBeLessThanOrEqual(least)
        expect(all.probability).toBeGreaterThanOrEqual(Math.max(0, most) - 1e-6)
      }),
      { numRuns: 60 },
    )
  })

  it('takes a level of a category with a window of a number, by the same draws', () => {
    const shared = normals('class')
    const numbers = known([
      { mean: 0, draw: (s) => shared(s), noise: 0.01, sd: 1 },
      { mean: 0, draw: () => 0, noise: 1, sd: 1 },
    ])
    // The phase is α exactly where the shared draw is positive.
    const posterior: typeof numbers & LevelPosterior = {
      ...numbers,
      levelsOf: (j) => (j === 1 ? ['α', 'β'] : null),
      levelDraws: (_x, n, draws) =>
        Float64Array.from({ length: draws * n * 2 }, (_, i) => {
          const isAlpha = shared(Math.floor(i / (2 * n))) > 0
          return (i % 2 === 0) === isAlpha ? 1 : 0
        }),
    }
    const phase = { output: 'y1', low: null, high: null, level: 'α' }
    const [both] = windowProbabilities(
      posterior,
      predictiveQuantiles(posterior, rows),
      x,
      [window('y0', 0, null), phase],
      20_000,
    )
    expect(both!.each[1]!.probability).toBeCloseTo(0.5, 1)
    expect(both!.all.probability).toBeCloseTo(0.5, 1)
    const refused = (asked: Parameters<typeof windowProbabilities>[3][number]) => () =>
      windowProbabilities(posterior, predictiveQuantiles(posterior, rows), x, [asked], 10)
    expect(refused({ ...phase, level: 'γ' })).toThrow(/no level "γ"/)
    expect(refused({ ...phase, level: null })).toThrow(/is a category/)
    expect(refused({ ...phase, low: 1 })).toThrow(/no low and high/)
  })

  it('refuses windows that say nothing', () => {
    const one = { mean: 0, draw: () => 0, noise: 1, sd: 1 }
    const asked =
      (...windows: Parameters<typeof windowProbabilities>[3]) =>
      () =>
        answer([one], windows)
    expect(asked(window('other', 0, 1))).toThrow(expect.objectContaining({ code: 'COLUMN_UNKNOWN' }) as Error)
    for (const bad of [
      [window('y0', null, null)],
      [window('y0', 2, 1)],
      [window('y0', 1, 1)],
      [window('y0', 0, 1), window('y0', 0, 2)],
      [{ output: 'y0', low: null, high: null, level: 'α' }],
    ])
      expect(asked(...bad)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }) as Error)
  })
})
