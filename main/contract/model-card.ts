import * as z from 'zod'
import { figure } from './figure.ts'
import { entityId, instant, note, sha256 } from './primitives.ts'
import { reportTable } from './report.ts'

/** A part of a model card: sentences, facts, tables, drawings. */
export const cardSection = z.object({
  title: z.string(),
  paragraphs: z.array(z.string()),
  facts: z.array(z.object({ name: z.string(), value: z.string() })),
  tables: z.array(reportTable),
  notes: z.array(note),
  figures: z.array(figure),
})
export type CardSection = z.infer<typeof cardSection>

/** What a person who is handed a model must know of it; the same on the screen, as Markdown and as HTML. */
export const modelCard = z.object({
  modelId: entityId,
  title: z.string(),
  simulated: z.boolean(),
  createdAt: instant,
  sections: z.array(cardSection),
})
export type ModelCard = z.infer<typeof modelCard>

/** card: Markdown. html: the card as one page with its drawings. csv: held-out predictions. onnx: the model itself. */
export const modelExportFormat = z.enum(['card', 'html', 'csv', 'onnx'])
export type ModelExportFormat = z.infer<typeof modelExportFormat>

/** A file made from a model, to be fetched by its hash. */
export const exportedFile = z.object({
  fileName: z.string(),
  mediaType: z.string(),
  blob: sha256,
  byteLength: z.number().int().nonnegative(),
})
export type ExportedFile = z.infer<typeof exportedFile>
