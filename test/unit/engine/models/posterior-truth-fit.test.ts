import { describe, expect, it } from 'vitest'
import { ContractError } from '../../../../main/contract/index.ts'
import { silentProgress } from '../../../../main/engine/dataset/table.ts'
import { initialState, referenceExecutor } from '../../../../main/engine/graph/index.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'
import {
  antitheticDraws,
  choosePosterior,
  drawWeights,
  eigenvectors,
  fitPosterior,
  headFor,
  paretoSmoothed,
  planFor,
  posteriorStep,
  predictive,
  rateAt,
} from '../../../../main/engine/models/posteriors/index.ts'
import type { PosteriorRows, PosteriorSpec } from '../../../../main/engine/models/posteriors/index.ts'
import { closedForm, linearProblem } from '../../../support/linear-posterior.ts'

const problem = linearProblem(8, { inputs: 2, n: 30, correlation: 0.5, noiseSd: 0.3 })
const plan = { draws: 8, steps: 200, warmup: 20, rate: 0.05 }

/** Two inputs, 6 tanh units, one output. */
const network: PosteriorSpec = {
  layers: [
    { inputs: 2, outputs: 6, activation: 'tanh', weightSd: 1, biasSd: 1 },
    { inputs: 6, outputs: 1, activation: 'identity', weightSd: 0.5, biasSd: 1 },
  ],
  likelihood: { kind: 'known', sd: [0.3] },
  head: { kind: 'full-covariance' },
  outputLayer: 'conditional',
  temper: 1,
  seed: 1,
}

function lossAt(spec: PosteriorSpec, rows: PosteriorRows): number {
  const { step, start } = posteriorStep(spec, rows, 4)
  const width = step.graph.nodes.flatMap((node) => (node.op === 'input' && node.name === 'z' ? [node] : []))
  const size = width[0]!.shape[1]!
  const seen = Float32Array.from(rows.y, (v) => (Number.isNaN(v) ? 0 : 1))
  const y = Float32Array.from(rows.y, (v) => (Number.isNaN(v) ? 0 : v))
  const trainer = referenceExecutor.trainer(step, initialState(start), {
    x: Float32Array.from(rows.x),
    y,
    seen,
  })
  return trainer.gradients({ z: antitheticDraws(4, size, randomStream(2, 'z')) }).loss
}

