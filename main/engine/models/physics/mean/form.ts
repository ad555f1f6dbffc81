import type { Progress } from '../../../dataset/table.ts'
import type { Design } from './design.ts'
import { variance } from '../../../math/index.ts'
import { fitLaw } from './fit-law.ts'
import type { LawFit } from './fit-law.ts'
import { etaOfShare } from './law-value.ts'
import type { LawKind } from './law-value.ts'
import { SURFACE_BLOCK } from './linearise.ts'
import type { LawProblem } from './linearise.ts'
import type { LawRows } from './rows.ts'
import type { FittedConstant, InitialRule, PhysicsMean } from './state.ts'
import { fitSurface, surfaceFeatures } from './surface.ts'
import type { Surface } from './surface.ts'
import { termValues } from './terms.ts'
import type { Term } from './terms.ts'

const MOST_INDUCING = 60

/** What a form of a mean function says of it. */
export type Form = Pick<
  PhysicsMean,
  | 'terms'
  | 'time'
  | 'initialRule'
  | 'surface'
  | 'weights'
  | 'covariance'
  | 'randomTerms'
  | 'randomVariance'
  | 'surfaceVariance'
  | 'noiseVariance'
  | 'logEvidence'
  | 'constants'
>

/** One form: a design, with a surface over composition of the given length scale or none. null where none can be had. */
export function fitForm(
  design: Design,
  law: LawKind,
  rule: InitialRule,
  length: number | null,
  rows: LawRows,
  lnInitial: Float64Array,
  progress: Progress,
): Form | null {
  const { x, n, inputs } = rows.sample
  const d = inputs.length
  const surface = length === null ? null : fitSurface(design.composition, x, d, n, MOST_INDUCING, length)
  if (length !== null && surface === null) return null
  const targetVariance = variance(rows.y)
  const problem: LawProblem = {
    law,
    n,
    terms: design.terms,
    x: designMatrix(design.terms, surface, x, d, n),
    surfaceCount: surface?.count ?? 0,
    y: rows.y,
    lnInitial: rule === 'growth law' ? lnInitial : new Float64Array(n).fill(Number.NaN),
    time: design.time,
    randomTerms: randomTermsOf(design, rows),
    groups: rows.groups,
    groupCount: rows.groupCount,
    targetVariance,
    etaVariance: law === 'transformation' ? variance(rows.y.map(etaOfShare)) : targetVariance,
  }
  return formOf(fitLaw(problem, progress), problem, rule, surface)
}

/** Terms, then surface features: n x (terms + surface). */
export function designMatrix(
  terms: readonly Term[],
  surface: Surface | null,
  x: Float64Array,
  d: number,
  n: number,
): Float64Array {
  const { values } = termValues(terms, x, d, n)
  if (surface === null) return values
  const features = surfaceFeatures(surface, x, d, n)
  const p = terms.length + surface.count
  const out = new Float64Array(n * p)
  for (let i = 0; i < n; i++) {
    out.set(values.subarray(i * terms.length, (i + 1) * terms.length), i * p)
    out.set(features.subarray(i * surface.count, (i + 1) * surface.count), i * p + terms.length)
  }
  return out
}

/** The level of each group, and its slopes where enough groups have rows to tell; none where groups hardly repeat. */
function randomTermsOf(design: Design, { groups, groupCount }: LawRows): number[] {
  const sizes = new Float64Array(groupCount)
  for (const g of groups) sizes[g]!++
  const repeated = sizes.filter((s) => s > 1).length
  if (groupCount < 3 || repeated < 3) return []
  const rich = sizes.filter((s) => s > 3).length
  return rich >= 4 ? [-1, ...design.slopes] : [-1]
}

function formOf(fit: LawFit, problem: LawProblem, rule: InitialRule, surface: Surface | null): Form {
  const { solution, scales, blockNames } = fit
  const p = solution.weights.length
  const block = blockNames.indexOf(SURFACE_BLOCK)
  const constants = problem.terms.flatMap(({ name, unit, prior }, j): FittedConstant[] => {
    if (typeof prior === 'string') return []
    const sd = Math.sqrt(solution.covariance[j * p + j]!)
    return [{ name, unit, mean: solution.weights[j]!, sd, prior, identified: sd < 0.7 * prior.sd }]
  })
  return {
    terms: problem.terms,
    time: problem.time,
    initialRule: rule,
    surface,
    weights: solution.weights,
    covariance: solution.covariance,
    randomTerms: problem.randomTerms,
    randomVariance: scales.random,
    surfaceVariance: block < 0 ? 0 : scales.blocks[block]!,
    noiseVariance: scales.noise,
    logEvidence: solution.logEvidence,
    constants,
  }
}
