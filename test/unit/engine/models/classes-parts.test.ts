import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { initialState, referenceExecutor } from '../../../../main/engine/graph/index.ts'
import {
  mean,
  normalCdf,
  randomStream,
  studentHalfWidth,
  variance,
} from '../../../../main/engine/math/index.ts'
import {
  askedLevel,
  calibrateClasses,
  predictionSet,
  softened,
} from '../../../../main/engine/models/classes/calibration.ts'
import { classStep } from '../../../../main/engine/models/classes/objective.ts'
import { classNetworksPredictor, logLoss } from '../../../../main/engine/models/classes/networks.ts'
import { reliabilityOf, scoreClasses } from '../../../../main/engine/models/classes/scores.ts'
import { entropyBits, entropyParts, raked } from '../../../../main/engine/models/classes/serve.ts'
import { classShares, gammaVariate, sharesPredictor } from '../../../../main/engine/models/classes/shares.ts'
import { fitFeatureMap } from '../../../../main/engine/models/feature-map.ts'
import { predictionDraws, startParameters } from '../../../../main/engine/models/hypernetwork/start.ts'
import type { NetworkShape } from '../../../../main/engine/models/hypernetwork/shape.ts'
import { settingsFor } from '../../../../main/engine/models/training-settings.ts'

const row = (n: number) =>
  fc
    .array(fc.double({ min: 1e-6, max: 1, noNaN: true }), { minLength: n, maxLength: n })
    .map((v) => v.map((p) => p / v.reduce((a, b) => a + b, 0)))

describe('the loss of the softmax head', () => {
  it('is the mean of −ln p over draws and rows, and its KL is that of the other networks', () => {
    const n = 6
    const stream = randomStream(1, 'loss')
    const x = Float64Array.from({ length: n * 2 }, () => stream.normal())
    const features = fitFeatureMap(
      ['a', 'b'].map((name) => ({ name, unit: '1', levels: null })),
      x,
      n,
    )
    const d = features.kept.length
    const shape: NetworkShape = {
      uncertainty: 'modulation',
      features: d,
      hidden: 5,
      outputs: 0,
      latent: 3,
      offset: false,
      logits: 4,
    }
    const settings = { ...settingsFor(n), tempering: 0 }
    const parameters = startParameters(shape, randomStream(2))
    const draws = predictionDraws(shape, randomStream(3))
    const four = { count: 4, values: draws.values.slice(0, 4 * 3) }
    const predictor = classNetworksPredictor(referenceExecutor, {
      features,
      shape,
      members: [{ parameters, draws: four }],
      seed: 1,
    })
    const codes = Int32Array.from([0, 1, 2, 3, 0, 1])
    const y = Float32Array.from({ length: n * 4 }, (_, i) => (codes[Math.floor(i / 4)] === i % 4 ? 1 : 0))
    const { step } = classStep(shape, settings, n)
    const map = Float32Array.from({ length: n * d }, () => 0)
    const trainer = referenceExecutor.trainer(step, initialState(parameters), { x: map, y })
    const { loss } = trainer.gradients({ draws: four.values })
    // At x = 0 after standardisation every row is the same: compare with rows at the features' mean.
    const atMean = predictor.probabilities(new Float64Array(2 * n).fill(Number.NaN), n)
    const bound = logLoss(atMean, codes, 4)
    // Jensen: the mean of −ln p over draws is at least −ln of the mean; draws are small here, so they are close.
    expect(loss).toBeGreaterThanOrEqual(bound - 1e-6)
    expect(loss - bound).toBeLessThan(0.2)
    const single = { count: 1, values: four.values.slice(0, 3) }
    const one = classNetworksPredictor(referenceExecutor, {
      features,
      shape,
      members: [{ parameters, draws: single }],
      seed: 1,
    })
    const repeated = Float32Array.from([0, 1, 2, 3].flatMap(() => [...single.values]))
    const exact = trainer.gradients({ draws: repeated }).loss
    expect(exact).toBeCloseTo(
      logLoss(one.probabilities(new Float64Array(2 * n).fill(Number.NaN), n), codes, 4),
      5,
    )
  })
})

