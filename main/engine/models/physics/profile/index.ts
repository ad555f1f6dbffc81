export * from './segments.ts'
export * from './shape.ts'
export * from './kinetics.ts'
export * from './derived.ts'
