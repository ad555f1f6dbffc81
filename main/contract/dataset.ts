import * as z from 'zod'
import { column } from './column.ts'
import { entityId, instant, note, sha256 } from './primitives.ts'

export const datasetSummary = z.object({
  id: entityId,
  jobId: entityId,
  name: z.string(),
  /** SHA-256 of the frozen table: same rows, columns, groups and folds give the same hash. */
  hash: sha256,
  rowCount: z.number().int().nonnegative(),
  groupCount: z.number().int().nonnegative(),
  foldCount: z.number().int().nonnegative(),
  columns: z.array(column),
  notes: z.array(note),
  createdAt: instant,
})
export type DatasetSummary = z.infer<typeof datasetSummary>

/** The frozen rows: one per specimen, column-major, null = missing. */
export const datasetTable = z.object({
  columns: z.array(column),
  specimens: z.array(z.string()),
  /** Rows of one group (heat, micrograph family) never straddle a fold. */
  groups: z.array(z.string()),
  /** Fold number of each row, 0-based. */
  folds: z.array(z.number().int().nonnegative()),
  values: z.array(z.array(z.union([z.number(), z.string(), z.null()]))),
  /** Standard error of microstructure values over fields, same shape; null where unknown. */
  standardErrors: z.array(z.array(z.number().nullable())),
})
export type DatasetTable = z.infer<typeof datasetTable>
