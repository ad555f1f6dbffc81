import {
  ContractError,
  eventMessage,
  methods,
  replyMessage,
  type EngineEvent,
  type MethodInput,
  type MethodName,
  type MethodOutput,
} from '../../main/contract/index.ts'
import type { Transport, TransportKind } from './transport.ts'

export type ConnectionState = 'connecting' | 'open' | 'broken'

interface Pending {
  method: MethodName
  params: unknown
  sent: boolean
  resolve: (value: unknown) => void
  reject: (error: ContractError) => void
}

export interface ClientOptions {
  /** Waits before the next attempts, ms; the last one repeats. */
  backoffMs?: readonly number[]
  schedule?: (run: () => void, ms: number) => void
}

/**
 * The contract's method table as calls. Everything pending is rejected with ENGINE_STOPPED when the connection
 * breaks, then the client reconnects by itself. A call made while connecting waits for that attempt.
 */
export class EngineClient {
  readonly #kind: TransportKind
  readonly #backoffMs: readonly number[]
  readonly #schedule: (run: () => void, ms: number) => void
  readonly #pending = new Map<number, Pending>()
  readonly #eventListeners = new Set<(event: EngineEvent) => void>()
  readonly #stateListeners = new Set<(state: ConnectionState) => void>()
  #transport: Transport | null = null
  #state: ConnectionState = 'connecting'
  #nextId = 0
  #failures = 0
  #closed = false

  constructor(kind: TransportKind, options: ClientOptions = {}) {
    this.#kind = kind
    this.#backoffMs = options.backoffMs ?? [250, 500, 1000, 2000, 5000]
    this.#schedule = options.schedule ?? ((run, ms) => void setTimeout(run, ms))
    this.#connect()
  }

  get state(): ConnectionState {
    return this.#state
  }

  /** Calls a method; the answer is checked against the contract. Throws only ContractError. */
  call<M extends MethodName>(method: M, input: MethodInput<M>): Promise<MethodOutput<M>> {
    return new Promise((resolve, reject) => {
      if (this.#closed || this.#state === 'broken') {
        reject(new ContractError('ENGINE_STOPPED', 'The engine does not answer.', method))
        return
      }
      const id = this.#nextId++
      this.#pending.set(id, {
        method,
        params: input,
        sent: false,
        // The schema of `method` made the value, so the cast states what parse has checked.
        resolve: (value) => {
          resolve(value as MethodOutput<M>)
        },
        reject,
      })
      if (this.#state === 'open') this.#sendPending()
    })
  }

  /** Listens to the engine's events until the returned function is called. */
  on(listener: (event: EngineEvent) => void): () => void {
    this.#eventListeners.add(listener)
    return () => this.#eventListeners.delete(listener)
  }

  onState(listener: (state: ConnectionState) => void): () => void {
    this.#stateListeners.add(listener)
    return () => this.#stateListeners.delete(listener)
  }

  blobUrl(sha256: string): string {
    return this.#kind.blobUrl(sha256)
  }

  close(): void {
    this.#closed = true
    this.#transport?.close()
    this.#rejectPending('The page closed the connection.')
  }

  #connect(): void {
    if (this.#closed) return
    this.#setState('connecting')
    this.#transport = this.#kind.connect({
      open: () => {
        this.#failures = 0
        this.#setState('open')
        this.#sendPending()
      },
      message: (message) => {
        this.#receive(message)
      },
      broken: (reason) => {
        this.#transport = null
        const wait = this.#backoffMs[Math.min(this.#failures, this.#backoffMs.length - 1)] ?? 1000
        this.#failures++
        this.#setState('broken')
        this.#rejectPending(reason)
        this.#schedule(() => {
          this.#connect()
        }, wait)
      },
    })
  }

  #sendPending(): void {
    for (const [id, entry] of this.#pending) {
      if (entry.sent || this.#transport === null) continue
      entry.sent = true
      this.#transport.send({ id, method: entry.method, params: entry.params })
    }
  }

  #rejectPending(reason: string): void {
    const entries = [...this.#pending.values()]
    this.#pending.clear()
    for (const entry of entries) entry.reject(new ContractError('ENGINE_STOPPED', reason, entry.method))
  }

  #receive(message: unknown): void {
    const event = eventMessage.safeParse(message)
    if (event.success) {
      for (const listener of [...this.#eventListeners]) listener(event.data.event)
      return
    }
    const reply = replyMessage.safeParse(message)
    if (!reply.success) return
    const entry = this.#pending.get(reply.data.id)
    if (entry === undefined) return
    this.#pending.delete(reply.data.id)
    if ('error' in reply.data) {
      entry.reject(ContractError.from(reply.data.error))
      return
    }
    const value = methods[entry.method].output.safeParse(reply.data.value)
    if (value.success) entry.resolve(value.data)
    else {
      const first = value.error.issues[0]
      const where = first === undefined ? '' : ` (${first.path.join('.')}: ${first.message})`
      entry.reject(
        new ContractError(
          'INTERNAL',
          `The engine's answer does not fit the contract${where}. Program and page may be of different versions.`,
          entry.method,
        ),
      )
    }
  }

  #setState(state: ConnectionState): void {
    if (state === this.#state) return
    this.#state = state
    for (const listener of [...this.#stateListeners]) listener(state)
  }
}

/** Any thrown thing as a contract error, for a screen that shows only those. */
export function asContractError(error: unknown): ContractError {
  if (error instanceof ContractError) return error
  return new ContractError('INTERNAL', error instanceof Error ? error.message : String(error))
}
