export { GraphBuilder } from './builder.ts'
export { asExecutor, initialState } from './executor.ts'
export type {
  Evaluator,
  Executor,
  LocalEvaluator,
  LocalExecutor,
  LocalTrainer,
  StepFeeds,
  StepGradients,
  Trainer,
} from './executor.ts'
export { fedValues, feederOf, leafOf, leaves, reachable } from './feeds.ts'
export { corrections, referenceExecutor } from './reference/index.ts'
export { gradients, trainingStep } from './reverse.ts'
export { broadcastShapes, broadcastStrides, sameShape, sizeOf } from './shapes.ts'
export type * from './types.ts'
