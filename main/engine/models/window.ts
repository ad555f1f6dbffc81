import { ContractError, type OutputWindow, type WindowProbability } from '../../contract/index.ts'
import { mean, standardDeviation } from '../math/index.ts'
import { standardCdf } from './gaussian.ts'
import type { Posterior } from './posterior.ts'
import { predictiveCdf, type Quantiles } from './predictive.ts'

/** Draws of the weights by which outputs are taken together. */
export const WINDOW_DRAWS = 400

/** What a posterior must answer for a window on an output that is a category. */
export interface LevelPosterior {
  /** Levels of output j, or null for a number. */
  levelsOf(output: number): readonly string[] | null
  /** Probability of each level of output j under each draw, S x n x levels; draws as those of `samples`. */
  levelDraws(x: Float64Array, n: number, draws: number, output: number): Float64Array
}

type WindowPosterior = Pick<Posterior, 'outputs' | 'moments' | 'samples'> &
  Partial<LevelPosterior & Pick<Posterior, 'classes'>>

/**
 * The probability that outputs lie in their windows at each of n rows (x: n x d), each output alone and all together.
 * One alone is read from its predictive distribution (`quantiles`, rows x outputs), so it agrees with the intervals
 * stated. Together, outputs hang on shared draws of the weights: under draw s they are independent with calibrated noise,
 * P(all) = mean over s of Π_j P_s(low_j < y_j < high_j), and the ends of a window are moved to where the draws' own
 * distribution has the same probabilities, so that the mean over draws of one output is its probability alone. Noise that
 * outputs share beyond the weights is not known to the model and counts as independent.
 * Errors: COLUMN_UNKNOWN for an output the model does not predict; BAD_REQUEST for a window without ends or upside down,
 * twice the same output, or a level where there are none.
 */
export function windowProbabilities(
  posterior: WindowPosterior,
  quantiles: readonly (readonly Quantiles[])[],
  x: Float64Array,
  windows: readonly OutputWindow[],
  draws: number = WINDOW_DRAWS,
): WindowProbability[] {
  const n = quantiles.length
  const m = posterior.outputs.length
  const asked = windows.map((window) => ({ window, j: requireOutput(posterior, window, windows) }))
  const several = asked.length > 1
  const numeric = asked.some(({ window }) => window.level === null)
  const functions = several && numeric ? posterior.samples(x, n, draws) : null
  const noise = several && numeric ? posterior.moments(x, n).aleatoricSd : null
  const levelDraws = new Map(
    asked.flatMap(({ window, j }) =>
      window.level === null ? [] : [[j, posterior.levelDraws!(x, n, draws, j)] as const],
    ),
  )
  return quantiles.map((row, i) => {
    const parts = asked.map(({ window, j }) => {
      if (window.level !== null) {
        const levels = posterior.levelsOf!(j)!
        const all = levelDraws.get(j)!
        const at = levels.indexOf(window.level)
        const conditional = Float64Array.from(
          { length: draws },
          (_, s) => all[(s * n + i) * levels.length + at]!,
        )
        return { probability: mean(conditional), conditional }
      }
      const low = window.low === null ? 0 : predictiveCdf(row[j]!, window.low)
      const high = window.high === null ? 1 : predictiveCdf(row[j]!, window.high)
      const probability = Math.min(1, Math.max(0, high - low))
      if (functions === null || noise === null) return { probability, conditional: null }
      const centres = Float64Array.from({ length: draws }, (_, s) => functions[(s * n + i) * m + j]!)
      return { probability, conditional: conditionalProbabilities(centres, noise[i * m + j]!, low, high) }
    })
    return {
      each: asked.map(({ window }, k) => ({ output: window.output, probability: parts[k]!.probability })),
      all: together(parts, draws),
    }
  })
}

interface Part {
  readonly probability: number
  readonly conditional: Float64Array | null
}

