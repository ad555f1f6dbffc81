import type { ModelExportFormat } from '../../contract/index.ts'
import type { ExportInput } from '../steps/tasks/export-model.ts'
import type { CardInput } from '../steps/tasks/model-card.ts'

/** What a file of a model is made from. `run` has a task of steps/worker.ts computed in a worker thread. */
export interface ModelFileSource {
  readonly card: CardInput
  readonly run: <Input, Output>(task: string, input: Input) => Promise<Output>
}

export interface ModelFile {
  readonly bytes: Uint8Array
  readonly mediaType: string
  /** End of the file's name, from the dash: '-card.md'. */
  readonly ending: string
}

export type ModelFileWriter = (source: ModelFileSource) => Promise<ModelFile>

/** Level of the intervals that an exported model gives. */
const EXPORT_LEVEL = 0.9

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

/** The files that can be written of a model; a format that is not here is offered nowhere. */
export const modelFileWriters: Partial<Record<ModelExportFormat, ModelFileWriter>> = {
  card: async ({ card, run }) => ({
    bytes: text(await run<CardInput, string>('model.cardMarkdown', card)),
    mediaType: 'text/markdown',
    ending: '-card.md',
  }),
  html: async ({ card, run }) => ({
    bytes: text(await run<CardInput, string>('model.cardHtml', card)),
    mediaType: 'text/html',
    ending: '-card.html',
  }),
  csv: async ({ card, run }) => ({
    bytes: text(await run<CardInput, string>('model.heldOutCsv', card)),
    mediaType: 'text/csv',
    ending: '-held-out.csv',
  }),
  onnx: async ({ card, run }) => ({
    bytes: await run<ExportInput, Uint8Array>('model.onnx', { path: card.path, level: EXPORT_LEVEL }),
    mediaType: 'application/octet-stream',
    ending: '.onnx',
  }),
}

/** A file name that every file system takes: project, what it is, when the model was trained (UTC). */
export function modelFileName(projectName: string, createdAt: string, ending: string): string {
  const base = projectName
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase()
    .slice(0, 60)
    .replace(/-+$/, '')
  const stamp = createdAt.slice(0, 16).replaceAll(':', '').replace('T', '-')
  return `${base === '' ? 'project' : base}-model-${stamp}${ending}`
}
