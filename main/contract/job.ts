import * as z from 'zod'
import { contractErrorData } from './errors.ts'
import { entityId, instant, jsonValue } from './primitives.ts'

export const jobKind = z.enum([
  'simulate',
  'import',
  'segment',
  'measure',
  'freeze',
  'train',
  'generator',
  'discover',
  'optimize',
  'report',
  'scorecard',
  'verify',
])
export type JobKind = z.infer<typeof jobKind>

export const jobState = z.enum(['pending', 'running', 'done', 'failed', 'cancelled', 'interrupted'])
export type JobState = z.infer<typeof jobState>

export const job = z.object({
  id: entityId,
  kind: jobKind,
  state: jobState,
  params: jsonValue,
  seed: z.number().int(),
  /** Units of work done and in all; total is null while unknown. */
  done: z.number().int().nonnegative(),
  total: z.number().int().positive().nullable(),
  unit: z.string(),
  message: z.string(),
  result: jsonValue,
  error: contractErrorData.nullable(),
  /** The stored job whose result was taken since inputs, params, version and seed are the same. */
  reusedFrom: entityId.nullable(),
  planId: entityId.nullable(),
  createdAt: instant,
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
})
export type Job = z.infer<typeof job>

/** A chain of jobs in which each starts when the one before is done. */
export const plan = z.object({
  id: entityId,
  name: z.string(),
  steps: z.array(z.object({ kind: jobKind, params: jsonValue })),
  cursor: z.number().int().nonnegative(),
  state: z.enum(['running', 'done', 'stopped']),
  jobIds: z.array(entityId),
})
export type Plan = z.infer<typeof plan>

/** A live picture of a running job, for plots while it works (training loss). */
export const jobTrace = z.object({
  jobId: entityId,
  series: z.record(z.string(), z.array(z.tuple([z.number(), z.number()]))),
})
