import type { ModelDetail, ModelKind } from '../../contract/index.ts'
import type { Support } from './outputs/support.ts'
import type { LocalExecutor } from '../graph/index.ts'

export interface InputColumn {
  readonly name: string
  readonly unit: string
  /** Levels of a category (values are codes into it); null for a number. */
  readonly levels: readonly string[] | null
}

export interface OutputColumn {
  readonly name: string
  readonly unit: string
  /** Where its values can lie; absent: anywhere. */
  readonly support?: Support
  /** Name of the group that it is a part of: all parts of one add up to its total. */
  readonly whole?: string
}

/** Output columns that are the parts of one whole: a composition, or the shares of the bins of a histogram. */
export interface OutputGroup {
  readonly name: string
  readonly columns: readonly string[]
  readonly total: 1 | 100
  readonly kind: 'composition' | 'histogram'
  /** Of the bins of a histogram, one more than there are columns, ascending. */
  readonly edges?: readonly number[]
  /** Of the edges. */
  readonly unit?: string
}

/** Where a group stands among the outputs of a sample: its parts, then what is derived from them. */
export interface Whole {
  readonly name: string
  readonly total: number
  readonly first: number
  readonly parts: number
  readonly derived: number
  readonly edges: readonly number[] | null
}

/** Rows ready to be learnt: x is n x d raw inputs, y is n x m targets, both row-major; NaN = missing. */
export interface Sample {
  readonly n: number
  readonly inputs: readonly InputColumn[]
  readonly outputs: readonly OutputColumn[]
  readonly x: Float64Array
  readonly y: Float64Array
  readonly groups: Int32Array
  /** Groups of outputs that are parts of a whole, in the order of the outputs, after those that stand alone. */
  readonly wholes?: readonly Whole[]
}

/** Predictive moments in the outputs' units, n x m each: the variance of the mean and that of the noise apart. */
export interface Moments {
  readonly mean: Float64Array
  readonly epistemicVariance: Float64Array
  readonly aleatoricVariance: Float64Array
  /** Number of groups that were as far from the data or further when held out, where the model measures distance. */
  readonly support?: Float64Array
}

/** What a fitted model of one kind must be able to do; its state is plain data that can be stored. */
export interface Predictor {
  moments(x: Float64Array, n: number): Moments
  /** Mean functions of weight draws 0..count−1, count x n x m: the same draw is the same function at every call. */
  drawMeans(x: Float64Array, n: number, count: number): Float64Array
}

/** Calibration of one output: a factor on sd, and the scores |residual|/sd from which intervals are read. */
export interface Calibration {
  readonly factor: number
  /** Ascending, of rows that the scoring model had not seen. */
  readonly scores: Float64Array
  /** Number of independent groups behind the scores. */
  readonly groups: number
}

export interface OutputScale {
  readonly mean: Float64Array
  readonly sd: Float64Array
}

export interface FitSpec {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Fold number of each row of the table. */
  readonly folds: Int32Array
  readonly seed: number
  readonly kinds?: readonly ModelKind[]
  /** Supports of outputs by name; others are modelled as they are. */
  readonly supports?: Readonly<Record<string, Support>>
  /** Outputs that are parts of a whole; their columns need not be named among `outputs`. */
  readonly groups?: readonly OutputGroup[]
  /** What computes the networks. */
  readonly executor: LocalExecutor
}

export type Reliability = ModelDetail['reliability']
export type Hyperparameters = ModelDetail['hyperparameters']

/** What one input looked like in training: the range of a number, the levels of a category that occurred. */
export interface InputDomain {
  readonly low: number
  readonly high: number
  readonly levels: readonly string[] | null
  readonly missing: boolean
  /** Standard deviation of a number, for distances between specimens; 1 for a category. */
  readonly spread: number
}
