import type { Progress } from '../../../dataset/table.ts'
import { fitMixed, guesses } from '../mixed/solve.ts'
import type { MixedProblem, MixedScales, MixedSolution } from '../mixed/types.ts'
import { etaOfShare, lawValue } from './law-value.ts'
import { blockNamesOf, linearised, predictorAt, randomColumns } from './linearise.ts'
import type { LawProblem } from './linearise.ts'

/** Rounds of linearising, and of the scales at each. */
const LINEARISATIONS = 12
const ROUNDS = 4
/** Rounds of the scales where the law is linear to begin with, or at the end. */
const LAST_ROUNDS = 40
const HALVINGS = 6

export interface LawFit {
  readonly solution: MixedSolution
  readonly scales: MixedScales
  readonly blockNames: readonly string[]
}

interface Coefficients {
  readonly weights: Float64Array
  readonly effects: Float64Array
}

/**
 * Maximum of the posterior by Gauss–Newton with step halving: the law is linearised at the present coefficients and the
 * mixed model solved exactly, until neither moves; its covariance is Laplace's. Scales follow the evidence of the
 * linearised model.
 */
export function fitLaw(problem: LawProblem, progress: Progress): LawFit {
  const check = (): void => {
    progress.check()
  }
  const columns = randomColumns(problem)
  const blockNames = blockNamesOf(problem)
  let at = start(problem, columns, check)
  const linear = problem.law !== 'transformation' && problem.lnInitial.every((v) => Number.isNaN(v))
  let scales: MixedScales | null = null
  for (let round = 0; round < (linear ? 0 : LINEARISATIONS); round++) {
    const mixed = linearised(problem, columns, at.weights, at.effects)
    const fit = fitMixed(mixed, ROUNDS, scales ?? guesses(mixed), check)
    scales = fit.scales
    const next = lineSearch(problem, columns, mixed, scales, at, fit.solution)
    const moved = farthest(at.weights, next.weights)
    at = next
    if (moved < 1e-4) break
  }
  const last = linearised(problem, columns, at.weights, at.effects)
  return { ...fitMixed(last, LAST_ROUNDS, scales ?? guesses(last), check), blockNames }
}

/** Prior means; for a transformation the coefficients that suit the shares on the scale of η. */
function start(problem: LawProblem, columns: Float64Array, check: () => void): Coefficients {
  const p = problem.x.length / problem.n
  const weights = new Float64Array(p)
  problem.terms.forEach(({ prior }, j) => {
    if (typeof prior !== 'string') weights[j] = prior.mean
  })
  const effects = new Float64Array(problem.groupCount * problem.randomTerms.length)
  if (problem.law !== 'transformation') return { weights, effects }
  const straight: LawProblem = {
    ...problem,
    law: 'linear',
    y: problem.y.map(etaOfShare),
    targetVariance: problem.etaVariance,
  }
  const mixed = linearised(straight, columns, weights, effects)
  return fitMixed(mixed, ROUNDS, guesses(mixed), check).solution
}

/** The step of the linear model, halved while it makes the posterior of the law itself worse. */
function lineSearch(
  problem: LawProblem,
  columns: Float64Array,
  mixed: MixedProblem,
  scales: MixedScales,
  from: Coefficients,
  to: Coefficients,
): Coefficients {
  const before = misfit(problem, columns, mixed, scales, from)
  let share = 1
  for (let halving = 0; halving < HALVINGS; halving++) {
    const next: Coefficients = {
      weights: from.weights.map((v, j) => v + share * (to.weights[j]! - v)),
      effects: from.effects.map((v, j) => v + share * (to.effects[j]! - v)),
    }
    if (misfit(problem, columns, mixed, scales, next) <= before) return next
    share /= 2
  }
  return from
}

/** −2 ln of the posterior density at fixed scales, without constants. */
function misfit(
  problem: LawProblem,
  columns: Float64Array,
  { priorMean, priorVariance, blockOf }: MixedProblem,
  scales: MixedScales,
  { weights, effects }: Coefficients,
): number {
  let sum = 0
  const exponent = problem.time < 0 ? 1 : weights[problem.time]!
  for (let i = 0; i < problem.n; i++) {
    const eta = predictorAt(problem, columns, weights, effects, i)
    const { value } = lawValue(problem.law, eta, exponent, problem.lnInitial[i]!)
    sum += (problem.y[i]! - value) ** 2 / scales.noise
  }
  weights.forEach((w, j) => {
    const variance = blockOf[j]! < 0 ? priorVariance[j]! : scales.blocks[blockOf[j]!]!
    sum += (w - priorMean[j]!) ** 2 / variance
  })
  const q = problem.randomTerms.length
  effects.forEach((b, at) => (sum += b ** 2 / scales.random[at % q]!))
  return sum
}

function farthest(a: Float64Array, b: Float64Array): number {
  let most = 0
  for (let j = 0; j < a.length; j++) most = Math.max(most, Math.abs(a[j]! - b[j]!) / (Math.abs(b[j]!) + 0.1))
  return most
}
