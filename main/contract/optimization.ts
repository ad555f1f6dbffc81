import * as z from 'zod'
import { entityId, instant, note, unitText } from './primitives.ts'
import { prediction } from './prediction.ts'

export const bound = z.object({ column: z.string(), low: z.number(), high: z.number() })
/** A limit on a predicted output: candidates count by the probability of meeting all of them. */
export const outputConstraint = z.object({
  output: z.string(),
  min: z.number().nullable().default(null),
  max: z.number().nullable().default(null),
})

export const optimizeParams = z.object({
  objective: z.string().nullable().default(null),
  direction: z.enum(['maximise', 'minimise']).default('maximise'),
  /** Columns to vary, and no others; empty: the critical ones, or all where none is, and those with a bound. */
  vary: z.array(z.string()).default([]),
  /** Ends of varied columns; those of their data where not given. */
  bounds: z.array(bound).default([]),
  constraints: z.array(outputConstraint).default([]),
  batch: z.number().int().min(1).max(20).default(4),
})
export type OptimizeParams = z.infer<typeof optimizeParams>

export const candidate = z.object({
  rank: z.number().int().positive(),
  inputs: z.array(z.object({ column: z.string(), unit: unitText, value: z.number(), varied: z.boolean() })),
  predictions: z.array(prediction),
  expectedImprovement: z.number(),
  probabilityFeasible: z.number(),
  probabilityOfImprovement: z.number(),
  nearestSpecimen: z.string(),
  notes: z.array(note),
})
export type Candidate = z.infer<typeof candidate>

export const optimizationSummary = z.object({
  id: entityId,
  jobId: entityId,
  datasetId: entityId,
  modelId: entityId,
  causalId: entityId.nullable(),
  objective: z.string(),
  unit: unitText,
  direction: z.enum(['maximise', 'minimise']),
  incumbent: z.object({ specimen: z.string(), value: z.number() }),
  varied: z.array(bound),
  fixed: z.array(z.object({ column: z.string(), value: z.number(), reason: z.string() })),
  constraints: z.array(outputConstraint),
  candidates: z.array(candidate),
  evaluated: z.number().int(),
  notes: z.array(note),
  seed: z.number().int(),
  createdAt: instant,
})
export type OptimizationSummary = z.infer<typeof optimizationSummary>
