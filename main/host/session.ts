import { ContractError, type EngineEvent, type MethodName, type MethodOutput } from '../contract/index.ts'
import type { MethodInput, ProjectInfo, ReplyMessage, Sha256 } from '../contract/index.ts'
import { createEngine, createProject, isProject, type Engine } from '../engine/index.ts'
import type { Spawn } from '../engine/compute/index.ts'
import type { BrowseContext } from './browse.ts'
import { checkedCall, replyTo } from './dispatch.ts'
import { HandleTable } from './handles.ts'
import { hostMethods } from './host-methods.ts'
import type { Log } from './log.ts'
import { MachineExecutors } from './machine-executors.ts'
import { canonicalPath, styleOf } from './places.ts'
import { RecentProjects } from './recent.ts'

export interface SessionOptions {
  readonly host: 'cli' | 'server' | 'electron'
  readonly configFolder: string
  readonly clock: () => number
  readonly log: Log
  readonly programVersion: string
  /** Seed of a project that is created without one. */
  readonly seed: number
  readonly platform?: string
  /** Starts the processes that compute; plain Node forks them. */
  readonly spawnExecutor?: Spawn
}

export interface NewProject {
  readonly name: string
  readonly simulated: boolean
  readonly seed: number
}

/**
 * One workspace, the same behind every host: at most one open project, the handles minted in this process,
 * and the methods that need no project. Everything that crosses it is checked against the contract both ways.
 */
export class Session {
  readonly options: SessionOptions
  readonly handles: HandleTable
  readonly recent: RecentProjects
  readonly executors: MachineExecutors
  readonly #listeners = new Set<(event: EngineEvent) => void>()
  #engine: Engine | null = null
  #path: string | null = null
  #unsubscribe: () => void = () => undefined
  /** Opening and closing happen one after the other, whatever order calls arrive in. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: SessionOptions) {
    this.options = options
    this.handles = new HandleTable(styleOf(this.platform))
    this.recent = new RecentProjects(options.configFolder, options.log)
    this.executors = new MachineExecutors(options)
  }

  get platform(): string {
    return this.options.platform ?? process.platform
  }

  get browsing(): BrowseContext {
    return {
      handles: this.handles,
      style: styleOf(this.platform),
      platform: this.platform,
      isProject,
    }
  }

  get projectOpen(): boolean {
    return this.#engine !== null
  }

  /** The open engine. @throws ContractError NO_PROJECT */
  get engine(): Engine {
    if (this.#engine === null) throw new ContractError('NO_PROJECT', 'No project is open.')
    return this.#engine
  }

  /** Answers any message whatever, with a reply of the contract; never rejects. */
  dispatch(message: unknown): Promise<ReplyMessage> {
    return replyTo(message, (method, params) => this.#answer(method, params), this.options.log)
  }

  /** A call from inside this process, checked like one from outside. @throws ContractError */
  async call<M extends MethodName>(method: M, params: MethodInput<M>): Promise<MethodOutput<M>> {
    const value = await checkedCall(method, params, (name, parsed) => this.#answer(name, parsed))
    return value as MethodOutput<M>
  }

  async #answer(method: MethodName, params: unknown): Promise<unknown> {
    const own = hostMethods[method]
    return own === undefined ? this.engine.call(method, params) : own(this, params)
  }

  subscribe(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Where the bytes of a blob are, or null when the open project has no such blob. */
  blobPath(sha: Sha256): { path: string; mediaType: string } | null {
    return this.#engine?.blobPath(sha) ?? null
  }

  /** Opens the project in a folder in place of the open one, which stays if that fails. @throws ContractError */
  openProject(folder: string): Promise<ProjectInfo> {
    return this.#inTurn(async () => {
      const path = canonicalPath(folder, styleOf(this.platform))
      if (!isProject(path))
        throw new ContractError(
          'NOT_FOUND',
          'The folder holds no project.',
          this.browsing.style.basename(path),
        )
      return this.#open(path)
    })
  }

  /** Creates a project in `folder` (made if absent) and opens it. @throws ContractError PROJECT_EXISTS */
  createProject(folder: string, project: NewProject): Promise<ProjectInfo> {
    return this.#inTurn(async () => {
      const path = canonicalPath(folder, styleOf(this.platform))
      createProject(path, { ...project, clock: this.options.clock })
      return this.#open(path)
    })
  }

  closeProject(): Promise<void> {
    return this.#inTurn(() => this.#closeEngine())
  }

  /** Resolves when a job of the open project has ended, whichever way. */
  settled(jobId: string): Promise<void> {
    return this.engine.settled(jobId)
  }

  async #open(path: string): Promise<ProjectInfo> {
    const { clock, log, seed, programVersion } = this.options
    // One project cannot be open twice; any other is closed only once the new one stands.
    if (path === this.#path) await this.#closeEngine()
    const engine = await createEngine({
      dataDir: path,
      clock,
      log,
      seed,
      handles: this.handles,
      programVersion,
    })
    await this.#closeEngine()
    this.#engine = engine
    this.#path = path
    this.#unsubscribe = engine.subscribe((event) => this.#emit(event))
    const info = await this.call('project.info', {})
    await this.recent.add({ name: info.name, path, openedAt: new Date(clock()).toISOString() })
    this.#emit({ type: 'changed', entity: 'project', ids: [], revision: info.revision })
    return info
  }

  async #closeEngine(): Promise<void> {
    const engine = this.#engine
    if (engine === null) return
    this.#engine = null
    this.#path = null
    this.#unsubscribe()
    await engine.close()
    this.#emit({ type: 'changed', entity: 'project', ids: [], revision: 0 })
  }

  #emit(event: EngineEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#turn.then(work, work)
    this.#turn = next.catch(() => undefined)
    return next
  }
}
