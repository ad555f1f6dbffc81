import type { MethodInput, MethodName, MethodOutput, MethodParsed, methods } from '../../contract/index.ts'
import type { Handles } from '../engine.ts'
import type { Pool, Runner, Steps } from '../jobs/index.ts'
import type { Store } from '../store/index.ts'

export interface AreaContext {
  readonly store: Store
  readonly runner: Runner
  readonly pool: Pool
  readonly steps: Steps
  readonly handles: Handles
  readonly programVersion: string
  readonly seed: number
}

export type EngineMethod = {
  [M in MethodName]: (typeof methods)[M]['scope'] extends 'engine' ? M : never
}[MethodName]

export type Handler<M extends MethodName> = (
  input: MethodParsed<M>,
) => MethodOutput<M> | Promise<MethodOutput<M>>
/** Every method of the engine; a missing one does not compile, one given twice neither. */
export type Handlers = { [M in EngineMethod]: Handler<M> }
export type Area<Prefix extends string> = { [M in Extract<EngineMethod, `${Prefix}.${string}`>]: Handler<M> }
export type { MethodInput }
