import type { Known } from '../columns/stages.ts'
import type { LawKind } from './law-value.ts'
import type { Link } from './link.ts'
import type { OutputKind } from './outputs.ts'
import type { Surface } from './surface.ts'
import type { ConstantPrior, Term } from './terms.ts'

/** A constant of a law after the fit. */
export interface FittedConstant {
  readonly name: string
  readonly unit: string
  readonly mean: number
  readonly sd: number
  readonly prior: ConstantPrior
  /** Whether the rows say more of it than the prior did: its sd fell below 0.7 of the prior's. */
  readonly identified: boolean
}

/** How the grain size before the treatment enters. */
export type InitialRule = 'growth law' | 'linear' | 'none'

/** A fitted physics mean function of one output: plain data. */
export interface PhysicsMean {
  readonly kind: 'physics'
  readonly output: string
  readonly outputKind: OutputKind
  /** What was fitted to: the output itself, or its natural logarithm. */
  readonly observed: 'value' | 'ln'
  readonly link: Link
  readonly law: LawKind
  /** Factor from the output's unit to µm for grain sizes, to 0..1 for fractions; 1 otherwise. */
  readonly unitFactor: number
  readonly width: number
  readonly terms: readonly Term[]
  readonly time: number
  readonly initial: Known<'initialGrain' | 'grain'> | null
  readonly initialRule: InitialRule
  readonly surface: Surface | null
  /** Coefficients of the terms, then of the surface, and their posterior covariance. */
  readonly weights: Float64Array
  readonly covariance: Float64Array
  /** Terms on which groups differ (−1: the level), their variances between groups. */
  readonly randomTerms: readonly number[]
  readonly randomVariance: Float64Array
  /** Learnt prior variance of a surface feature; what inducing points leave out keeps it. */
  readonly surfaceVariance: number
  readonly noiseVariance: number
  readonly groupCount: number
  readonly rows: number
  readonly logEvidence: number
  readonly constants: readonly FittedConstant[]
  /** Training rows with grains below the range of Hall–Petch, where it is a term. */
  readonly fineGrains: number
}
