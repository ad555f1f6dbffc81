import { ContractError } from '../../../../contract/index.ts'
import { valueOf } from '../columns/stages.ts'
import type { Moments } from '../../types.ts'
import { lawValue } from './law-value.ts'
import { randomValue } from './linearise.ts'
import { designMatrix } from './form.ts'
import { hermite, momentsFromLink } from './link.ts'
import type { PhysicsMean } from './state.ts'
import { termValues } from './terms.ts'

/** New rows as a law sees them. */
export interface LawInputs {
  /** n x weights. */
  readonly design: Float64Array
  /** Columns of the random effects, n x randomTerms. */
  readonly random: Float64Array
  /** Variance left open by missing cells and by compositions far from all inducing ones, n. */
  readonly leftOpen: Float64Array
  /** ln of the initial size (µm), NaN where it does not enter. */
  readonly lnInitial: Float64Array
}

/** Errors: BAD_REQUEST for rows of another width than the law was fitted on. */
export function physicsRows(state: PhysicsMean, x: Float64Array, n: number): LawInputs {
  const { terms, surface, width, weights, randomTerms, initial } = state
  if (x.length !== n * width)
    throw new ContractError('BAD_REQUEST', `Rows of ${x.length / n} inputs were given to a law of ${width}.`)
  const p = weights.length
  const q = randomTerms.length
  const design = designMatrix(terms, surface, x, width, n)
  const { missing } = termValues(terms, x, width, n)
  const random = new Float64Array(n * q)
  const lnInitial = new Float64Array(n).fill(Number.NaN)
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < q; k++) random[i * q + k] = randomValue(randomTerms[k]!, terms, design, p, i)
    if (initial === null) continue
    const v = Math.log(valueOf(initial, x, width, i))
    if (Number.isFinite(v)) lnInitial[i] = v
  }
  const leftOpen = Float64Array.from({ length: n }, (_, i) => openAt(state, design, missing, i))
  return { design, random, leftOpen, lnInitial }
}

/** Where more of the training rows lacked a term, what that leaves open is in the learnt variances already. */
const SELDOM = 0.05

function openAt(state: PhysicsMean, design: Float64Array, missing: Uint8Array, i: number): number {
  const { terms, surface, weights } = state
  const p = weights.length
  let sum = 0
  terms.forEach((term, j) => {
    if (missing[i * terms.length + j] === 1 && term.missingShare < SELDOM)
      sum += (weights[j]! * term.spread) ** 2
  })
  if (surface === null) return sum
  let length = 0
  for (let k = 0; k < surface.count; k++) length += design[i * p + terms.length + k]! ** 2
  return sum + state.surfaceVariance * Math.max(0, 1 - length)
}

/**
 * A value of the law and its variance, with the noise of a row, in the output's unit: sizes are fitted in µm and shares in
 * 0..1. No row of a bounded share scatters more than a coin of that mean.
 */
export function inOutputUnit(
  { observed, law, link, unitFactor, noiseVariance }: PhysicsMean,
  value: number,
  variance: number,
): { mean: number; epistemic: number; aleatoric: number } {
  if (observed === 'ln')
    return { mean: value - Math.log(unitFactor), epistemic: variance, aleatoric: noiseVariance }
  if (link === 'ln') return momentsFromLink(link, value - Math.log(unitFactor), variance, noiseVariance)
  const most = law === 'transformation' ? value * (1 - value) : Infinity
  const square = unitFactor ** 2
  return {
    mean: value / unitFactor,
    epistemic: variance / square,
    aleatoric: Math.min(noiseVariance, most) / square,
  }
}

/**
 * Mean and variance of the law at n new rows (raw inputs, n x width) of a group not seen: what is not known of the
 * constants, of the new heat's own level and slopes, of missing inputs and of compositions far from all trained ones is
 * epistemic; scatter within a heat is aleatoric. In the unit (or logarithm) that was fitted. Errors: BAD_REQUEST for
 * rows of another width.
 */
export function physicsMoments(state: PhysicsMean, x: Float64Array, n: number): Moments {
  const rows = physicsRows(state, x, n)
  const p = state.weights.length
  const q = state.randomTerms.length
  const out: Moments = {
    mean: new Float64Array(n),
    epistemicVariance: new Float64Array(n),
    aleatoricVariance: new Float64Array(n),
  }
  for (let i = 0; i < n; i++) {
    let open = rows.leftOpen[i]!
    for (let k = 0; k < q; k++) open += state.randomVariance[k]! * rows.random[i * q + k]! ** 2
    const law = throughLaw(state, rows.design.subarray(i * p, (i + 1) * p), rows.lnInitial[i]!, open)
    const given = inOutputUnit(state, law.mean, law.variance)
    out.mean[i] = given.mean
    out.epistemicVariance[i] = given.epistemic
    out.aleatoricVariance[i] = Math.max(given.aleatoric, 1e-12)
  }
  return out
}

/**
 * Mean and variance of the law when its linear predictor is uncertain. From an initial size the law bends (a heat that
 * may grow fast or slowly grows more in the mean than a middling one), so that the predictor is integrated over and only
 * the exponent's own part is linear.
 */
function throughLaw(
  state: PhysicsMean,
  row: Float64Array,
  lnInitial: number,
  open: number,
): { mean: number; variance: number } {
  const { weights, covariance, time } = state
  let eta = 0
  for (let j = 0; j < row.length; j++) eta += row[j]! * weights[j]!
  const own = quadratic(covariance, row) + open
  const law = state.law === 'growth' && Number.isNaN(lnInitial) ? 'linear' : state.law
  if (law === 'linear') return { mean: eta, variance: own }
  const exponent = time < 0 ? 1 : weights[time]!
  const sd = Math.sqrt(own)
  const [mean, variance] = hermite((z) => lawValue(law, eta + sd * z, exponent, lnInitial).value)
  if (time < 0 || law === 'transformation') return { mean, variance }
  const { exponentSlope } = lawValue(law, eta, exponent, lnInitial)
  return { mean, variance: variance + exponentSlope ** 2 * covariance[time * row.length + time]! }
}

function quadratic(matrix: Float64Array, v: Float64Array): number {
  const p = v.length
  let sum = 0
  for (let a = 0; a < p; a++) {
    if (v[a] === 0) continue
    let row = 0
    for (let b = 0; b < p; b++) row += matrix[a * p + b]! * v[b]!
    sum += v[a]! * row
  }
  return Math.max(0, sum)
}
