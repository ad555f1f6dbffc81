export { fitGenerator } from './fit.ts'
export { generate } from './generate.ts'
export { insideDomain } from './inputs.ts'
export type {
  GenerateOptions,
  GeneratedImage,
  GeneratorImage,
  GeneratorSettings,
  GeneratorSpec,
  GeneratorState,
  ImageKind,
} from './types.ts'
