import {
  ContractError,
  workloadKind,
  type ExecutorEntry,
  type ExecutorReport,
} from '../../../contract/index.ts'
import type { Executor } from '../../graph/index.ts'
import { candidates as known, toleranceOf, type Candidate } from './candidates.ts'
import { checkExecutor, expectationOf } from './check.ts'
import { chooseExecutor } from './choose.ts'
import type { ExecutorName } from './names.ts'
import type { Trial } from './trial.ts'
import { standardWorkloads, type WorkloadPair } from './workloads.ts'

/** An executor that can be closed: one in a process of its own. */
export interface ClosableExecutor extends Executor {
  close(): Promise<void>
}

export interface MeasureOptions {
  readonly programVersion: string
  /** The machine in words, as the report keeps it. */
  readonly machine: string
  readonly platform: NodeJS.Platform
  /** ISO 8601. */
  readonly measuredAt: string
  readonly allowGpu: boolean
  /** Executors that are tried only when named. */
  readonly optIn: readonly ExecutorName[]
  /** Opens an executor where its end can do no harm; rejects with the reason when it is not there. */
  open(name: ExecutorName, signal: AbortSignal): Promise<ClosableExecutor>
  /** Milliseconds of a clock that only goes forward. */
  now(): number
  readonly signal?: AbortSignal
  readonly candidates?: readonly Candidate[]
  readonly workloads?: readonly WorkloadPair[]
  /** For timing one workload. */
  readonly budgetMs?: number
  /** After which a candidate counts as hanging, or as too slow to be of use (a software adapter). */
  readonly patienceMs?: number
}

/**
 * Opens, checks and times every executor of this machine, one after the other, and chooses. Takes some seconds; its
 * report is to be stored, since times differ from run to run and choices must not.
 */
export async function measureExecutors(options: MeasureOptions): Promise<ExecutorReport> {
  const workloads = options.workloads ?? standardWorkloads()
  const expected = workloads.map(expectationOf)
  const executors: ExecutorEntry[] = []
  for (const candidate of options.candidates ?? known) {
    if (options.signal?.aborted === true) throw new ContractError('CANCELLED', 'Cancelled by the person.')
    executors.push(await entryOf(candidate, workloads, expected, options))
  }
  const { programVersion, machine, measuredAt, allowGpu } = options
  return {
    programVersion,
    machine,
    measuredAt,
    allowGpu,
    executors,
    choices: workloadKind.options.map((workload) => chooseExecutor(executors, workload, allowGpu)),
  }
}

async function entryOf(
  candidate: Candidate,
  workloads: readonly WorkloadPair[],
  expected: readonly Trial[],
  options: MeasureOptions,
): Promise<ExecutorEntry> {
  const { name, title, device, tried } = candidate
  const entry = { name, title, device, tried, checks: [], absent: '' }
  const { platforms } = candidate
  if (platforms.length > 0 && !platforms.includes(options.platform))
    return { ...entry, absent: 'Not on this operating system.' }
  if (candidate.optIn && !options.optIn.includes(name))
    return { ...entry, absent: 'Tried only when asked for by name.' }
  const { patienceMs = 60_000 } = options
  const patience = AbortSignal.timeout(patienceMs)
  const signal = options.signal === undefined ? patience : AbortSignal.any([patience, options.signal])
  let executor: ClosableExecutor
  try {
    executor = await options.open(name, signal)
  } catch (error) {
    return {
      ...entry,
      absent: patience.aborted ? `It had not started after ${patienceMs / 1000} s.` : messageOf(error),
    }
  }
  try {
    const { now, budgetMs = 1000 } = options
    const checks: ExecutorEntry['checks'] = []
    for (const [i, workload] of workloads.entries()) {
      const check = await checkExecutor(executor, workload, expected[i]!, toleranceOf(device), {
        now,
        budgetMs,
      })
      const isLate = check.outcome === 'failed' && patience.aborted
      checks.push(isLate ? { ...check, reason: `it was not done after ${patienceMs / 1000} s` } : check)
    }
    return { ...entry, checks }
  } finally {
    await executor.close()
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
