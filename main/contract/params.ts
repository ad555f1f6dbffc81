import * as z from 'zod'
import { columnRole } from './column.ts'
import { knowledge } from './causal.ts'
import { entityId, fileHandle, pixelSideUm } from './primitives.ts'
import { measureKey } from './feature.ts'
import { modelKind } from './model.ts'
import { optimizeParams } from './optimization.ts'
import { segmentParams } from './segmentation.ts'

/** Parameters of each kind of job. Defaults are the ones the screen shows and the report prints. */
export const jobParams = {
  simulate: z.object({
    specimens: z.number().int().min(3).max(2000).default(72),
    fieldsPerSpecimen: z.number().int().min(1).max(4).default(2),
  }),
  import: z.object({
    /** The folder to import; null with `simulated` set takes the project's own simulated campaign. */
    images: fileHandle.nullable().default(null),
    table: fileHandle.nullable().default(null),
    /** Used for every image to which the table gives no pixel size. */
    pixelSizeUm: pixelSideUm.nullable().default(null),
    databarRows: z.number().int().nonnegative().default(0),
    simulated: z.boolean().default(false),
  }),
  segment: segmentParams,
  measure: z.object({
    measures: z.array(measureKey).default([]),
    edge: z.enum(['include', 'exclude']).default('exclude'),
  }),
  freeze: z.object({
    name: z.string().max(80).default('dataset'),
    roles: z.record(z.string(), columnRole).default({}),
    folds: z.number().int().min(2).max(20).default(5),
  }),
  train: z.object({
    datasetId: entityId.nullable().default(null),
    /** Empty: every composition and process column. */
    inputs: z.array(z.string()).default([]),
    /** Empty: every property and every microstructure column that is measured often enough. */
    outputs: z.array(z.string()).default([]),
    /** Empty: the kinds that `model.offers` names as defaults. The mean of the training rows is always fitted. */
    kinds: z.array(modelKind).default([]),
  }),
  generator: z.object({
    datasetId: entityId.nullable().default(null),
    /** Empty: every composition and process column of numbers that varies over the specimens with images. */
    inputs: z.array(z.string()).default([]),
    /** Side of the crops; a micrograph that is smaller makes them smaller. */
    sizePx: z.number().int().min(32).max(256).default(128),
    /** null: as many as the generator takes by itself. */
    steps: z.number().int().min(1).max(100_000).nullable().default(null),
  }),
  discover: z.object({
    datasetId: entityId.nullable().default(null),
    alpha: z.number().gt(0).lt(0.5).nullable().default(null),
    resamples: z.number().int().min(0).max(2000).default(200),
    /** Added to the tiers that follow from the roles. */
    knowledge: knowledge.prefault({}),
  }),
  optimize: optimizeParams.extend({
    modelId: entityId.nullable().default(null),
    causalId: entityId.nullable().default(null),
  }),
  report: z.object({ title: z.string().max(200).default('Campaign report') }),
  scorecard: z.object({}),
  verify: z.object({}),
} as const
export type JobParams = { [K in keyof typeof jobParams]: z.infer<(typeof jobParams)[K]> }
