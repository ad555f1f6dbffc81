import type { EngineEvent, Sha256 } from '../contract/index.ts'

/** Resolves a handle that the host minted; throws HANDLE_UNKNOWN for any other. */
export interface Handles {
  resolve(handle: string): string
}

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error'
  readonly message: string
  readonly detail?: string
}

export interface EngineOptions {
  /** Folder of the project; must hold one (see createProject). */
  readonly dataDir: string
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly log: (line: LogLine) => void
  /** Seed of new projects' jobs when the project states none. */
  readonly seed?: number
  readonly handles: Handles
  readonly programVersion: string
  /** For fault tests only: called at named points. */
  readonly faultPoint?: (name: string) => void
  readonly workers?: number
}

export interface Engine {
  /** Checks the parameters against the contract, answers a value or throws ContractError. */
  call(method: string, params: unknown): Promise<unknown>
  subscribe(listener: (event: EngineEvent) => void): () => void
  /** Where the bytes behind a hash lie, for a host that serves them; null when the project has no such blob. */
  blobPath(sha256: Sha256): { readonly path: string; readonly mediaType: string } | null
  /** Resolves when a job has ended. */
  settled(jobId: string): Promise<void>
  close(): Promise<void>
}
