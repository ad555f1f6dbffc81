import type { ModelDetail, ModelKind } from '../../contract/index.ts'

export interface InputColumn {
  readonly name: string
  readonly unit: string
  /** Levels of a category (values are codes into it); null for a number. */
  readonly levels: readonly string[] | null
}

export interface OutputColumn {
  readonly name: string
  readonly unit: string
}

/** Rows ready to be learnt: x is n x d raw inputs, y is n x m targets, both row-major; NaN = missing. */
export interface Sample {
  readonly n: number
  readonly inputs: readonly InputColumn[]
  readonly outputs: readonly OutputColumn[]
  readonly x: Float64Array
  readonly y: Float64Array
  readonly groups: Int32Array
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
