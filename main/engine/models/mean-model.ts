import { mean, randomStream, variance } from '../math/index.ts'
import { emptyMoments, observedTargets } from './moments.ts'
import type { Moments, Predictor, Sample } from './types.ts'

/** The baseline that knows no inputs: mean and variance of the training targets. */
export interface MeanState {
  readonly kind: 'mean'
  readonly mean: Float64Array
  readonly variance: Float64Array
  readonly n: Float64Array
  readonly seed: number
}

export function fitMean(
  sample: Sample,
  folds: Int32Array,
  seed: number,
): { state: MeanState; outOfFold: Moments } {
  const m = sample.outputs.length
  const outOfFold = emptyMoments(sample.n * m)
  const foldCount = Math.max(...folds) + 1
  for (let f = 0; f < foldCount; f++) {
    const rest = { ...sample, y: sample.y.map((v, i) => (folds[Math.floor(i / m)] === f ? Number.NaN : v)) }
    const part = meanPredictor(stateOf(rest, seed)).moments(sample.x, sample.n)
    for (let i = 0; i < sample.n * m; i++) {
      if (folds[Math.floor(i / m)] !== f) continue
      outOfFold.mean[i] = part.mean[i]!
      outOfFold.epistemicVariance[i] = part.epistemicVariance[i]!
      outOfFold.aleatoricVariance[i] = part.aleatoricVariance[i]!
    }
  }
  return { state: stateOf(sample, seed), outOfFold }
}

function stateOf(sample: Sample, seed: number): MeanState {
  const targets = sample.outputs.map((_, j) => observedTargets(sample, j))
  return {
    kind: 'mean',
    mean: Float64Array.from(targets, (t) => mean(t)),
    variance: Float64Array.from(targets, (t) => Math.max(variance(t), 1e-12)),
    n: Float64Array.from(targets, (t) => t.length),
    seed,
  }
}

export function meanPredictor(state: MeanState): Predictor {
  const m = state.mean.length
  const fill = (n: number, value: (j: number) => number): Float64Array =>
    Float64Array.from({ length: n * m }, (_, i) => value(i % m))
  return {
    moments: (_x, n) => ({
      mean: fill(n, (j) => state.mean[j]!),
      epistemicVariance: fill(n, (j) => state.variance[j]! / state.n[j]!),
      aleatoricVariance: fill(n, (j) => state.variance[j]!),
    }),
    drawMeans(_x, n, count) {
      const out = new Float64Array(count * n * m)
      for (let draw = 0; draw < count; draw++) {
        const stream = randomStream(state.seed, `mean draw ${draw}`)
        const level = state.mean.map(
          (v, j) => v + Math.sqrt(state.variance[j]! / state.n[j]!) * stream.normal(),
        )
        out.set(
          fill(n, (j) => level[j]!),
          draw * n * m,
        )
      }
      return out
    },
  }
}
