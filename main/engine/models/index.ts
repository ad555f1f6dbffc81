export { fitModel } from './fit-model.ts'
export type { FittedModel } from './fit-model.ts'
export { posterior } from './posterior.ts'
export type { InputRow, Posterior, PosteriorMoments } from './posterior.ts'
export { serializeModel, deserializeModel } from './serialize.ts'
export { evaluateTable } from './evaluate-table.ts'
export type {
  EvaluationFold,
  EvaluationPrediction,
  EvaluationResult,
  EvaluationScore,
  EvaluationSpec,
} from './evaluate-table.ts'
export { LEAST_GROUPS, LEAST_ROWS } from './requirements.ts'
export { gaussianCrps, gaussianNll } from './gaussian.ts'
export type { FitSpec, InputColumn, InputDomain, OutputColumn } from './types.ts'
