import type { Progress } from '../../dataset/table.ts'
import type { LocalExecutor } from '../../graph/index.ts'
import type { RandomStream } from '../../math/index.ts'
import { boundData, boundGraph, logWeights } from './bound.ts'
import { antitheticDraws } from './draws.ts'
import { drawWidth } from './generate.ts'
import { paretoSmoothed } from './pareto.ts'
import type { TrainedHead } from './types.ts'

/** Draws evaluated at a time. */
const CHUNK = 32

export interface BoundEstimate {
  /** E_q ln p(y | γ)/τ − KL, nats, and its standard error from the draws (pairs counted as one). */
  readonly value: number
  readonly standardError: number
  /** ln mean of the weights: a larger lower bound on ln p(y) in expectation (Burda et al. 2016, arXiv 1509.00519). */
  readonly importance: number
  /** Shape of the weights' tail (Vehtari et al. 2024): below 0.7 q can be corrected by its weights, above it cannot. */
  readonly paretoShape: number
}

export interface WeighedDraws {
  readonly estimate: BoundEstimate
  /** The draws z, count x width. */
  readonly z: Float32Array
  /** ln of the smoothed weights, largest 0. */
  readonly logWeights: Float64Array
  /** What was taken from all of them to make the largest 0. */
  readonly logTop: number
}

/** Draws of q with ln p(y, γ) − ln q(γ) of each. count: even. */
export function weigh(
  { spec, frame, parameters, rows }: TrainedHead,
  executor: LocalExecutor,
  progress: Progress,
  count: number,
  stream: RandomStream,
): WeighedDraws {
  const size = Math.min(CHUNK, count)
  const graph = boundGraph(spec, frame, rows, size)
  const output = logWeights(graph)
  const evaluator = executor.evaluator(graph.builder.graph, [output])
  const width = drawWidth(spec)
  const chunks = Math.ceil(count / size)
  const z = antitheticDraws(chunks * size, width, stream)
  const raw = new Float64Array(chunks * size)
  const data = boundData(rows)
  try {
    for (let chunk = 0; chunk < chunks; chunk++) {
      progress.check()
      const part = z.subarray(chunk * size * width, (chunk + 1) * size * width)
      const [values = new Float32Array()] = evaluator.run({ ...data, z: part }, parameters)
      raw.set(values, chunk * size)
    }
  } finally {
    evaluator.dispose()
  }
  return { ...estimateOf(raw), z }
}

function estimateOf(raw: Float64Array): Pick<WeighedDraws, 'estimate' | 'logWeights' | 'logTop'> {
  const pairs = Float64Array.from({ length: raw.length / 2 }, (_, i) => 0.5 * (raw[2 * i]! + raw[2 * i + 1]!))
  const value = pairs.reduce((sum, v) => sum + v, 0) / pairs.length
  const spread = pairs.reduce((sum, v) => sum + (v - value) ** 2, 0) / Math.max(1, pairs.length - 1)
  const top = raw.reduce((most, v) => Math.max(most, v), -Infinity)
  const importance = top + Math.log(raw.reduce((sum, v) => sum + Math.exp(v - top), 0) / raw.length)
  const { shape, logWeights: smoothed } = paretoSmoothed(raw)
  return {
    estimate: { value, standardError: Math.sqrt(spread / pairs.length), importance, paretoShape: shape },
    logWeights: smoothed,
    logTop: top,
  }
}