describe('calibration of classes', () => {
  const n = 4000
  const stream = randomStream(7, 'classes')
  const truth = Array.from({ length: n }, () => {
    const logits = [0, 0, 0].map(() => 1.5 * stream.normal())
    const e = logits.map(Math.exp)
    return e.map((v) => v / e.reduce((a, b) => a + b, 0))
  })
  const codes = Int32Array.from(truth, (p) => {
    const u = stream.uniform()
    return u < p[0]! ? 0 : u < p[0]! + p[1]! ? 1 : 2
  })
  const alone = Int32Array.from({ length: n }, (_, i) => i)
  const shares = classShares(codes, 3)
  const sharper = (power: number): Float64Array =>
    Float64Array.from(
      truth.flatMap((p) => {
        const q = p.map((v) => v ** power)
        return q.map((v) => v / q.reduce((a, b) => a + b, 0))
      }),
    )

  it.each([1, 3, 0.7])('finds the temperature that undoes probabilities to the power %s', (power) => {
    const { temperature } = calibrateClasses(sharper(power), codes, alone, shares)
    expect(temperature / power).toBeGreaterThan(0.88)
    expect(temperature / power).toBeLessThan(1.12)
  })

  it('does not sharpen, nor state more than they allow, where groups are few', () => {
    const six = alone.map((i) => i % 6)
    const { temperature, doubt } = calibrateClasses(sharper(0.5), codes, six, shares)
    expect(temperature).toBe(1)
    expect(doubt).toBe(1 / 8)
    const sure = softened(Float64Array.from([1, 0, 0]), shares, { temperature, doubt })
    expect(sure[0]).toBeLessThan(1 - doubt / 2)
    expect(sure[1]).toBeGreaterThan(0.02)
    expect(sure.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12)
  })

  it('gives sets that hold the level in the stated share of new rows, and are small', () => {
    const half = n / 2
    const first = sharper(1).subarray(0, 3 * half)
    const calibration = calibrateClasses(first, codes.subarray(0, half), alone.subarray(0, half), shares)
    for (const level of [0.8, 0.9, 0.95]) {
      let hit = 0
      let size = 0
      for (let i = half; i < n; i++) {
        const stated = softened(Float64Array.from(truth[i]!), shares, calibration)
        const set = predictionSet(stated, calibration, level)
        if (set.includes(codes[i]!)) hit++
        size += set.length
      }
      expect(Math.abs(hit / half - level)).toBeLessThan(0.025)
      expect(size / half).toBeLessThan(2.7)
    }
  })

  it('asks more of held-out rows where groups are few, as intervals do, and gives all levels where rows are too few', () => {
    expect(askedLevel(0.9, 5)).toBeCloseTo(2 * normalCdf(studentHalfWidth(0.9, 4)) - 1, 12)
    expect([5, 10, 100].map((g) => Math.round(1000 * askedLevel(0.9, g)))).toEqual([967, 933, 903])
    const of = (rows: number, groups: number, p: number[]): number[] =>
      predictionSet(
        p,
        {
          temperature: 1,
          doubt: 0.1,
          scores: Float64Array.from({ length: rows }, (_, i) => i / rows),
          groups,
        },
        0.9,
      )
    expect(of(8, 8, [0.9, 0.09, 0.01])).toEqual([0, 1, 2])
    expect(of(50, 50, [0.85, 0.12, 0.03])).toEqual([0, 1])
    expect(of(50, 5, [0.85, 0.12, 0.03])).toEqual([0, 1, 2])
    expect(of(50, 50, [0.5, 0.5])).toEqual([0, 1])
    // The most probable level, however improbable.
    expect(of(1000, 1000, new Array<number>(20).fill(0.05))).toHaveLength(20)
    expect(of(1000, 1000, [...new Array<number>(19).fill(0.0499), 0.0519])).toEqual([19])
  })

  it('keeps the order of the probabilities and sums to 1', () => {
    fc.assert(
      fc.property(row(4), fc.double({ min: 0.5, max: 10, noNaN: true }), (p, temperature) => {
        const out = softened(Float64Array.from(p), new Float64Array(4).fill(0.25), {
          temperature,
          doubt: 0.1,
        })
        expect(out.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10)
        expect(out.indexOf(Math.max(...out))).toBe(p.indexOf(Math.max(...p)))
      }),
    )
  })
})

