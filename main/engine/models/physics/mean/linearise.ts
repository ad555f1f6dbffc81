import type { MixedProblem, ScaleBlock } from '../mixed/types.ts'
import { lawValue } from './law-value.ts'
import type { LawKind } from './law-value.ts'
import type { Term } from './terms.ts'

/** A law ready to be fitted: y_i = F(x_i w + z_i b_g, w_time, ln D0_i) + ε. */
export interface LawProblem {
  readonly law: LawKind
  readonly n: number
  readonly terms: readonly Term[]
  /** n x (terms + surface features). */
  readonly x: Float64Array
  readonly surfaceCount: number
  readonly y: Float64Array
  /** ln of the initial size, NaN where it is not known or does not enter. */
  readonly lnInitial: Float64Array
  readonly time: number
  readonly randomTerms: readonly number[]
  readonly groups: Int32Array
  readonly groupCount: number
  /** Variance of the targets, and of what the linear predictor must be. */
  readonly targetVariance: number
  readonly etaVariance: number
}

export const SURFACE_BLOCK = 'composition surface'

/** First guesses of variances: shares of the target's, of the weight of this many rows or coefficients. */
const NOISE = { strength: 0.5, share: 0.05 }
const LEVEL = { strength: 2, share: 0.1 }
const SLOPE = { strength: 2, share: 0.03 }
const BLOCK = { strength: 2, share: 0.1 }

/** Names of the blocks whose prior scales are learnt. */
export function blockNamesOf({ terms, surfaceCount }: LawProblem): string[] {
  const names = new Set<string>()
  for (const { prior } of terms) if (typeof prior === 'string') names.add(prior)
  if (surfaceCount > 0) names.add(SURFACE_BLOCK)
  return [...names]
}

/** Value of a random-effect column: 1 for the level, else the term divided by its spread. */
export function randomValue(
  term: number,
  terms: readonly Term[],
  x: Float64Array,
  p: number,
  i: number,
): number {
  return term < 0 ? 1 : x[i * p + term]! / terms[term]!.spread
}

/** Columns of the random effects, n x randomTerms. */
export function randomColumns({ n, terms, x, randomTerms }: LawProblem): Float64Array {
  const p = x.length / n
  const q = randomTerms.length
  const z = new Float64Array(n * q)
  for (let i = 0; i < n; i++)
    for (let k = 0; k < q; k++) z[i * q + k] = randomValue(randomTerms[k]!, terms, x, p, i)
  return z
}

/** Linear predictor of row i. z: `randomColumns`. */
export function predictorAt(
  problem: LawProblem,
  z: Float64Array,
  weights: Float64Array,
  effects: Float64Array,
  i: number,
): number {
  const p = weights.length
  const q = problem.randomTerms.length
  let eta = 0
  for (let j = 0; j < p; j++) eta += problem.x[i * p + j]! * weights[j]!
  for (let k = 0; k < q; k++) eta += z[i * q + k]! * effects[problem.groups[i]! * q + k]!
  return eta
}

/** The linear model that the law is near the given coefficients: its Jacobian, and the targets that go with it. */
export function linearised(
  problem: LawProblem,
  columns: Float64Array,
  weights: Float64Array,
  effects: Float64Array,
): MixedProblem {
  const { law, n, x, y, lnInitial, time, randomTerms, groups, groupCount } = problem
  const p = weights.length
  const q = randomTerms.length
  const jacobian = new Float64Array(n * p)
  const z = new Float64Array(n * q)
  const target = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const eta = predictorAt(problem, columns, weights, effects, i)
    const exponent = time < 0 ? 1 : weights[time]!
    const { value, slope, exponentSlope } = lawValue(law, eta, exponent, lnInitial[i]!)
    target[i] = y[i]! - value
    for (let j = 0; j < p; j++) {
      jacobian[i * p + j] = slope * x[i * p + j]! + (j === time ? exponentSlope : 0)
      target[i]! += jacobian[i * p + j]! * weights[j]!
    }
    for (let k = 0; k < q; k++) {
      z[i * q + k] = slope * columns[i * q + k]!
      target[i]! += z[i * q + k]! * effects[groups[i]! * q + k]!
    }
  }
  const guess = ({ strength, share }: { strength: number; share: number }, variance: number): ScaleBlock => ({
    strength,
    guess: share * variance,
  })
  return {
    n,
    p,
    q,
    y: target,
    x: jacobian,
    z,
    groups,
    groupCount,
    ...priorsOf(problem, p),
    noise: guess(NOISE, problem.targetVariance),
    random: randomTerms.map((_, k) => guess(k === 0 ? LEVEL : SLOPE, problem.etaVariance)),
  }
}

function priorsOf(
  problem: LawProblem,
  p: number,
): Pick<MixedProblem, 'priorMean' | 'priorVariance' | 'blockOf' | 'blocks'> {
  const { terms, etaVariance } = problem
  const names = blockNamesOf(problem)
  const priorMean = new Float64Array(p)
  const priorVariance = new Float64Array(p).fill(1)
  const blockOf = new Int32Array(p).fill(-1)
  const counts = new Float64Array(names.length)
  for (let j = 0; j < p; j++) {
    const prior = terms[j]?.prior ?? SURFACE_BLOCK
    if (typeof prior === 'string') {
      blockOf[j] = names.indexOf(prior)
      counts[blockOf[j]!]!++
    } else {
      priorMean[j] = prior.mean
      priorVariance[j] = prior.sd ** 2
    }
  }
  const blocks = names.map((name, k): ScaleBlock => ({
    strength: BLOCK.strength,
    // All surface features together have about unit variance at a row; each term of a block has it alone.
    guess: (BLOCK.share * etaVariance) / (name === SURFACE_BLOCK ? 1 : Math.max(1, counts[k]!)),
  }))
  return { priorMean, priorVariance, blockOf, blocks }
}
