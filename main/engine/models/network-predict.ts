import { forward, generateWeights, layoutOf, workspace } from './base-network.ts'
import type { Shape, Workspace } from './base-network.ts'
import { logVariance } from './loss.ts'
import { modulate } from './modulation.ts'

/** Rows predicted at a time, so that memory stays small however many rows are asked for. */
const CHUNK = 256

/** Parameters of one trained network: base weights, then mean of γ (G), then U (K x G). */
export interface Parameters {
  readonly base: Float64Array
  readonly mean: Float64Array
  readonly factors: Float64Array
}

/** Views of a flat vector: base, mean of γ, factors. */
export function splitParameters(flat: Float64Array, shape: Shape): Parameters {
  const at = layoutOf(shape)
  return {
    base: flat.subarray(0, at.size),
    mean: flat.subarray(at.size, at.size + at.gamma),
    factors: flat.subarray(at.size + at.gamma, at.size + at.gamma * (1 + shape.latent)),
  }
}

export function parameterCount(shape: Shape): number {
  const at = layoutOf(shape)
  return at.size + at.gamma * (1 + shape.latent)
}

/** Generates in `space` the weights that z stands for. */
export function drawWeights(parameters: Parameters, shape: Shape, z: Float64Array, space: Workspace): void {
  modulate(parameters.mean, parameters.factors, z, space.gamma)
  generateWeights(parameters.base, shape, space)
}

/** Sums over draws, n x m each, in standardised units: of the means, their squares, and the noise variances. */
export interface MomentSums {
  readonly mean: Float64Array
  readonly square: Float64Array
  readonly noise: Float64Array
  draws: number
}

export function momentSums(size: number): MomentSums {
  return {
    mean: new Float64Array(size),
    square: new Float64Array(size),
    noise: new Float64Array(size),
    draws: 0,
  }
}

/** Adds the predictions of every z in `points` (P x K) on features x (n x d) to `sums`. */
export function addMoments(
  flat: Float64Array,
  shape: Shape,
  points: Float64Array,
  x: Float64Array,
  n: number,
  sums: MomentSums,
): void {
  const parameters = splitParameters(flat, shape)
  const { features: d, outputs: m, latent } = shape
  const space = workspace(shape, Math.min(n, CHUNK))
  const draws = points.length / latent
  for (let p = 0; p < draws; p++) {
    drawWeights(parameters, shape, points.subarray(p * latent, (p + 1) * latent), space)
    for (let from = 0; from < n; from += CHUNK) {
      const rows = Math.min(CHUNK, n - from)
      forward(shape, space, x.subarray(from * d, (from + rows) * d), rows)
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < m; j++) {
          const mu = space.output[i * 2 * m + j]!
          const o = (from + i) * m + j
          sums.mean[o]! += mu
          sums.square[o]! += mu * mu
          sums.noise[o]! += Math.exp(logVariance(space.output[i * 2 * m + m + j]!))
        }
      }
    }
  }
  sums.draws += draws
}

/** Mean function of one z on features x, n x m, in standardised units. */
export function meanFunction(
  flat: Float64Array,
  shape: Shape,
  z: Float64Array,
  x: Float64Array,
  n: number,
): Float64Array {
  const { features: d, outputs: m } = shape
  const space = workspace(shape, Math.min(n, CHUNK))
  drawWeights(splitParameters(flat, shape), shape, z, space)
  const out = new Float64Array(n * m)
  for (let from = 0; from < n; from += CHUNK) {
    const rows = Math.min(CHUNK, n - from)
    forward(shape, space, x.subarray(from * d, (from + rows) * d), rows)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < m; j++) out[(from + i) * m + j] = space.output[i * 2 * m + j]!
  }
  return out
}