describe('draws of probabilities', () => {
  it('are raked to the mean that is stated, and each sums to 1', () => {
    fc.assert(
      fc.property(fc.array(row(3), { minLength: 20, maxLength: 20 }), row(3), (drawn, stated) => {
        // Mixed as calibration mixes: no level is nearly impossible under all draws.
        const soft = drawn.map((p) => p.map((v) => 0.95 * v + 0.05 / 3))
        const aim = Float64Array.from(stated, (v) => 0.9 * v + 0.1 / 3)
        const out = raked(Float64Array.from(soft.flat()), aim, 3)
        for (let s = 0; s < 20; s++)
          expect(out[3 * s]! + out[3 * s + 1]! + out[3 * s + 2]!).toBeCloseTo(1, 10)
        for (let l = 0; l < 3; l++)
          expect(mean(Array.from({ length: 20 }, (_, s) => out[3 * s + l]!))).toBeCloseTo(aim[l]!, 4)
      }),
      { numRuns: 50 },
    )
  })

  it('part the entropy: all epistemic where each draw is sure, none where all agree', () => {
    const parts = (draw: (s: number) => number[]) =>
      entropyParts(
        {
          probabilities: () => Float64Array.from([0.5, 0.5]),
          draws: (_x, _n, count) =>
            Float64Array.from(Array.from({ length: count }, (_, s) => draw(s)).flat()),
        },
        new Float64Array(1),
        1,
        2,
      )
    const sure = parts((s) => (s % 2 === 0 ? [1, 0] : [0, 1]))
    expect([sure.epistemic[0], sure.aleatoric[0]]).toEqual([1, 0])
    const agreed = parts(() => [0.5, 0.5])
    expect([agreed.epistemic[0], agreed.aleatoric[0]]).toEqual([0, 1])
    expect(entropyBits([0.25, 0.25, 0.25, 0.25])).toBeCloseTo(2, 12)
    expect(entropyBits([1, 0])).toBeCloseTo(0, 12)
  })
})

describe('the baseline of class shares', () => {
  it('is smoothed by one row, so that no level is impossible', () => {
    const shares = classShares(Int32Array.from([0, 0, 0, 1]), 3)
    expect(Array.from(shares, (p) => Math.round(1e6 * p) / 1e6)).toEqual([0.666667, 0.266667, 0.066667])
  })

  it('draws from the Dirichlet distribution of its shares', () => {
    const shares = classShares(
      Int32Array.from([...new Array<number>(30).fill(0), ...new Array<number>(9).fill(1)]),
      2,
    )
    const drawn = sharesPredictor(shares, 39, 1).draws(new Float64Array(1), 1, 4000)
    const first = drawn.filter((_, i) => i % 2 === 0)
    expect(Math.abs(mean(first) - shares[0]!)).toBeLessThan(0.005)
    expect(variance(first) / ((shares[0]! * shares[1]!) / 41)).toBeCloseTo(1, 0)
  })

  it.each([0.02, 0.4, 1, 12])('gamma variates of shape %s have its mean and variance', (shape) => {
    const stream = randomStream(3, 'gamma')
    const values = Array.from({ length: 20_000 }, () => gammaVariate(shape, stream))
    expect(Math.abs(mean(values) / shape - 1)).toBeLessThan(shape < 0.1 ? 0.15 : 0.03)
    expect(Math.abs(variance(values) / shape - 1)).toBeLessThan(shape < 0.1 ? 0.4 : 0.08)
  })
})

describe('scores of classes', () => {
  const rows = [
    {
      observed: 'α',
      levels: [
        { level: 'α', probability: 0.8 },
        { level: 'β', probability: 0.2 },
      ],
      set90: ['α'],
    },
    {
      observed: 'β',
      levels: [
        { level: 'α', probability: 0.6 },
        { level: 'β', probability: 0.4 },
      ],
      set90: ['α', 'β'],
    },
    {
      observed: 'β',
      levels: [
        { level: 'α', probability: 0.9 },
        { level: 'β', probability: 0.1 },
      ],
      set90: ['α'],
    },
  ]

  it('are what their definitions say', () => {
    const score = scoreClasses('forest', 'phase', rows)
    expect(score.logLoss).toBeCloseTo(-(Math.log(0.8) + Math.log(0.4) + Math.log(0.1)) / 3, 12)
    expect(score.brier).toBeCloseTo((2 * 0.04 + 2 * 0.36 + 2 * 0.81) / 3, 12)
    expect(score.accuracy).toBeCloseTo(1 / 3, 12)
    expect(score.coverage90).toBeCloseTo(2 / 3, 12)
    expect(score.setSize90).toBeCloseTo(4 / 3, 12)
    expect(score.calibrationError).toBeCloseTo((0.2 + 0.6 + 0.9) / 3, 12)
    expect(reliabilityOf(rows).map(({ n, observed }) => [n, observed])).toEqual([
      [1, 0],
      [1, 1],
      [1, 0],
    ])
  })
})
