import * as z from 'zod'
import { figure } from './figure.ts'
import { entityId, instant, note, sha256 } from './primitives.ts'

export const reportSectionName = z.enum([
  'Import',
  'Segmentation',
  'Measures',
  'Dataset',
  'Model',
  'Causal map',
  'Candidates',
  'Manifest',
])

export const reportTable = z.object({
  caption: z.string(),
  columns: z.array(z.object({ name: z.string(), unit: z.string(), align: z.enum(['left', 'right']) })),
  rows: z.array(z.array(z.string())),
})
export type ReportTable = z.infer<typeof reportTable>

export const reportImage = z.object({
  caption: z.string(),
  /** PNG with the outline drawn in, and a scale bar where calibrated. */
  pngBase64: z.string(),
  width: z.number().int(),
  height: z.number().int(),
})

export const graphDrawing = z.object({
  caption: z.string(),
  columns: z.array(
    z.object({ title: z.string(), nodes: z.array(z.object({ name: z.string(), unit: z.string() })) }),
  ),
  edges: z.array(
    z.object({
      from: z.string(),
      to: z.string(),
      mark: z.enum(['-->', '--', '<->']),
      weight: z.number(),
      label: z.string(),
    }),
  ),
})
export type GraphDrawing = z.infer<typeof graphDrawing>

export const reportSection = z.object({
  name: reportSectionName,
  /** What stands here in plain sentences; also why a section is empty. */
  paragraphs: z.array(z.string()),
  notes: z.array(note),
  tables: z.array(reportTable),
  figures: z.array(figure),
  images: z.array(reportImage),
  graphs: z.array(graphDrawing),
})
export type ReportSection = z.infer<typeof reportSection>

/** The report as data; HTML is a pure function of it. */
export const reportDocument = z.object({
  title: z.string(),
  simulated: z.boolean(),
  writtenAt: instant,
  /** What a reader must know first, each in one sentence. */
  summary: z.array(z.object({ label: z.string(), text: z.string() })),
  sections: z.array(reportSection),
})
export type ReportDocument = z.infer<typeof reportDocument>

export const reportSummary = z.object({
  id: entityId,
  jobId: entityId,
  htmlBlob: sha256,
  byteLength: z.number().int(),
  sections: z.array(z.string()),
  createdAt: instant,
})
export type ReportSummary = z.infer<typeof reportSummary>
