import * as z from 'zod'
import { entityId, instant, note, sha256, unitText } from './primitives.ts'

/** A generator of label images, trained on the segmentations of the project with columns of a dataset as condition. */
export const generatorSummary = z.object({
  id: entityId,
  jobId: entityId,
  datasetId: entityId,
  /** In the order of the condition, with the range of the specimens it was trained on. */
  inputs: z.array(z.object({ name: z.string(), unit: unitText, low: z.number(), high: z.number() })),
  /** Side of a pixel of every crop, µm; null where no micrograph is calibrated and pixels are compared as they are. */
  pixelSizeUm: z.number().positive().nullable(),
  sizePx: z.number().int().positive(),
  crops: z.number().int().positive(),
  specimens: z.number().int().positive(),
  steps: z.number().int().positive(),
  lastLoss: z.number(),
  executor: z.string(),
  notes: z.array(note),
  seed: z.number().int(),
  createdAt: instant,
})
export type GeneratorSummary = z.infer<typeof generatorSummary>

/** Features of the objects of one picture; null where the picture holds nothing to measure. */
export const pictureFeatures = z.object({
  areaFraction: z.number(),
  meanChord: z.number().nullable(),
  equivalentCircleDiameter: z.number().nullable(),
})
export type PictureFeatures = z.infer<typeof pictureFeatures>

/** Over pictures; `n` leaves out those without a value, and one picture has no sd. */
export const featureSpread = z.object({
  mean: z.number().nullable(),
  sd: z.number().nullable(),
  n: z.number().int().nonnegative(),
})
export type FeatureSpread = z.infer<typeof featureSpread>

/** Pictures that a generator made, and crops of the nearest real specimens at the same scale by the same measures. */
export const generatedPictures = z.object({
  generatorId: entityId,
  /** Of `meanChord` and `equivalentCircleDiameter`. */
  lengthUnit: z.enum(['µm', 'px']),
  /** Inputs that lie outside the specimens of training. */
  outside: z.array(z.string()),
  generated: z.array(z.object({ blob: sha256, features: pictureFeatures })),
  nearest: z.array(
    z.object({
      specimen: z.string(),
      /** Root mean square over inputs, in standard deviations of training. */
      distance: z.number().nonnegative(),
      fileName: z.string(),
      blob: sha256,
      features: pictureFeatures,
    }),
  ),
  /** `real` is over all crops of the nearest specimens, not only over those that are shown. */
  summary: z.array(
    z.object({ feature: pictureFeatures.keyof(), generated: featureSpread, real: featureSpread }),
  ),
})
export type GeneratedPictures = z.infer<typeof generatedPictures>