describe('training a posterior', () => {
  it('gives the same parameters from the same seed and others from another', () => {
    const fit = (seed: number) =>
      fitPosterior({ ...network, seed }, problem.rows, referenceExecutor, silentProgress, plan)
    const a = fit(1)
    expect(fit(1)).toEqual(a)
    expect(fit(2).parameters['mean']).not.toEqual(a.parameters['mean'])
    expect(a.curve[a.curve.length - 1]!.bound).toBeGreaterThan(a.curve[0]!.bound)
  })

  it('stops when the person cancels', () => {
    let calls = 0
    const progress = {
      ...silentProgress,
      check: () => {
        calls++
        if (calls === 3) throw new ContractError('CANCELLED', 'cancelled')
      },
    }
    expect(() => fitPosterior(network, problem.rows, referenceExecutor, progress, plan)).toThrow('cancelled')
    expect(calls).toBe(3)
  })

  it('leaves targets that were not observed out, whatever stands beside them', () => {
    const withNaN = { ...problem.rows, n: 31, x: Float64Array.from([...problem.rows.x, 5, -5]) }
    for (const outputLayer of ['generated', 'conditional'] as const) {
      const spec = { ...network, outputLayer }
      const y = Float64Array.from([...problem.rows.y, Number.NaN])
      const per = lossAt(spec, problem.rows) * 30
      expect(lossAt(spec, { ...withNaN, y }) * 31).toBeCloseTo(per, 3)
      const seen = Float64Array.from([...problem.rows.y, 3])
      expect(Math.abs(lossAt(spec, { ...withNaN, y: seen }) * 31 - per)).toBeGreaterThan(1)
    }
  })

  it('learns the noise where it is not known', () => {
    const long = linearProblem(9, { inputs: 1, n: 400, correlation: 0, noiseSd: 0.25 })
    const spec: PosteriorSpec = {
      layers: [{ inputs: 1, outputs: 1, activation: 'identity', weightSd: 1, biasSd: 1 }],
      likelihood: { kind: 'learned', logSdMean: 0, logSdSd: 1 },
      head: { kind: 'full-covariance' },
      outputLayer: 'generated',
      temper: 1,
      seed: 1,
    }
    const fitted = fitPosterior(spec, long.rows, referenceExecutor, silentProgress, { ...plan, steps: 1000 })
    const options = { draws: 512, reweigh: false, seed: 1 }
    const { aleatoricSd, mean, epistemicSd } = predictive(
      [fitted],
      Float64Array.from([0, 1]),
      referenceExecutor,
      silentProgress,
      options,
    )
    // The sd of a sample sd over 400 rows is 3.5 %.
    expect(aleatoricSd[0]! / 0.25).toBeGreaterThan(0.9)
    expect(aleatoricSd[0]! / 0.25).toBeLessThan(1.1)
    const truth = closedForm(long)
    expect(mean[0]!).toBeCloseTo(truth.mean[1]!, 2)
    expect(mean[1]!).toBeCloseTo(truth.mean[0]! + truth.mean[1]!, 2)
    const width = epistemicSd[0]! / Math.sqrt(truth.covariance.data[3]!)
    expect(width).toBeGreaterThan(0.9)
    expect(width).toBeLessThan(1.1)
  })

  it('is sharper with a smaller temper', () => {
    const spread = (temper: number): number => {
      const fitted = fitPosterior(
        { ...network, temper },
        problem.rows,
        referenceExecutor,
        silentProgress,
        plan,
      )
      const options = { draws: 256, reweigh: false, seed: 1 }
      return predictive([fitted], Float64Array.from([0, 0]), referenceExecutor, silentProgress, options)
        .epistemicSd[0]!
    }
    expect(spread(0.1)).toBeLessThan(0.6 * spread(1))
  })
})

describe('the last layer given the hidden ones', () => {
  it('equals closed-form regression on the features of each draw', () => {
    const fitted = fitPosterior(network, problem.rows, referenceExecutor, silentProgress, plan)
    const x = Float64Array.from([0.3, -0.4, 2, 2])
    const options = { draws: 32, reweigh: false, seed: 5 }
    const p = predictive([fitted], x, referenceExecutor, silentProgress, options)
    // The same draws by hand: features, then regression on them with the priors' units as scales.
    const { weights, size } = replay(fitted, 32)
    const moments = Array.from({ length: 32 }, (_, s) =>
      byHand(weights.subarray(s * size, (s + 1) * size), problem.rows, x),
    )
    for (const i of [0, 1]) {
      const mean = moments.reduce((sum, m) => sum + m.mean[i]! / 32, 0)
      const square = moments.reduce((sum, m) => sum + (m.mean[i]! ** 2 + m.variance[i]!) / 32, 0)
      expect(p.mean[i]!).toBeCloseTo(mean, 4)
      expect(p.epistemicSd[i]!).toBeCloseTo(Math.sqrt(square - mean * mean), 3)
    }
  })

  function replay(fitted: ReturnType<typeof fitPosterior>, count: number) {
    // drawWeights rounds up to 64; a fresh stream of the name that `predictive` uses gives the same first draws.
    const stream = randomStream(5, 'predictive 0')
    const z = antitheticDraws(count, 18, stream)
    const executor: typeof referenceExecutor = {
      ...referenceExecutor,
      evaluator: (graph, outputs) => {
        const inner = referenceExecutor.evaluator(graph, outputs)
        return {
          ...inner,
          run: (inputs, parameters) => {
            const own = new Float32Array(inputs['z']!.length)
            own.set(z)
            return inner.run({ ...inputs, z: own }, parameters)
          },
        }
      },
    }
    return drawWeights(fitted, executor, silentProgress, count, 1)
  }

  function byHand(w: Float32Array, rows: PosteriorRows, x: Float64Array) {
    const features = (at: Float64Array): number[][] =>
      Array.from({ length: at.length / 2 }, (_, i) => [
        ...Array.from({ length: 6 }, (__, j) =>
          Math.tanh(w[2 * j]! * at[2 * i]! + w[2 * j + 1]! * at[2 * i + 1]! + w[12 + j]!),
        ).map((v) => 0.5 * v),
      ])
    const training = features(rows.x)
    const linear = {
      inputs: 6,
      rows: { n: rows.n, x: Float64Array.from(training.flat()), y: rows.y },
      noiseSd: 0.3,
    }
    const { mean, covariance } = closedForm(linear)
    const asked = features(x).map((row) => [...row, 1])
    return {
      mean: asked.map((row) => row.reduce((sum, v, k) => sum + v * mean[k]!, 0)),
      variance: asked.map((row) =>
        row.reduce(
          (sum, v, k) => sum + row.reduce((inner, u, l) => inner + v * u * covariance.data[k * 7 + l]!, 0),
          0,
        ),
      ),
    }
  }
})

