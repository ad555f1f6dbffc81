import type { Progress } from '../../dataset/table.ts'
import { GraphBuilder } from '../../graph/index.ts'
import type { LocalExecutor } from '../../graph/index.ts'
import { matrix, randomStream } from '../../math/index.ts'
import type { Matrix } from '../../math/index.ts'
import { antitheticDraws } from './draws.ts'
import { drawWidth, generate } from './generate.ts'
import type { TrainedHead } from './types.ts'

const CHUNK = 64

/**
 * Weights of the generated layers (each layer's W row by row, then b) of `count` antithetic draws, count x P; count is
 * rounded up to a multiple of 64.
 */
export function drawWeights(
  { spec, frame, parameters }: TrainedHead,
  executor: LocalExecutor,
  progress: Progress,
  count: number,
  seed: number,
): { count: number; size: number; weights: Float32Array } {
  const builder = new GraphBuilder()
  const { weights } = generate(builder, spec, frame, CHUNK)
  const [, size = 0] = builder.shape(weights)
  const evaluator = executor.evaluator(builder.graph, [weights])
  const stream = randomStream(seed, 'posterior weights')
  const chunks = Math.ceil(count / CHUNK)
  const out = new Float32Array(chunks * CHUNK * size)
  try {
    for (let chunk = 0; chunk < chunks; chunk++) {
      progress.check()
      const z = antitheticDraws(CHUNK, drawWidth(spec), stream)
      const [values = new Float32Array()] = evaluator.run({ z }, parameters)
      out.set(values, chunk * CHUNK * size)
    }
  } finally {
    evaluator.dispose()
  }
  return { count: chunks * CHUNK, size, weights: out }
}

/** Mean (P) and covariance (P x P) of those weights over the draws. */
export function weightMoments(
  fitted: TrainedHead,
  executor: LocalExecutor,
  progress: Progress,
  count: number,
  seed: number,
): { mean: Float64Array; covariance: Matrix } {
  const { count: draws, size, weights } = drawWeights(fitted, executor, progress, count, seed)
  const mean = new Float64Array(size)
  for (let s = 0; s < draws; s++) for (let k = 0; k < size; k++) mean[k]! += weights[s * size + k]! / draws
  const covariance = matrix(size, size)
  for (let s = 0; s < draws; s++)
    for (let j = 0; j < size; j++) {
      const f = (weights[s * size + j]! - mean[j]!) / (draws - 1)
      for (let k = 0; k <= j; k++) covariance.data[j * size + k]! += f * (weights[s * size + k]! - mean[k]!)
    }
  for (let j = 0; j < size; j++)
    for (let k = j + 1; k < size; k++) covariance.data[j * size + k] = covariance.data[k * size + j]!
  return { mean, covariance }
}
