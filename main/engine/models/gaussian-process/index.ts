export { fitGaussianProcess } from './gaussian-process.ts'
export type { GaussianProcessState, ProcessOutput } from './gaussian-process.ts'
export { gaussianProcessPredictor } from './predict.ts'
