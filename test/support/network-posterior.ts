import { silentProgress } from '../../main/engine/dataset/table.ts'
import type { LocalExecutor } from '../../main/engine/graph/index.ts'
import { mean, randomStream, standardDeviation } from '../../main/engine/math/index.ts'
import { fitPosterior, planFor, predictive } from '../../main/engine/models/posteriors/index.ts'
import type { HeadSpec, OutputLayer, PosteriorSpec } from '../../main/engine/models/posteriors/index.ts'
import { effectiveSize, splitRhat } from './chain-diagnostics.ts'
import { sampleHmc, traces } from './hmc.ts'
import { priorSds, tanhDensity, tanhForward, weightCount } from './tanh-density.ts'
import type { TanhProblem } from './tanh-density.ts'

/** 100 rows on [−1, 1]^d of a 1 × 20 tanh network drawn from its own prior, with noise of known sd 0.2. */
export function networkProblem(inputs: number, seed: number): TanhProblem {
  const stream = randomStream(seed, 'network problem')
  const n = 100
  const hidden = 20
  const noiseSd = 0.2
  const x = Float64Array.from({ length: n * inputs }, () => 2 * stream.uniform() - 1)
  const prior = { w1: 2 / Math.sqrt(inputs), b1: 1, w2: 1 / Math.sqrt(hidden), b2: 1 }
  const shape = { inputs, hidden, prior, noiseSd, x, y: new Float64Array(n) }
  const truth = Float64Array.from(priorSds(shape), (sd) => sd * stream.normal())
  const y = tanhForward(shape, truth, x).map((f) => f + noiseSd * stream.normal())
  return { ...shape, y }
}

/** Rows inside the range of the data (first) and outside it, up to three times as far out. */
export function testPoints(inputs: number): { x: Float64Array; inside: number; count: number } {
  const corners = [
    [0, 0, 0, 0],
    [0.5, 0.5, 0.5, 0.5],
    [-0.5, 0.5, -0.5, 0.5],
    [0.5, -0.5, 0.5, 0],
    [-0.25, -0.75, 0.25, 0],
    [0.9, 0.9, 0, 0],
    [-0.9, 0.9, 0.5, 0],
    [0.9, -0.9, 0, 0.9],
    [-0.9, -0.9, 0, -0.9],
    [1.2, 0, 0, 0],
    [-1.2, 0, 0, 0],
    [0, 1.2, 0, 0],
    [1.5, 1.5, 1.5, 1.5],
    [-1.5, -1.5, 1.5, 1.5],
    [2, 0, 0, 0],
    [-2, -2, 0, 0],
    [2, 2, 2, 2],
    [3, -3, 3, -3],
    [-3, 3, -3, 3],
  ]
  return {
    x: Float64Array.from(corners.flatMap((corner) => corner.slice(0, inputs))),
    inside: 9,
    count: corners.length,
  }
}

export interface Reference {
  readonly mean: Float64Array
  readonly epistemicSd: Float64Array
  readonly sd: Float64Array
  /** Worst split R-hat and smallest effective sample size of the response at the points. */
  readonly rhat: number
  readonly effective: number
  readonly acceptance: number
  readonly divergences: number
}

/** Predictive moments by HMC; `length` 1 is four chains of 500 draws after 250. */
export function hmcReference(problem: TanhProblem, x: Float64Array, length: number, seed: number): Reference {
  const chains = sampleHmc(tanhDensity(problem), {
    chains: 4,
    warmup: 250,
    draws: Math.round(500 * length),
    leaps: 40,
    targetAcceptance: 0.75,
    seed,
  })
  const d = problem.inputs
  const points = Array.from({ length: x.length / d }, (_, i) => {
    const lines = traces(chains, (q) => tanhForward(problem, q, x.subarray(i * d, (i + 1) * d))[0]!)
    const all = lines.flatMap((line) => Array.from(line))
    return {
      mean: mean(all),
      sd: standardDeviation(all),
      rhat: splitRhat(lines),
      effective: effectiveSize(lines),
    }
  })
  return {
    mean: Float64Array.from(points, (p) => p.mean),
    epistemicSd: Float64Array.from(points, (p) => p.sd),
    sd: Float64Array.from(points, (p) => Math.hypot(p.sd, problem.noiseSd)),
    rhat: Math.max(...points.map((p) => p.rhat)),
    effective: Math.min(...points.map((p) => p.effective)),
    acceptance: mean(chains.map((chain) => chain.acceptance)),
    divergences: chains.reduce((sum, chain) => sum + chain.divergences, 0),
  }
}

export function networkSpec(
  problem: TanhProblem,
  head: HeadSpec,
  outputLayer: OutputLayer,
  seed: number,
): PosteriorSpec {
  const { inputs, hidden, prior, noiseSd } = problem
  return {
    layers: [
      { inputs, outputs: hidden, activation: 'tanh', weightSd: prior.w1, biasSd: prior.b1 },
      { inputs: hidden, outputs: 1, activation: 'identity', weightSd: prior.w2, biasSd: prior.b2 },
    ],
    likelihood: { kind: 'known', sd: [noiseSd] },
    head,
    outputLayer,
    temper: 1,
    seed,
  }
}

/** How a posterior's predictive differs from the reference: worst over the points inside and outside the data. */
export interface Difference {
  /** |difference of means| / reference sd, noise included. */
  readonly mean: number
  /** |ratio of sds − 1|, noise included. */
  readonly width: number
  /** |ratio of sds − 1| of the response without noise. */
  readonly epistemicWidth: number
}

export interface Comparison {
  readonly inside: Difference
  readonly outside: Difference
  readonly bound: number
  readonly paretoShape: number | null
  readonly effectiveDraws: number
}

/** Fits by the room's own plan and compares with the reference at `testPoints`. */
export function comparePosterior(
  problem: TanhProblem,
  spec: PosteriorSpec,
  reference: Reference,
  executor: LocalExecutor,
  { draws, reweigh }: { draws: number; reweigh: boolean },
): Comparison {
  const { x, inside, count } = testPoints(problem.inputs)
  const rows = { n: problem.y.length, x: problem.x, y: problem.y }
  const coordinates = weightCount(problem) - (spec.outputLayer === 'conditional' ? problem.hidden + 1 : 0)
  const fitted = fitPosterior(spec, rows, executor, silentProgress, planFor(coordinates))
  const p = predictive([fitted], x, executor, silentProgress, { draws, reweigh, seed: spec.seed })
  const worst = (from: number, to: number): Difference => {
    const over = (of: (i: number) => number): number =>
      Math.max(...Array.from({ length: to - from }, (_, i) => of(from + i)))
    return {
      mean: over((i) => Math.abs(p.mean[i]! - reference.mean[i]!) / reference.sd[i]!),
      width: over((i) => Math.abs(p.sd[i]! / reference.sd[i]! - 1)),
      epistemicWidth: over((i) => Math.abs(p.epistemicSd[i]! / reference.epistemicSd[i]! - 1)),
    }
  }
  return {
    inside: worst(0, inside),
    outside: worst(inside, count),
    bound: fitted.bound.value,
    paretoShape: p.paretoShape,
    effectiveDraws: p.effectiveDraws,
  }
}