function together(parts: readonly Part[], draws: number): WindowProbability['all'] {
  const first = parts[0]
  if (first === undefined) return { probability: 1, standardError: 0, draws: 0 }
  if (parts.length === 1) return { probability: first.probability, standardError: 0, draws: 0 }
  const products = new Float64Array(draws).fill(1)
  for (const { conditional } of parts)
    for (let s = 0; s < draws; s++) products[s]! *= conditional?.[s] ?? Number.NaN
  // A rounding of the ends may put the whole above a part by a last digit.
  const least = parts.reduce((smallest, part) => Math.min(smallest, part.probability), 1)
  return {
    probability: Math.min(least, Math.max(0, mean(products))),
    standardError: standardDeviation(products) / Math.sqrt(draws),
    draws,
  }
}

/** P(window | draw) for each draw N(centre_s, sd²), with the ends at the probabilities `low` and `high` of their mixture. */
export function conditionalProbabilities(
  centres: Float64Array,
  sd: number,
  low: number,
  high: number,
): Float64Array {
  const width = sd > 0 ? sd : Math.max(1e-9 * Math.abs(mean(centres)), Number.MIN_VALUE * 2 ** 60)
  const lowEnd = mixtureQuantile(centres, width, low)
  const highEnd = mixtureQuantile(centres, width, high)
  return centres.map((c) =>
    Math.max(0, standardCdf((highEnd - c) / width) - standardCdf((lowEnd - c) / width)),
  )
}

/** Quantile of the mixture of N(centre_s, sd²) with equal weights, by bisection; ±∞ at 0 and 1. */
function mixtureQuantile(centres: Float64Array, sd: number, p: number): number {
  if (p <= 0) return -Infinity
  if (p >= 1) return Infinity
  const cdf = (y: number): number => {
    let sum = 0
    for (let s = 0; s < centres.length; s++) sum += standardCdf((y - centres[s]!) / sd)
    return sum / centres.length
  }
  let low = centres.reduce((a, b) => Math.min(a, b), Infinity) - 38 * sd
  let high = centres.reduce((a, b) => Math.max(a, b), -Infinity) + 38 * sd
  for (let i = 0; i < 100 && high - low > 1e-10 * sd; i++) {
    const middle = 0.5 * (low + high)
    if (middle <= low || middle >= high) break
    if (cdf(middle) < p) low = middle
    else high = middle
  }
  return 0.5 * (low + high)
}

function requireOutput(
  posterior: WindowPosterior,
  window: OutputWindow,
  all: readonly OutputWindow[],
): number {
  const { output, low, high, level } = window
  // Categories are counted after the numbers.
  const names = [...posterior.outputs, ...(posterior.classes ?? [])].map(({ name }) => name)
  const j = names.indexOf(output)
  if (j < 0) throw new ContractError('COLUMN_UNKNOWN', `The model does not predict "${output}".`, output)
  if (all.some((other) => other !== window && other.output === output))
    throw new ContractError('BAD_REQUEST', `"${output}" is given two windows.`, output)
  const levels = posterior.levelsOf?.(j) ?? null
  if (level !== null) {
    if (levels === null)
      throw new ContractError(
        'BAD_REQUEST',
        `"${output}" is a number; its window has a low and a high.`,
        output,
      )
    if (!levels.includes(level))
      throw new ContractError('BAD_REQUEST', `"${output}" has no level "${level}".`, output)
    if (low !== null || high !== null)
      throw new ContractError('BAD_REQUEST', `A level of "${output}" has no low and high beside it.`, output)
    return j
  }
  if (levels !== null)
    throw new ContractError(
      'BAD_REQUEST',
      `"${output}" is a category; name the level that is wanted.`,
      output,
    )
  if (low === null && high === null)
    throw new ContractError('BAD_REQUEST', `The window of "${output}" has no end.`, output)
  if (low !== null && high !== null && !(low < high))
    throw new ContractError('BAD_REQUEST', `The window of "${output}" ends before it begins.`, output)
  return j
}
