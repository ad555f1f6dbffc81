import { availableParallelism } from 'node:os'
import { ContractError, isMethodName, methods, type EngineEvent, type Sha256 } from '../contract/index.ts'
import type { AreaContext, EngineMethod, Handlers } from './areas/area.ts'
import { imageArea } from './areas/images.ts'
import { jobArea } from './areas/jobs.ts'
import { microstructureArea } from './areas/microstructure.ts'
import { modelArea } from './areas/models.ts'
import { projectArea } from './areas/project.ts'
import { resultArea } from './areas/results.ts'
import type { Engine, EngineOptions } from './engine.ts'
import { openPool, openRunner } from './jobs/index.ts'
import { steps } from './steps/index.ts'
import { discardProject, isProject, openStore, schemaNumber } from './store/index.ts'

/** Beside the engine as it is written, and beside its bundle in a package. */
const workerUrl = import.meta.url.endsWith('.ts')
  ? new URL('./steps/worker.ts', import.meta.url)
  : new URL('./worker.mjs', import.meta.url)

export interface NewProject {
  readonly name: string
  readonly simulated: boolean
  readonly seed: number
  readonly clock: () => number
}

/** Makes an empty project in a folder, as a whole or not at all. Errors: PROJECT_EXISTS, FOLDER_UNREADABLE, DISK_FULL. */
export function createProject(dataDir: string, project: NewProject): void {
  if (isProject(dataDir))
    throw new ContractError('PROJECT_EXISTS', 'This folder already holds a project.', project.name)
  try {
    writeProject(dataDir, project)
  } catch (error) {
    // Any other failure may mean that the files are another process's.
    if (error instanceof ContractError && (error.code === 'DISK_FULL' || error.code === 'FOLDER_UNREADABLE'))
      discardProject(dataDir)
    throw error
  }
}

function writeProject(dataDir: string, project: NewProject): void {
  const store = openStore({ dataDir, clock: project.clock, onChanged: () => undefined })
  try {
    store.write(() => {
      store.meta.set('name', project.name)
      store.meta.set('simulated', project.simulated ? '1' : '0')
      store.meta.set('seed', String(project.seed))
      store.meta.set('createdAt', store.now())
      store.meta.set('schemaVersion', String(schemaNumber))
    })
  } finally {
    store.close()
  }
}

/**
 * Opens the project in `dataDir` and starts the engine on it: plain Node, no Electron, no globals. Jobs that an earlier
 * process left unfinished go on. Errors: NO_PROJECT, PROJECT_IN_USE, PROJECT_NEWER, PROJECT_DAMAGED.
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  if (!isProject(options.dataDir)) throw new ContractError('NO_PROJECT', 'This folder holds no project.')
  const listeners = new Set<(event: EngineEvent) => void>()
  const emit = (event: EngineEvent) => {
    for (const listener of listeners) listener(event)
  }
  const store = openStore({ dataDir: options.dataDir, clock: options.clock, onChanged: emit })
  const logError = (message: string, detail: string) => {
    options.log({ level: 'error', message, detail })
  }
  const seed = Number(store.meta.get('seed') ?? String(options.seed ?? 1))
  const pool = openPool(
    workerUrl,
    options.workers ?? Math.max(1, Math.min(8, availableParallelism())),
    logError,
  )
  const runner = openRunner({
    store,
    pool,
    steps,
    seed,
    codeVersion: options.programVersion,
    onJob: emit,
    log: logError,
    faultPoint: options.faultPoint ?? (() => undefined),
  })
  const context: AreaContext = {
    store,
    runner,
    pool,
    steps,
    handles: options.handles,
    programVersion: options.programVersion,
    seed,
  }
  const handlers: Handlers = {
    ...projectArea(context),
    ...imageArea(context),
    ...microstructureArea(context),
    ...modelArea(context),
    ...resultArea(context),
    ...jobArea(context),
  }
  runner.start()
  await Promise.resolve()

  return {
    async call(method, params) {
      if (!isMethodName(method) || methods[method].scope !== 'engine') {
        throw new ContractError('UNKNOWN_METHOD', 'The engine has no such method.', method)
      }
      const parsed = methods[method].input.safeParse(params ?? {})
      if (!parsed.success) {
        const first = parsed.error.issues[0]
        throw new ContractError(
          'BAD_REQUEST',
          first?.message ?? 'The parameters do not fit.',
          `${method}: ${first?.path.join('.') ?? ''}`,
        )
      }
      const handler = handlers[method as EngineMethod] as (input: unknown) => unknown
      return handler(parsed.data)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    blobPath(sha256: Sha256) {
      const row = store.blobs.get(sha256)
      return row === null ? null : { path: store.files.path(sha256), mediaType: row.mediaType }
    },
    async settled(jobId) {
      await runner.settled(jobId)
    },
    async close() {
      await runner.close()
      store.close()
      listeners.clear()
    },
  }
}
