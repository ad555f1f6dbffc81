export * from './random.ts'
export * from './matrix.ts'
export * from './statistics.ts'
export * from './distributions.ts'
