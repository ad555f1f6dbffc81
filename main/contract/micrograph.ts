import * as z from 'zod'
import { errorCode } from './errors.ts'
import { entityId, instant, jsonValue, pixelSize, sha256, unitText } from './primitives.ts'

export const micrograph = z.object({
  id: entityId,
  fileName: z.string(),
  specimenId: entityId,
  specimenName: z.string(),
  format: z.string(),
  rows: z.number().int().positive(),
  cols: z.number().int().positive(),
  dtype: z.enum(['uint8', 'uint16']),
  pixelSizeUm: pixelSize.nullable(),
  /** Rows of the instrument's databar at the bottom edge; kept for view, left out of every measure. */
  databarRows: z.number().int().nonnegative(),
  blob: sha256,
  /** 8-bit grey PNG of the same shape, for the screen. */
  displayBlob: sha256,
  thumbnailBlob: sha256,
  metadata: z.record(z.string(), jsonValue),
  importedAt: instant,
})
export type Micrograph = z.infer<typeof micrograph>

/** One value of the process table as it belongs to a specimen. */
export const specimenValue = z.object({
  column: z.string(),
  unit: unitText,
  number: z.number().nullable(),
  text: z.string().nullable(),
})
export const specimen = z.object({
  id: entityId,
  name: z.string(),
  group: z.string(),
  values: z.array(specimenValue),
})
export type Specimen = z.infer<typeof specimen>

/** What became of one file of the imported folder. */
export const importItem = z.object({
  fileName: z.string(),
  status: z.enum(['taken', 'refused', 'skipped']),
  code: errorCode.nullable(),
  reason: z.string(),
  specimenName: z.string().nullable(),
  byteLength: z.number().int().nonnegative(),
  sha256: sha256.nullable(),
  shape: z.tuple([z.number().int(), z.number().int()]).nullable(),
  pixelSizeUm: pixelSize.nullable(),
})
export type ImportItem = z.infer<typeof importItem>

export const importPreview = z.object({
  items: z.array(importItem),
  columns: z.array(
    z.object({
      name: z.string(),
      unit: unitText,
      role: z.string(),
      kind: z.string(),
      filled: z.number().int(),
    }),
  ),
  /** How the table's rows are matched to files: by which column. */
  matchedBy: z.string().nullable(),
  problems: z.array(z.object({ code: errorCode, message: z.string(), detail: z.string().nullable() })),
})
export type ImportPreview = z.infer<typeof importPreview>
