import * as z from 'zod'
import { entityId, instant, note, unitText } from './primitives.ts'

export const modelKind = z.enum(['bhn', 'ridge', 'mean'])
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
})
export type HeldOutPrediction = z.infer<typeof heldOutPrediction>

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
  outputs: z.array(z.object({ name: z.string(), unit: unitText })),
  recommended: modelKind,
  scores: z.array(modelScore),
  notes: z.array(note),
  seed: z.number().int(),
  createdAt: instant,
})
export type ModelSummary = z.infer<typeof modelSummary>

export const modelDetail = modelSummary.extend({
  heldOut: z.array(heldOutPrediction),
  loss: z.array(lossPoint),
  reliability: z.array(z.object({ output: z.string(), points: z.array(reliabilityPoint) })),
  hyperparameters: z.record(z.string(), z.union([z.number(), z.string()])),
})
export type ModelDetail = z.infer<typeof modelDetail>

/** Predictive distribution of one output: interval at `level`; epistemic and aleatoric parts apart. */
export const prediction = z.object({
  output: z.string(),
  unit: unitText,
  mean: z.number(),
  sd: z.number(),
  low: z.number(),
  high: z.number(),
  level: z.number(),
  epistemicSd: z.number(),
  aleatoricSd: z.number(),
})
export type Prediction = z.infer<typeof prediction>

export const predictionRow = z.object({
  predictions: z.array(prediction),
  /** False when an input lies outside the range the model was trained on. */
  insideDomain: z.boolean(),
  nearestSpecimen: z.string(),
})
export type PredictionRow = z.infer<typeof predictionRow>
