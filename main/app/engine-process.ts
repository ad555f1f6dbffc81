import { callMessage, ContractError, replyMessage, type MethodName } from '../contract/index.ts'
import { blobPlace, shellReply, type ShellRequest } from '../host/shared/shell-messages.ts'
import { ExecutorProcesses, type ExecutorProcess } from './executor-processes.ts'
import { afterExit } from './restart-policy.ts'

/** A started engine process, whatever started it (a utility process; in tests a thread). */
export interface Child {
  post(message: ShellRequest, ports: readonly unknown[]): void
  onMessage(listener: (message: unknown) => void): void
  onExit(listener: (code: number | null) => void): void
  kill(): void
}

/** One end of a channel that stays in the shell, for its own few calls. */
export interface OwnPort {
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
}

export interface SupervisorOptions {
  start(): Child
  /** Starts a process that computes for the engine. */
  startExecutor(): ExecutorProcess
  /** Makes a channel: one end for the engine, the other for the shell itself. */
  ownChannel(): { readonly remote: unknown; readonly local: OwnPort }
  clock(): number
  /** The engine stands again after a failure: pages need new ports. */
  onRestarted(): void
  onGivenUp(reason: string): void
  log(message: string): void
}

interface Pending {
  resolve: (value: unknown) => void
  reject: (error: Error) => void
}

/** Starts the engine process, starts it again when it fails, and asks it the shell's few questions. */
export class EngineSupervisor {
  readonly #options: SupervisorOptions
  readonly #pending = new Map<number, Pending>()
  readonly #failedAt: number[] = []
  readonly #executors: ExecutorProcesses
  #child: Child | null = null
  #own: OwnPort | null = null
  /** Held back until the engine says that it listens. */
  #held: { message: ShellRequest; ports: readonly unknown[] }[] | null = []
  #nextId = 1
  #closing = false

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#executors = new ExecutorProcesses(
      () => options.startExecutor(),
      (message) => this.#post(message, []),
    )
  }

  start(): void {
    const child = this.#options.start()
    this.#child = child
    this.#held = []
    child.onMessage((message) => this.#onMessage(message))
    child.onExit((code) => this.#onExit(child, code))
  }

  /** Hands a page's end of a channel to the engine. */
  connect(port: unknown): void {
    this.#post({ type: 'port' }, [port])
  }

  async mint(path: string): Promise<string> {
    return String(await this.#ask((id) => ({ type: 'mint', id, path })))
  }

  async blobPlace(sha256: string): Promise<{ path: string; mediaType: string } | null> {
    return blobPlace.parse(await this.#ask((id) => ({ type: 'blob', id, sha256 })))
  }

  async saveBlob(sha256: string, path: string): Promise<void> {
    await this.#ask((id) => ({ type: 'saveBlob', id, sha256, path }))
  }

  /** A method of the contract, for the menu. @throws ContractError */
  async call(method: MethodName, params: unknown): Promise<unknown> {
    const own = this.#ownPort()
    return this.#promise((id) => own.post(callMessage.parse({ id, method, params })))
  }

  /** Lets the engine close its project, then ends it; after `patienceMs` it is ended in any case. */
  async close(patienceMs: number): Promise<void> {
    this.#closing = true
    const child = this.#child
    if (child === null) return
    const patience = new Promise<void>((resolve) => setTimeout(resolve, patienceMs))
    const asked = this.#ask((id) => ({ type: 'close', id })).catch(() => undefined)
    await Promise.race([asked, patience])
    child.kill()
  }

  #post(message: ShellRequest, ports: readonly unknown[]): void {
    if (this.#held === null) this.#child?.post(message, ports)
    else this.#held.push({ message, ports })
  }

  #release(): void {
    const held = this.#held ?? []
    this.#held = null
    for (const { message, ports } of held) this.#child?.post(message, ports)
  }

  #ask(make: (id: number) => ShellRequest): Promise<unknown> {
    return this.#promise((id) => this.#post(make(id), []))
  }

  #promise(send: (id: number) => void): Promise<unknown> {
    if (this.#child === null)
      return Promise.reject(new ContractError('ENGINE_STOPPED', 'The engine is not running.'))
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject })
      send(id)
    })
  }

  #ownPort(): OwnPort {
    if (this.#own !== null) return this.#own
    const { remote, local } = this.#options.ownChannel()
    local.onMessage((message) => {
      const reply = replyMessage.safeParse(message)
      // Events are for pages; the shell asks and is answered.
      if (!reply.success) return
      if ('error' in reply.data) this.#settle(reply.data.id, null, ContractError.from(reply.data.error))
      else this.#settle(reply.data.id, reply.data.value, null)
    })
    this.connect(remote)
    this.#own = local
    return local
  }

  #onMessage(message: unknown): void {
    const reply = shellReply.safeParse(message)
    if (!reply.success) return
    if (reply.data.type === 'ready') this.#release()
    if (reply.data.type === 'log') this.#options.log(`${reply.data.level}: ${reply.data.message}`)
    if (reply.data.type === 'answer') this.#settle(reply.data.id, reply.data.value, null)
    if ('child' in reply.data) this.#executors.obey(reply.data)
    if (reply.data.type === 'refused') this.#settle(reply.data.id, null, new Error(reply.data.message))
  }

  #settle(id: number, value: unknown, error: Error | null): void {
    const waiting = this.#pending.get(id)
    this.#pending.delete(id)
    if (error === null) waiting?.resolve(value)
    else waiting?.reject(error)
  }

  #onExit(child: Child, code: number | null): void {
    if (child !== this.#child) return
    this.#child = null
    this.#own = null
    this.#executors.killAll()
    for (const id of [...this.#pending.keys()])
      this.#settle(id, null, new ContractError('ENGINE_STOPPED', 'The engine ended.'))
    if (this.#closing) return
    this.#failedAt.push(this.#options.clock())
    const decision = afterExit(code, this.#failedAt)
    if (!decision.restart) {
      this.#options.onGivenUp(decision.reason)
      return
    }
    this.#options.log(`The engine ended with code ${String(code)} and is started again.`)
    setTimeout(() => {
      if (this.#closing) return
      this.start()
      this.#options.onRestarted()
    }, decision.afterMs)
  }
}
