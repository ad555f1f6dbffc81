import * as z from 'zod'
import { unitText } from './primitives.ts'

/** What a column is to the campaign; causes flow composition, process → microstructure → property. */
export const columnRole = z.enum([
  'composition',
  'process',
  'microstructure',
  'property',
  'context',
  'ignored',
])
export type ColumnRole = z.infer<typeof columnRole>

export const columnKind = z.enum(['number', 'category'])

export const column = z.object({
  name: z.string().min(1).max(200),
  unit: unitText,
  role: columnRole,
  kind: columnKind,
  /** Levels of a category in order of first appearance; empty for numbers. */
  levels: z.array(z.string()),
})
export type Column = z.infer<typeof column>
