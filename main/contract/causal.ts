import * as z from 'zod'
import { columnRole } from './column.ts'
import { entityId, instant, note, unitText } from './primitives.ts'

export const edgeMark = z.enum(['-->', '--', '<->'])
export type EdgeMark = z.infer<typeof edgeMark>
export const edgeTriple = z.tuple([z.string(), edgeMark, z.string()])
export type EdgeTriple = z.infer<typeof edgeTriple>

/** What a person knows beforehand; kept without exception. Tiers are listed causes first. */
export const knowledge = z.object({
  tiers: z.array(z.array(z.string())).default([]),
  required: z.array(z.tuple([z.string(), z.string()])).default([]),
  forbidden: z.array(z.tuple([z.string(), z.string()])).default([]),
})
export type Knowledge = z.infer<typeof knowledge>

export const causalNode = z.object({
  name: z.string(),
  unit: unitText,
  role: columnRole,
  tier: z.number().int().nonnegative(),
})

export type CausalNode = z.infer<typeof causalNode>

export const causalEdge = z.object({
  from: z.string(),
  to: z.string(),
  mark: edgeMark,
  /** Share of resamples in which the two are joined at all, 0..1; null without resampling. */
  stability: z.number().nullable(),
  /** Share in which the arrow points from → to; an undirected edge counts one half each way. */
  directedStability: z.number().nullable(),
  /** Largest p-value met while the edge was tested, its Benjamini–Hochberg q, and that test. */
  p: z.number().nullable(),
  q: z.number().nullable(),
  partialCorrelation: z.number().nullable(),
  given: z.array(z.string()),
  required: z.boolean(),
})
export type CausalEdge = z.infer<typeof causalEdge>

export const separation = z.object({
  a: z.string(),
  b: z.string(),
  given: z.array(z.string()),
  p: z.number(),
})

export type Separation = z.infer<typeof separation>

export const effectRanking = z.object({
  treatment: z.string(),
  outcome: z.string(),
  /** Total effect of one standard deviation of the treatment, in standard deviations of the outcome. */
  standardisedEffect: z.number(),
  low: z.number(),
  high: z.number(),
  level: z.number(),
  rank: z.number().int().positive(),
  /** False when its interval overlaps that of the next rank: the order of the two is not established. */
  separableFromNext: z.boolean(),
  /** True when the interval leaves out 0: the parameter is handed to the optimiser. */
  critical: z.boolean(),
})
export type EffectRanking = z.infer<typeof effectRanking>

export const estimate = z.object({ estimate: z.number(), se: z.number(), low: z.number(), high: z.number() })

export const effect = z.object({
  treatment: z.string(),
  outcome: z.string(),
  identified: z.boolean(),
  adjustmentSets: z.array(z.array(z.string())),
  /** Per unit of the treatment, 95 %; interval includes the graph's uncertainty when resampled. */
  total: estimate.nullable(),
  curve: z.array(
    z.object({ x: z.number(), mean: z.number(), low: z.number(), high: z.number(), supported: z.boolean() }),
  ),
  naive: estimate.nullable(),
  sensitivity: z
    .object({ partialR2: z.number().nullable(), robustnessValue: z.number().nullable() })
    .nullable(),
  n: z.number().int(),
  level: z.number(),
  warnings: z.array(note),
})
export type Effect = z.infer<typeof effect>

export const causalSummary = z.object({
  id: entityId,
  jobId: entityId,
  datasetId: entityId,
  nodes: z.array(causalNode),
  edges: z.array(causalEdge),
  separations: z.array(separation),
  test: z.string(),
  alpha: z.number(),
  n: z.number().int(),
  testCount: z.number().int(),
  resamples: z.number().int(),
  seed: z.number().int(),
  knowledge,
  ranking: z.array(effectRanking),
  effects: z.array(effect),
  warnings: z.array(note),
  createdAt: instant,
})
export type CausalSummary = z.infer<typeof causalSummary>
