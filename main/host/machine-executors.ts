import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { arch, cpus, platform, release } from 'node:os'
import { join } from 'node:path'
import { ContractError, executorReport, type ExecutorReport, type WorkloadKind } from '../contract/index.ts'
import {
  forkChild,
  isExecutorName,
  measureExecutors,
  processExecutor,
  sameProcess,
  type ExecutorName,
  type ProcessExecutor,
  type Spawn,
} from '../engine/compute/index.ts'
import type { Log } from './log.ts'

export interface MachineOptions {
  readonly configFolder: string
  readonly programVersion: string
  readonly clock: () => number
  readonly log: Log
  readonly spawnExecutor?: Spawn
}

export interface MeasureWishes {
  readonly allowGpu: boolean
  readonly optIn: readonly string[]
}

/**
 * What this machine computes with: measured once and kept in the user's folder, since times differ from one measuring
 * to the next and the choice of an executor must not. It holds for one machine and one version of the program.
 */
export class MachineExecutors {
  readonly #options: MachineOptions
  readonly #file: string
  #measuring: Promise<ExecutorReport> | null = null

  constructor(options: MachineOptions) {
    this.#options = options
    this.#file = join(options.configFolder, 'executors.json')
  }

  /** The kept report; null where there is none for this machine and version. */
  async report(): Promise<ExecutorReport | null> {
    const text = await readFile(this.#file, 'utf8').catch(() => null)
    if (text === null) return null
    try {
      const kept = executorReport.parse(JSON.parse(text))
      return kept.programVersion === this.#options.programVersion && kept.machine === machineText()
        ? kept
        : null
    } catch {
      this.#options.log({ level: 'warn', message: 'The kept choice of executors was damaged.' })
      return null
    }
  }

  /** Measures, keeps and answers; a call while another measures waits for it and measures again. @throws ContractError */
  async measure(wishes: MeasureWishes): Promise<ExecutorReport> {
    const optIn = wishes.optIn.filter(isExecutorName)
    const unknown = wishes.optIn.find((name) => !isExecutorName(name))
    if (unknown !== undefined)
      throw new ContractError('BAD_REQUEST', 'There is no executor of that name.', unknown)
    // Two at once would slow each other down.
    const before = this.#measuring?.catch(() => undefined) ?? Promise.resolve()
    const measuring = before.then(() => this.#measure(wishes.allowGpu, optIn))
    this.#measuring = measuring
    return measuring
  }

  /**
   * The executor that was chosen for a kind of work, in a process of its own; measures first where nothing is kept.
   * `name` is that of the report: what a result is to record. @throws ContractError EXECUTOR_FAILED, CANCELLED
   */
  async open(
    workload: WorkloadKind,
    signal: AbortSignal,
  ): Promise<{ readonly name: ExecutorName; readonly executor: ProcessExecutor }> {
    const report = (await this.report()) ?? (await this.measure({ allowGpu: true, optIn: [] }))
    const name = report.choices.find((choice) => choice.workload === workload)?.executor ?? 'reference'
    if (!isExecutorName(name))
      throw new ContractError('EXECUTOR_FAILED', 'The chosen executor is not known to this version.', name)
    return { name, executor: await this.#start(name, signal) }
  }

  #start(name: ExecutorName, signal: AbortSignal): Promise<ProcessExecutor> {
    const { log, spawnExecutor } = this.#options
    return processExecutor(
      { name },
      {
        signal,
        log: (message) => log({ level: 'info', message }),
        spawn: spawnExecutor ?? (process.versions['electron'] === undefined ? forkChild : sameProcess()),
      },
    )
  }

  async #measure(allowGpu: boolean, optIn: readonly ExecutorName[]): Promise<ExecutorReport> {
    const { clock, programVersion } = this.#options
    const report = await measureExecutors({
      programVersion,
      machine: machineText(),
      platform: process.platform,
      measuredAt: new Date(clock()).toISOString(),
      allowGpu,
      optIn,
      now: () => performance.now(),
      open: (name, signal) => this.#start(name, signal),
    })
    await this.#keep(report)
    return report
  }

  async #keep(report: ExecutorReport): Promise<void> {
    try {
      await mkdir(this.#options.configFolder, { recursive: true })
      const temporary = `${this.#file}.${process.pid}.tmp`
      await writeFile(temporary, JSON.stringify(report, null, 2))
      await rename(temporary, this.#file)
    } catch (cause) {
      this.#options.log({
        level: 'warn',
        message: 'The choice of executors could not be kept.',
        detail: String(cause),
      })
    }
  }
}

function machineText(): string {
  const processors = cpus()
  const model = processors[0]?.model.trim() ?? 'unknown processor'
  return `${model} × ${processors.length}, ${platform()} ${release()} ${arch()}, Node ${process.versions.node}`
}
