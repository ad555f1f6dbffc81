import type { ExecutorCommand, ShellRequest } from '../host/shared/shell-messages.ts'

/** A started process that computes, whatever started it. */
export interface ExecutorProcess {
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  onExit(listener: (code: number | null) => void): void
  kill(): void
}

/** The engine's processes that compute, by the engine's numbers: started, written to and ended as it asks. */
export class ExecutorProcesses {
  readonly #start: () => ExecutorProcess
  readonly #tell: (message: ShellRequest) => void
  readonly #running = new Map<number, ExecutorProcess>()

  constructor(start: () => ExecutorProcess, tell: (message: ShellRequest) => void) {
    this.#start = start
    this.#tell = tell
  }

  obey(command: ExecutorCommand): void {
    const { child } = command
    if (command.type === 'executorStart') this.#add(child)
    if (command.type === 'executorPost') this.#running.get(child)?.post(command.message)
    if (command.type === 'executorKill') this.#running.get(child)?.kill()
  }

  /** The engine is gone: nobody would hear what they compute. */
  killAll(): void {
    const all = [...this.#running.values()]
    this.#running.clear()
    for (const process of all) process.kill()
  }

  #add(child: number): void {
    try {
      const process = this.#start()
      this.#running.set(child, process)
      const isOurs = (): boolean => this.#running.get(child) === process
      process.onMessage((message) => {
        if (isOurs()) this.#tell({ type: 'executorMessage', child, message })
      })
      process.onExit((code) => {
        if (isOurs()) this.#exited(child, `it ended with code ${String(code)}`)
      })
    } catch (cause) {
      this.#exited(
        child,
        `it could not be started: ${cause instanceof Error ? cause.message : String(cause)}`,
      )
    }
  }

  #exited(child: number, how: string): void {
    this.#running.delete(child)
    this.#tell({ type: 'executorExit', child, how })
  }
}
