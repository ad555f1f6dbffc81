import type { RandomStream } from '../../math/index.ts'
import { PRIOR_SD } from './objective.ts'
import { drawSize, DROPPED, gammaSize, headSize, type NetworkShape } from './shape.ts'

/**
 * Parameters before the first step: weights uniform in ±1/√inputs, the last layer's times 0.3 (0 on top of a mean
 * function, so that training starts from it), γ at its prior.
 */
export function startParameters(shape: NetworkShape, stream: RandomStream): Record<string, Float32Array> {
  const { features: d, hidden: h, latent } = shape
  const uniform = (count: number, inputs: number, factor: number): Float32Array => {
    const bound = factor / Math.sqrt(Math.max(1, inputs))
    return Float32Array.from({ length: count }, () => bound * (2 * stream.uniform() - 1))
  }
  const parameters: Record<string, Float32Array> = {
    w1: uniform(d * h, d, 1),
    b1: uniform(h, d, 1),
    w2: uniform(h * h, h, 1),
    b2: uniform(h, h, 1),
    w3: uniform(h * headSize(shape), h, shape.offset ? 0 : 0.3),
    b3: new Float32Array(headSize(shape)),
  }
  if (shape.uncertainty !== 'modulation') return parameters
  const sd = PRIOR_SD / Math.sqrt(latent)
  const size = gammaSize(shape)
  parameters.mean = new Float32Array(size)
  parameters.factors = Float32Array.from({ length: latent * size }, () => sd * stream.normal())
  return parameters
}

/** Draws of one training step, S x drawSize: z in antithetic pairs ±z, or a mask a draw. */
export function trainingDraws(shape: NetworkShape, count: number, noise: RandomStream): Float32Array {
  const size = drawSize(shape)
  const out = new Float32Array(count * size)
  if (shape.uncertainty === 'dropout') return out.map(() => mask(noise))
  for (let pair = 0; pair < count; pair += 2)
    for (let k = 0; k < size; k++) {
      const v = noise.normal()
      out[pair * size + k] = v
      out[(pair + 1) * size + k] = -v
    }
  return out
}

/** Draws in the store of a training whose rows have draws of their own; batches above a quarter of it get a larger one. */
const STORED_DRAWS = 1024

/**
 * `trainingDraws` of one step after the other. With a draw a row (`rowwise`) a step takes as many as a hundred others do:
 * a store is then drawn once, and each step takes a stretch of it from a random place, over rows in random order.
 */
export function drawsOfSteps(
  shape: NetworkShape,
  count: number,
  rowwise: boolean,
  noise: RandomStream,
): () => Float32Array {
  if (!rowwise) return () => trainingDraws(shape, count, noise)
  const size = drawSize(shape)
  const stored = Math.max(STORED_DRAWS, 4 * count)
  const store = trainingDraws(shape, stored, noise)
  return () => {
    const from = 2 * noise.integer((stored - count) / 2 + 1)
    return store.subarray(from * size, (from + count) * size)
  }
}

const mask = (noise: RandomStream): number => (noise.uniform() < DROPPED ? 0 : 1 / (1 - DROPPED))

/** Passes that a dropout network is predicted with. */
const PASSES = 60

/** The draws by which a network is predicted, P x drawSize; one empty draw for plain weights. */
export function predictionDraws(
  shape: NetworkShape,
  stream: RandomStream,
): { count: number; values: Float32Array } {
  if (shape.uncertainty === 'none') return { count: 1, values: new Float32Array(0) }
  if (shape.uncertainty === 'dropout') {
    const values = new Float32Array(PASSES * drawSize(shape)).map(() => mask(stream))
    return { count: PASSES, values }
  }
  return { count: 2 * shape.latent, values: cubaturePoints(shape.latent, stream) }
}

/**
 * 2K points ±√K q_k with orthonormal random q_k: their mean and covariance are exactly those of N(0, I_K)
 * (third-degree spherical–radial cubature), so few points give the moments of the predictive. Result: 2K x K.
 */
export function cubaturePoints(latent: number, stream: RandomStream): Float32Array {
  const rows: Float64Array[] = []
  for (let a = 0; a < latent; a++) {
    const row = Float64Array.from({ length: latent }, () => stream.normal())
    for (const other of rows) {
      const along = row.reduce((sum, v, i) => sum + v * other[i]!, 0)
      for (let i = 0; i < latent; i++) row[i]! -= along * other[i]!
    }
    const norm = Math.hypot(...row)
    rows.push(row.map((v) => v / norm))
  }
  const points = new Float32Array(2 * latent * latent)
  rows.forEach((row, a) => {
    row.forEach((v, i) => {
      points[2 * a * latent + i] = Math.sqrt(latent) * v
      points[(2 * a + 1) * latent + i] = -Math.sqrt(latent) * v
    })
  })
  return points
}