describe('axes of the inputs', () => {
  it('are orthonormal and make the Gram matrix diagonal', () => {
    const stream = randomStream(6, 'gram')
    const size = 6
    const rows = Float64Array.from({ length: 4 * size }, stream.normal)
    const gram = Float64Array.from({ length: size * size }, (_, at) => {
      let sum = 0
      for (let i = 0; i < 4; i++)
        sum += rows[i * size + Math.floor(at / size)]! * rows[i * size + (at % size)]!
      return sum
    })
    // Four rows of six columns: two eigenvalues are 0.
    const v = eigenvectors(gram, size)
    for (let p = 0; p < size; p++)
      for (let q = 0; q < size; q++) {
        let product = 0
        let form = 0
        for (let k = 0; k < size; k++) {
          product += v[k * size + p]! * v[k * size + q]!
          for (let l = 0; l < size; l++) form += v[k * size + p]! * gram[k * size + l]! * v[l * size + q]!
        }
        expect(product).toBeCloseTo(p === q ? 1 : 0, 10)
        if (p !== q) expect(form).toBeCloseTo(0, 10)
      }
  })
})

describe('drawn lengths of fixed directions', () => {
  it('give weights whose rows point where the directions do', () => {
    const spec: PosteriorSpec = {
      ...network,
      head: { kind: 'layer-scales', scales: { kind: 'full-covariance' } },
    }
    const fitted = fitPosterior(spec, problem.rows, referenceExecutor, silentProgress, plan)
    const { weights, size } = drawWeights(fitted, referenceExecutor, silentProgress, 64, 1)
    const directions = fitted.parameters['directions0']!
    for (let s = 0; s < 64; s++)
      for (let unit = 0; unit < 6; unit++) {
        const cross =
          weights[s * size + 2 * unit]! * directions[2 * unit + 1]! -
          weights[s * size + 2 * unit + 1]! * directions[2 * unit]!
        expect(Math.abs(cross)).toBeLessThan(1e-4)
      }
    const lengths = Array.from({ length: 64 }, (_, s) => weights[s * size]!)
    expect(new Set(lengths).size).toBe(64)
  })
})

describe('Pareto-smoothed weights', () => {
  const stream = randomStream(4, 'weights')
  /** Weights e^{E·k} of an exponential E have a Pareto tail of shape k. */
  const tail = (k: number): Float64Array =>
    Float64Array.from({ length: 4000 }, () => -k * Math.log(1 - stream.uniform()))

  it.each([0.2, 0.5, 0.9])('find the shape %f of a Pareto tail', (k) => {
    expect(Math.abs(paretoSmoothed(tail(k)).shape - k)).toBeLessThan(0.2)
  })

  it('cut the largest weight down and leave those below the tail as they are', () => {
    const raw = tail(0.9)
    const { logWeights } = paretoSmoothed(raw)
    const top = Math.max(...raw)
    expect(Math.max(...logWeights)).toBeLessThanOrEqual(0)
    const lowest = raw.indexOf(Math.min(...raw))
    expect(logWeights[lowest]!).toBeCloseTo(raw[lowest]! - top, 12)
  })

  it('say that few weights have no tail to judge by', () => {
    expect(paretoSmoothed(Float64Array.from([0, 1, 2])).shape).toBe(Infinity)
  })
})

