export { fitForest } from './forest.ts'
export type { ForestOutput, ForestState } from './forest.ts'
export { forestMoments, forestPredictor } from './predict.ts'
export type { ForestPredictor, MeanFunction } from './predict.ts'
