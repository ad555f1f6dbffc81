export { fitBoosting } from './boosting.ts'
export type { BoostingState } from './boosting.ts'
export { boostingPredictor } from './predict.ts'
