import type { InputColumn } from '../types.ts'

/** Kinds of classifier, in the order in which they are shown; `mean` is the shares of the classes. */
export const CLASS_KINDS = ['pool', 'bhn-raw', 'forest', 'mean'] as const
export type ClassKind = (typeof CLASS_KINDS)[number]

/** Rows of one categorical output, all of them observed: x is n x d raw inputs (NaN = missing). */
export interface ClassSample {
  readonly n: number
  readonly inputs: readonly InputColumn[]
  readonly output: string
  readonly levels: readonly string[]
  readonly x: Float64Array
  /** Level of each row, 0..L−1. */
  readonly codes: Int32Array
  readonly groups: Int32Array
}

/** What a fitted classifier of one kind must be able to do. */
export interface ClassPredictor {
  /** n x L, rows sum to 1. */
  probabilities(x: Float64Array, n: number): Float64Array
  /** S x n x L under weight draws 0..S−1: the same draw is the same function at every call. */
  draws(x: Float64Array, n: number, count: number): Float64Array
}

/** Calibration of one kind on rows that the scoring model had not seen. */
export interface ClassCalibration {
  /** Logarithms of probabilities are divided by it. */
  readonly temperature: number
  /** Weight of the class shares in what is stated: what so few groups cannot rule out. */
  readonly doubt: number
  /** 1 − probability of the observed level, ascending. */
  readonly scores: Float64Array
  /** Number of independent groups behind them. */
  readonly groups: number
}