describe('rules', () => {
  it('rise, fall to nothing and never exceed the peak', () => {
    const rates = Array.from({ length: 1000 }, (_, t) =>
      rateAt({ draws: 8, steps: 1000, warmup: 50, rate: 0.02 }, t),
    )
    expect(Math.max(...rates)).toBeLessThanOrEqual(1)
    expect(rates[0]!).toBeCloseTo(1 / 50)
    expect(rates[999]!).toBeLessThan(1e-4)
  })

  it('give a full covariance to few weights and a low rank to many', () => {
    expect(headFor(60, 100).kind).toBe('full-covariance')
    expect(headFor(5000, 100)).toEqual({ kind: 'low-rank', rank: 16 })
    expect(headFor(5000, 3)).toEqual({ kind: 'low-rank', rank: 3 })
    expect(planFor(5000).steps).toBeLessThanOrEqual(6000)
  })

  it('choose the temper that predicts the folds left out, the first of those that do about as well', () => {
    const folds = Int32Array.from({ length: 30 }, (_, i) => i % 3)
    const candidates = [1, 0.1, 0.001].map((temper) => ({ ...network, temper }))
    const choice = choosePosterior(candidates, problem.rows, folds, referenceExecutor, silentProgress, plan)
    const least = Math.min(...choice.scores)
    expect(choice.scores[choice.chosen]! - choice.standardErrors[choice.chosen]!).toBeLessThanOrEqual(least)
    const wrong = { ...network, likelihood: { kind: 'known' as const, sd: [10] } }
    const two = choosePosterior(
      [wrong, network],
      problem.rows,
      folds,
      referenceExecutor,
      silentProgress,
      plan,
    )
    expect(two.chosen).toBe(1)
  })
})

describe('bad input', () => {
  const bad: [string, Partial<PosteriorSpec>, Partial<PosteriorRows>][] = [
    ['no layers', { layers: [] }, {}],
    ['layers that do not join', { layers: [network.layers[0]!, network.layers[0]!] }, {}],
    ['a prior without width', { layers: [{ ...network.layers[0]!, weightSd: 0 }, network.layers[1]!] }, {}],
    ['a last layer that is not linear', { layers: [network.layers[0]!] }, {}],
    ['noise of nothing', { likelihood: { kind: 'known', sd: [0] } }, {}],
    ['noise for two outputs', { likelihood: { kind: 'known', sd: [1, 1] } }, {}],
    ['a temper of zero', { temper: 0 }, {}],
    ['a rank of zero', { head: { kind: 'low-rank', rank: 0 } }, {}],
    ['inputs of another width', {}, { x: new Float64Array(30) }],
    ['an infinite input', {}, { x: problem.rows.x.map((v, i) => (i === 3 ? Infinity : v)) }],
    ['a conditional layer alone', { layers: [{ ...network.layers[1]!, inputs: 2 }] }, {}],
    ['no rows', {}, { n: 0, x: new Float64Array(), y: new Float64Array() }],
  ]
  it.each(bad)('%s is named', (_, spec, rows) => {
    let caught: unknown = null
    try {
      fitPosterior(
        { ...network, ...spec },
        { ...problem.rows, ...rows },
        referenceExecutor,
        silentProgress,
        plan,
      )
    } catch (error) {
      caught = error
    }
    expect(caught).toBeInstanceOf(ContractError)
    expect((caught as ContractError).code).toBe('BAD_REQUEST')
  })
})
