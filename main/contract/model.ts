import * as z from 'zod'
import { entityId, instant, note, unitText } from './primitives.ts'

/**
 * `pool` blends several kinds; `bhn` is the Bayesian hypernetwork with a mean function of its own choosing, `bhn-raw` the
 * one on inputs alone; `ensemble` and `dropout` are its plain neural peers; `gp` a Gaussian process.
 */
export const modelKind = z.enum([
  'pool',
  'bhn',
  'bhn-raw',
  'forest',
  'gp',
  'boosting',
  'ensemble',
  'dropout',
  'ridge',
  'mean',
])
export type ModelKind = z.infer<typeof modelKind>

/** Held-out figures of one model on one output, over grouped folds. */
export const modelScore = z.object({
  model: modelKind,
  output: z.string(),
  unit: unitText,
  n: z.number().int(),
  rmse: z.number(),
  mae: z.number(),
  r2: z.number().nullable(),
  /** 100 (1 − mean |y − ŷ| / |y|), % */
  accuracy: z.number().nullable(),
  nll: z.number(),
  crps: z.number(),
  /** Share of held-out rows inside the nominal 90 % interval, 0..1. */
  coverage90: z.number(),
  width90: z.number(),
  fitCpuS: z.number(),
})
export type ModelScore = z.infer<typeof modelScore>

/** A held-out prediction: what the model said of a specimen it had not seen. */
export const heldOutPrediction = z.object({
  model: modelKind,
  specimen: z.string(),
  group: z.string(),
  fold: z.number().int(),
  output: z.string(),
  y: z.number(),
  mean: z.number(),
  sd: z.number(),
  low90: z.number(),
  high90: z.number(),
  /** Predictive distribution function at y, 0..1; where absent the distribution is N(mean, sd²). */
  pit: z.number().min(0).max(1).optional(),
  /** CRPS of this row, in the unit of y; where absent that of N(mean, sd²). */
  crps: z.number().nonnegative().optional(),
})
export type HeldOutPrediction = z.infer<typeof heldOutPrediction>

/** Held-out figures of one model on one categorical output, over grouped folds. */
export const classScore = z.object({
  model: modelKind,
  output: z.string(),
  n: z.number().int(),
  /** Mean of −ln p of the observed level. */
  logLoss: z.number(),
  /** 0 to 2, smaller is better. */
  brier: z.number(),
  /** Share of rows whose most probable level was the observed one, 0..1. */
  accuracy: z.number(),
  /** Expected difference of stated probability and observed share, 0..1. */
  calibrationError: z.number(),
  /** Share of held-out rows whose 90 % set held the observed level, 0..1. */
  coverage90: z.number(),
  /** Mean number of levels in it. */
  setSize90: z.number(),
})
export type ClassScore = z.infer<typeof classScore>

/** What the model said of the category of a specimen it had not seen. */
export const heldOutClass = z.object({
  model: modelKind,
  specimen: z.string(),
  group: z.string(),
  fold: z.number().int(),
  output: z.string(),
  observed: z.string(),
  levels: z.array(z.object({ level: z.string(), probability: z.number() })),
  set90: z.array(z.string()),
})
export type HeldOutClass = z.infer<typeof heldOutClass>

/** How often the most probable level was the observed one, by how probable it was said to be. */
export const classReliability = z.object({
  output: z.string(),
  points: z.array(z.object({ stated: z.number(), observed: z.number(), n: z.number().int() })),
})
export type ClassReliability = z.infer<typeof classReliability>

export const lossPoint = z.object({
  step: z.number().int(),
  train: z.number(),
  validation: z.number().nullable(),
})
export type LossPoint = z.infer<typeof lossPoint>

export const reliabilityPoint = z.object({ nominal: z.number(), observed: z.number(), n: z.number().int() })

export const modelSummary = z.object({
  id: entityId,
  jobId: entityId,
  datasetId: entityId,
  inputs: z.array(z.string()),
  /** `levels` where the output is a category. */
  outputs: z.array(z.object({ name: z.string(), unit: unitText, levels: z.array(z.string()).optional() })),
  recommended: modelKind,
  scores: z.array(modelScore),
  /** Present where outputs are categories. */
  classScores: z.array(classScore).optional(),
  notes: z.array(note),
  seed: z.number().int(),
  createdAt: instant,
})
export type ModelSummary = z.infer<typeof modelSummary>

export const modelDetail = modelSummary.extend({
  heldOut: z.array(heldOutPrediction),
  heldOutClasses: z.array(heldOutClass).optional(),
  classReliability: z.array(classReliability).optional(),
  loss: z.array(lossPoint),
  reliability: z.array(z.object({ output: z.string(), points: z.array(reliabilityPoint) })),
  hyperparameters: z.record(z.string(), z.union([z.number(), z.string()])),
})
export type ModelDetail = z.infer<typeof modelDetail>
