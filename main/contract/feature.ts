import * as z from 'zod'
import { entityId, quantity } from './primitives.ts'

/** Keys of the measures, the field's standard terms. */
export const measureKey = z.enum([
  'areaFraction',
  'objectCount',
  'numberDensity',
  'equivalentCircleDiameterMean',
  'equivalentCircleDiameterMedian',
  'equivalentCircleDiameterCv',
  'aspectRatioMean',
  'circularityMean',
  'nearestNeighbourDistanceMean',
  'meanLinealIntercept',
])
export type MeasureKey = z.infer<typeof measureKey>

/** A measure on one field of view (one micrograph). */
export const fieldFeature = quantity.extend({ measure: measureKey })
export type FieldFeature = z.infer<typeof fieldFeature>

export const featureRow = fieldFeature.extend({
  micrographId: entityId,
  segmentationId: entityId,
  specimenId: entityId,
  specimenName: z.string(),
  fileName: z.string(),
})
export type FeatureRow = z.infer<typeof featureRow>

/** A measure over all fields of a specimen: mean and interval over fields, n = fields. */
export const specimenFeature = quantity.extend({
  measure: measureKey,
  specimenId: entityId,
  specimenName: z.string(),
})
export type SpecimenFeature = z.infer<typeof specimenFeature>

/** One object of a label image. Lengths in `lengthUnit` (µm when calibrated, else px). */
export const objectRow = z.object({
  label: z.number().int().positive(),
  area: z.number(),
  equivalentCircleDiameter: z.number(),
  feretMax: z.number(),
  aspectRatio: z.number(),
  circularity: z.number().nullable(),
  nearestNeighbourDistance: z.number().nullable(),
  centroidRowPx: z.number(),
  centroidColPx: z.number(),
  touchesEdge: z.boolean(),
})
export type ObjectRow = z.infer<typeof objectRow>

export const objectTable = z.object({
  lengthUnit: z.enum(['µm', 'px']),
  objects: z.array(objectRow),
})
export type ObjectTable = z.infer<typeof objectTable>
