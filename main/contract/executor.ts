import * as z from 'zod'
import { instant } from './primitives.ts'

/** What an executor is wanted for: the small networks of tables, or networks over images. */
export const workloadKind = z.enum(['table', 'image'])
export type WorkloadKind = z.infer<typeof workloadKind>

/** How the fixed step of one workload went: compared with the TypeScript reference, then timed. */
export const executorCheck = z.object({
  workload: workloadKind,
  /** refused: its numbers are wrong. failed: it ended with an error. */
  outcome: z.enum(['correct', 'refused', 'failed']),
  /** Largest difference of a gradient, relative to the largest value of its tensor; null when it failed. */
  gradientError: z.number().nullable(),
  msPerStep: z.number().nullable(),
  /** Why it is not correct; empty when it is. */
  reason: z.string(),
})
export type ExecutorCheck = z.infer<typeof executorCheck>

export const executorEntry = z.object({
  name: z.string(),
  title: z.string(),
  device: z.enum(['cpu', 'gpu']),
  /** Whether this kind has ever run where the program is developed: `software` means on a software adapter, on no real GPU. */
  tried: z.enum(['tested', 'software', 'untested']),
  /** Empty when it could not be opened on this machine, or was not asked for. */
  checks: z.array(executorCheck),
  /** Why it is not there; empty when it is. */
  absent: z.string(),
})
export type ExecutorEntry = z.infer<typeof executorEntry>

export const executorChoice = z.object({
  workload: workloadKind,
  executor: z.string(),
  /** In words for a person: what it was chosen for. */
  because: z.string(),
  /** What became of each other one, a sentence each. */
  others: z.array(z.string()),
})
export type ExecutorChoice = z.infer<typeof executorChoice>

/** The executors of one machine, measured once for a version of the program: choices come from it, so they stay the same. */
export const executorReport = z.object({
  programVersion: z.string(),
  machine: z.string(),
  measuredAt: instant,
  allowGpu: z.boolean(),
  executors: z.array(executorEntry),
  choices: z.array(executorChoice),
})
export type ExecutorReport = z.infer<typeof executorReport>
