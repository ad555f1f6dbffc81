export { corrections } from './adamw.ts'
export { referenceExecutor } from './executor.ts'
