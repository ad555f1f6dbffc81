import type { LocalExecutor } from '../../graph/index.ts'
import { softened } from './calibration.ts'
import { blend, usesForest, usesNetworks, type ClassKindModel, type ServedClasses } from './fit-classes.ts'
import { classForestPredictor } from './forest.ts'
import { classNetworksPredictor } from './networks.ts'
import { beside } from '../physics/features/features.ts'
import { featuresOf } from '../physics/index.ts'
import { sharesPredictor } from './shares.ts'
import type { ClassPredictor } from './types.ts'

/** Draws by which the two parts of the entropy are told apart. */
const ENTROPY_DRAWS = 64
const RAKES = 30

/** Predictors of the kinds of one output, calibrated: what they answer is what is stated. */
export function classPredictors(
  executor: LocalExecutor,
  served: ServedClasses,
): (model: ClassKindModel) => ClassPredictor {
  const { networks, forest, shares, n, seed } = served
  const features = featuresOf(served.derived)
  const withDerived = (x: Float64Array, rows: number): Float64Array =>
    beside(x, features.apply(x, rows), rows)
  const ofNetworks = networks === null ? null : classNetworksPredictor(executor, networks)
  const ofForest = forest === null ? null : classForestPredictor(forest, served.levels.length)
  return ({ kind, calibration }) => {
    const parts = [
      ...(ofNetworks !== null && usesNetworks(kind) ? [ofNetworks] : []),
      ...(ofForest !== null && usesForest(kind) ? [ofForest] : []),
      ...(kind === 'mean' ? [sharesPredictor(shares, n, seed)] : []),
    ]
    const stated = (raw: Float64Array, rows: number): Float64Array => {
      const x = withDerived(raw, rows)
      return softened(blend(parts.map((part) => part.probabilities(x, rows))), shares, calibration)
    }
    return {
      probabilities: stated,
      draws: (x, rows, count) => {
        const drawn = interleaved(parts, withDerived(x, rows), rows, count)
        return raked(softened(drawn, shares, calibration), stated(x, rows), shares.length)
      },
    }
  }
}

/** Draw s is that of part s mod P, so that a draw is one function at every call. */
function interleaved(
  parts: readonly ClassPredictor[],
  x: Float64Array,
  rows: number,
  count: number,
): Float64Array {
  const each = Math.ceil(count / parts.length)
  const drawn = parts.map((part) => part.draws(x, rows, each))
  const size = drawn[0]!.length / each
  const out = new Float64Array(count * size)
  for (let s = 0; s < count; s++) {
    const i = Math.floor(s / parts.length)
    out.set(drawn[s % parts.length]!.subarray(i * size, (i + 1) * size), s * size)
  }
  return out
}

/**
 * Draws (S x n x L) scaled level by level so that their mean is `stated` (n x L) and each still sums to 1: iterative
 * proportional fitting (Deming & Stephan 1940). A finite number of draws has a mean of its own, and a temperature does not
 * commute with a mean; a probability read from draws must be the one stated.
 */
export function raked(draws: Float64Array, stated: Float64Array, levels: number): Float64Array {
  const size = stated.length
  const count = draws.length / size
  const out = draws.slice()
  for (let round = 0; round < RAKES; round++) {
    let furthest = 0
    for (let cell = 0; cell < size; cell++) {
      let sum = 0
      for (let s = 0; s < count; s++) sum += out[s * size + cell]!
      const mean = sum / count
      furthest = Math.max(furthest, Math.abs(mean - stated[cell]!))
      const factor = mean > 0 ? stated[cell]! / mean : 1
      for (let s = 0; s < count; s++) out[s * size + cell]! *= factor
    }
    for (let at = 0; at < out.length; at += levels) {
      let sum = 0
      for (let l = 0; l < levels; l++) sum += out[at + l]!
      for (let l = 0; l < levels; l++) out[at + l]! /= sum
    }
    if (furthest < 1e-10) break
  }
  return out
}

/** How uncertain each row is, in bits, n each: the entropy of what is stated is the sum of both. */
export interface EntropyParts {
  /** Mutual information of level and weights: what more data would remove (Depeweg et al. 2018). */
  readonly epistemic: Float64Array
  /** Mean entropy under the weights: the scatter of the process. */
  readonly aleatoric: Float64Array
}

export function entropyParts(
  predictor: ClassPredictor,
  x: Float64Array,
  n: number,
  levels: number,
): EntropyParts {
  const stated = predictor.probabilities(x, n)
  const draws = predictor.draws(x, n, ENTROPY_DRAWS)
  const epistemic = new Float64Array(n)
  const aleatoric = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let inside = 0
    for (let s = 0; s < ENTROPY_DRAWS; s++)
      inside += entropyBits(draws.subarray((s * n + i) * levels, (s * n + i + 1) * levels)) / ENTROPY_DRAWS
    const whole = entropyBits(stated.subarray(i * levels, (i + 1) * levels))
    // Jensen's inequality, but for the rounding of the rakes.
    aleatoric[i] = Math.min(whole, inside)
    epistemic[i] = whole - aleatoric[i]!
  }
  return { epistemic, aleatoric }
}

export function entropyBits(probabilities: ArrayLike<number>): number {
  let sum = 0
  for (let l = 0; l < probabilities.length; l++) {
    const p = probabilities[l]!
    if (p > 0) sum -= p * Math.log2(p)
  }
  return sum
}
