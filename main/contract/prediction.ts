import * as z from 'zod'
import { unitText } from './primitives.ts'

/** What is wanted of one output: a range, of which null leaves an end open, or for a category the level. */
export const outputWindow = z.object({
  output: z.string(),
  low: z.number().nullable().default(null),
  high: z.number().nullable().default(null),
  level: z.string().nullable().default(null),
})
export type OutputWindow = z.infer<typeof outputWindow>

/**
 * The predicted distribution of one output for a drawing and for tables. The curve's heights are relative to their own
 * peak, so that widths can be compared: the whole prediction, what more data would remove (epistemic), and the
 * scatter of the process (aleatoric).
 */
export const predictedDistribution = z.object({
  quantiles: z.array(z.object({ p: z.number().gt(0).lt(1), value: z.number() })),
  curve: z.array(
    z.object({ value: z.number(), whole: z.number(), epistemic: z.number(), aleatoric: z.number() }),
  ),
})
export type PredictedDistribution = z.infer<typeof predictedDistribution>

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
  /** Present where it was asked for. */
  distribution: predictedDistribution.optional(),
})
export type Prediction = z.infer<typeof prediction>

/** Probability that outputs lie in their stated windows: each, and all together. */
export const windowProbability = z.object({
  each: z.array(z.object({ output: z.string(), probability: z.number().min(0).max(1) })),
  all: z.object({
    probability: z.number().min(0).max(1),
    /** Monte Carlo standard error from the number of draws; 0 where no draw was needed. */
    standardError: z.number().nonnegative(),
    draws: z.number().int().nonnegative(),
  }),
})
export type WindowProbability = z.infer<typeof windowProbability>

/** A specimen of the data near to what is asked; distance is the root mean square over inputs, in standard deviations. */
export const neighbour = z.object({ specimen: z.string(), distance: z.number().nonnegative() })
export type Neighbour = z.infer<typeof neighbour>

/** Predictive distribution of a categorical output: probabilities sum to 1; the set holds the level at `level`. */
export const classPrediction = z.object({
  output: z.string(),
  levels: z.array(z.object({ level: z.string(), probability: z.number().min(0).max(1) })),
  set: z.array(z.string()),
  level: z.number(),
  /** Entropy that more data would remove (mutual information of level and weights), bit. */
  epistemicBits: z.number().nonnegative(),
  /** Entropy that is the scatter of the process, bit. */
  aleatoricBits: z.number().nonnegative(),
})
export type ClassPrediction = z.infer<typeof classPrediction>

export const predictionRow = z.object({
  predictions: z.array(prediction),
  /** Present where the model has categorical outputs. */
  classes: z.array(classPrediction).optional(),
  /** False when an input lies outside the range the model was trained on. */
  insideDomain: z.boolean(),
  nearestSpecimen: z.string(),
  /** Present where windows were stated. */
  windows: windowProbability.optional(),
  /** Present where neighbours were asked for, nearest first. */
  nearest: z.array(neighbour).optional(),
  /** What no specimen can be: a value beyond a physical limit, a composition above 100 %. */
  impossible: z.array(z.string()).optional(),
})
export type PredictionRow = z.infer<typeof predictionRow>

/** One input of a model as a person may set it. */
export const modelInput = z.object({
  name: z.string(),
  unit: unitText,
  kind: z.enum(['number', 'category']),
  /** Range of the rows the model was trained on; 0, 0 for a category. */
  low: z.number(),
  high: z.number(),
  /** What physics allows whatever the data say; null where no limit is known. */
  physicalLow: z.number().nullable(),
  physicalHigh: z.number().nullable(),
  /** Levels that the model was trained on; empty for a number. */
  levels: z.array(z.string()),
  /** Whether the model was trained on rows where it is missing. */
  missingSeen: z.boolean(),
  /** Median of a number, the most frequent level of a category. */
  typical: z.union([z.number(), z.string()]),
})
export type ModelInput = z.infer<typeof modelInput>
