import type { ModelKind, ModelScore } from '../../contract/index.ts'
import type { LocalExecutor } from '../graph/index.ts'
import type { ClassEvaluation } from './classes/evaluate.ts'
import type { Support } from './outputs/support.ts'
import type { OutputGroup } from './types.ts'

/** One train/test pair: `testRows` are row numbers of the table, all other rows train. */
export interface EvaluationFold {
  readonly name: string
  readonly repeat: number
  readonly fold: number
  readonly testRows: ArrayLike<number>
}

export interface EvaluationSpec {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly folds: readonly EvaluationFold[]
  readonly seed: number
  /** Fit ln(output); rows with an output ≤ 0 are left out. */
  readonly log?: boolean
  readonly kinds?: readonly ModelKind[]
  /** Outputs that are parts of a whole, each group a task; their columns need not be named among `outputs`. */
  readonly groups?: readonly OutputGroup[]
  /** Supports of outputs by name; not together with `log`. */
  readonly supports?: Readonly<Record<string, Support>>
  /** What computes the networks. */
  readonly executor: LocalExecutor
}

export interface EvaluationScore extends ModelScore {
  readonly name: string
  readonly repeat: number
  readonly fold: number
  /** CRPS on rows of left-out groups inside the training rows: what a choice among kinds may look at. */
  readonly trainingCrps: number
}

/** In the unit the model was fitted in (ln of the output with `log`). */
export interface EvaluationPrediction {
  readonly model: ModelKind
  readonly repeat: number
  readonly fold: number
  readonly row: number
  readonly output: string
  readonly y: number
  readonly mean: number
  readonly sd: number
  readonly q05: number
  readonly q50: number
  readonly q95: number
  readonly nll: number
  readonly crps: number
}

export interface EvaluationResult {
  readonly scores: EvaluationScore[]
  readonly predictions: EvaluationPrediction[]
  /** The kind chosen for each output and fold from the training rows alone (recommend.ts). */
  readonly chosen: { output: string; repeat: number; fold: number; model: ModelKind }[]
  /** Of the outputs that are categories. */
  readonly classes: ClassEvaluation
}
