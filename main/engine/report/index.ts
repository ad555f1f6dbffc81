export { composeReport } from './compose.ts'
export type { ManifestEntry, Refusal, ReportInput } from './input.ts'
export { renderHtml } from './html/render.ts'
export { outlineImage, type Outlined } from './outline.ts'
