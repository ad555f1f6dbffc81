import { randomStream } from '../../../../main/engine/math/index.ts'
import type { Moments, Predictor, Sample } from '../../../../main/engine/models/types.ts'

export const noCheck = (): void => undefined

/** n rows of d uniform inputs x0.. with one output, each row a group of its own. */
export function uniformSample(
  n: number,
  d: number,
  seed: number,
  response: (x: Float64Array, noise: () => number) => number,
): Sample {
  const stream = randomStream(seed, 'uniform sample')
  const x = Float64Array.from({ length: n * d }, () => stream.uniform())
  return {
    n,
    inputs: Array.from({ length: d }, (_, j) => ({ name: `x${j}`, unit: '1', levels: null })),
    outputs: [{ name: 'y', unit: '1' }],
    x,
    y: Float64Array.from({ length: n }, (_, i) =>
      response(x.subarray(i * d, (i + 1) * d), () => stream.normal()),
    ),
    groups: Int32Array.from({ length: n }, (_, i) => i),
  }
}

export const smooth = (x: Float64Array, noise: () => number): number =>
  Math.sin(5 * x[0]!) + 2 * x[1]! + 0.1 * noise()

export const step = (x: Float64Array): number => (x[0]! > 0.5 ? 3 : -1)

export function withValues(sample: Sample, change: Partial<Sample>): Sample {
  return { ...sample, ...change }
}

export function sdOf(moments: Moments, i: number): number {
  return Math.sqrt(moments.epistemicVariance[i]! + moments.aleatoricVariance[i]!)
}

/** Variance and mean of the draws at each of n rows of a single output. */
export function drawMoments(
  predictor: Predictor,
  x: Float64Array,
  n: number,
  count: number,
): { mean: Float64Array; variance: Float64Array } {
  const draws = predictor.drawMeans(x, n, count)
  const mean = new Float64Array(n)
  const variance = new Float64Array(n)
  for (let s = 0; s < count; s++) for (let i = 0; i < n; i++) mean[i]! += draws[s * n + i]! / count
  for (let s = 0; s < count; s++)
    for (let i = 0; i < n; i++) variance[i]! += (draws[s * n + i]! - mean[i]!) ** 2 / (count - 1)
  return { mean, variance }
}

/** Whatever in `value` the model store could not keep: neither a finite number nor text nor a stored typed array. */
export function notPlain(value: unknown, path = ''): string[] {
  if (value instanceof Float64Array || value instanceof Int32Array) return []
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return []
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [path]
  if (ArrayBuffer.isView(value) || typeof value !== 'object') return [path]
  return Object.entries(value).flatMap(([key, inner]) => notPlain(inner, `${path}.${key}`))
}
