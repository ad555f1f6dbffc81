import * as z from 'zod'
import { modelKind } from './model.ts'
import { entityId, unitText } from './primitives.ts'

/** A share of n with its Wilson interval at the level of what it belongs to. */
const share = z.object({
  share: z.number(),
  low: z.number(),
  high: z.number(),
  n: z.number().int().nonnegative(),
})

/** A held-out prediction as the trust plots draw it. */
export const trustRow = z.object({
  specimen: z.string(),
  group: z.string(),
  fold: z.number().int(),
  y: z.number(),
  mean: z.number(),
  low90: z.number(),
  high90: z.number(),
  inside: z.boolean(),
  /** Predictive distribution function at y. */
  pit: z.number(),
})
export type TrustRow = z.infer<typeof trustRow>

/** How the residuals of one output go with one input. */
export const residualTrend = z.object({
  input: z.string(),
  /** Spearman's rank correlation of residual and input; null for a category and where too little varies. */
  correlation: z.number().nullable(),
  /** 90 % interval by the jackknife over groups; null below four groups. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  n: z.number().int(),
})
export type ResidualTrend = z.infer<typeof residualTrend>

/** Whether one kind of model can be trusted on one output, from rows of groups it had not seen. */
export const modelTrust = z.object({
  modelId: entityId,
  output: z.string(),
  unit: unitText,
  model: modelKind,
  n: z.number().int(),
  groupCount: z.number().int(),
  foldCount: z.number().int(),
  rows: z.array(trustRow),
  /** Level of every interval of a share below, 0..1. */
  level: z.number(),
  /** Coverage of central intervals: as the model states them (empty where not kept), and of its distribution. */
  intervals: z.array(share.extend({ nominal: z.number() })),
  distribution: z.array(share.extend({ nominal: z.number() })),
  pit: z.object({
    bins: z.array(z.object({ from: z.number(), to: z.number(), count: z.number().int() })),
    /** Counts that a bin of a calibrated model would lie between, at `level`, were the rows independent. */
    expected: z.number(),
    low: z.number().int(),
    high: z.number().int(),
    /** How many bins lie outside that band, and the most that chance would put there (95 % of the time). */
    outside: z.number().int(),
    outsideByChance: z.number().int(),
  }),
  /** Coverage of the 90 % interval in each group, the least covered first. */
  groups: z.array(share.extend({ group: z.string(), inside: z.number().int(), meanResidual: z.number() })),
  trends: z.array(residualTrend),
})
export type ModelTrust = z.infer<typeof modelTrust>

const ratio = z.object({ value: z.number(), low: z.number().nullable(), high: z.number().nullable() })

/** One kind of model on one output beside the others; intervals are 90 %, by the jackknife over groups. */
export const comparisonRow = z.object({
  model: modelKind,
  output: z.string(),
  unit: unitText,
  n: z.number().int(),
  rmse: z.number(),
  crps: z.number(),
  /** 1 − CRPS / CRPS of the mean of the training rows; null for the mean itself. */
  skill: ratio.nullable(),
  /** CRPS / CRPS of the recommended kind − 1; null for the recommended kind itself. */
  excess: ratio.nullable(),
  r2: z.number().nullable(),
  accuracy: z.number().nullable(),
  nll: z.number(),
  mae: z.number(),
  coverage90: share,
  width90: z.number(),
  fitCpuS: z.number(),
})
export type ComparisonRow = z.infer<typeof comparisonRow>

export const modelComparisonTable = z.object({
  modelId: entityId,
  recommended: modelKind,
  rows: z.array(comparisonRow),
  /** Mean over outputs of CRPS relative to the mean of the training rows, the best first. */
  ranking: z.array(z.object({ model: modelKind, relativeCrps: z.number() })),
  /** Outputs on which guessing the mean already looks accurate, with that accuracy in %. */
  flattered: z.array(z.object({ output: z.string(), accuracyOfMean: z.number() })),
  /** Why the recommended kind is recommended, one sentence each. */
  why: z.array(z.string()),
})
export type ModelComparisonTable = z.infer<typeof modelComparisonTable>
