export { fitModel } from './fit-model.ts'
export { ALL_KINDS, DEFAULT_KINDS } from './kinds.ts'
export type { FittedModel } from './fit-model.ts'
export { parseRow, posterior } from './posterior.ts'
export type { InputRow, Posterior, PosteriorMoments } from './posterior.ts'
export { serializeModel, deserializeModel } from './serialize.ts'
export { evaluateTable } from './evaluate-table.ts'
export type {
  EvaluationFold,
  EvaluationPrediction,
  EvaluationResult,
  EvaluationScore,
  EvaluationSpec,
} from './evaluation.ts'
export type { ClassEvaluation, ClassEvaluationScore } from './classes/evaluate.ts'
export { classPosterior, fitClasses, type ClassPosterior, type FittedClasses } from './classes/index.ts'
export { LEAST_GROUPS, LEAST_ROWS } from './requirements.ts'
export { gaussianCrps, gaussianNll } from './gaussian.ts'
export type { FitSpec, InputColumn, InputDomain, OutputColumn, OutputGroup } from './types.ts'
export { compareModels } from './comparison.ts'
export { nearestRows } from './neighbours.ts'
export { impossibleInputs, physicalLimits, type NamedColumn, type PhysicalLimits } from './physical.ts'
export {
  densityCurve,
  predictiveCdf,
  predictiveQuantile,
  predictiveQuantiles,
  type DensityCurve,
  type Quantiles,
} from './predictive.ts'
export { trustOf } from './trust.ts'
export { windowProbabilities, WINDOW_DRAWS, type LevelPosterior } from './window.ts'
export { modelGraph, type ModelGraph } from './export/model-graph.ts'
export { supportOf, type Support } from './outputs/support.ts'
export { predictWithOwnRows, type OwnRow } from './own-rows.ts'
