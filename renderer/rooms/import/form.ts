import type { ImportItem, ImportPreview, MethodInput } from '../../../main/contract/index.ts'
import type { GridColumn } from '../../ui/grid.ts'
import { formatBytes, formatNumber, shortHash } from '../../ui/format.ts'

/** What a person has chosen so far; nothing of it is stored before the import itself. */
export interface ImportForm {
  images: { handle: string; name: string | null } | null
  table: { handle: string; name: string | null } | null
  pixelSizeText: string
  pixelSizeUnit: 'nm' | 'µm'
  databarRowsText: string
}

export const emptyForm = (): ImportForm => ({
  images: null,
  table: null,
  pixelSizeText: '',
  pixelSizeUnit: 'nm',
  databarRowsText: '',
})

/** A positive number a person wrote, with a dot or a comma; null when empty; NaN when it is none. */
function parsePositive(text: string): number | null {
  const trimmed = text.trim().replace(',', '.')
  if (trimmed === '') return null
  const value = Number(trimmed)
  return Number.isFinite(value) && value > 0 ? value : Number.NaN
}

/** A pixel size in µm from a text and its unit; null when empty, NaN when it is none. */
export function pixelSizeUmOf(text: string, unit: 'nm' | 'µm'): number | null {
  const value = parsePositive(text)
  return value === null ? null : unit === 'nm' ? value / 1000 : value
}

/** A whole number of rows, 0 when empty; NaN when it is none. */
export function parseRows(text: string): number {
  const trimmed = text.trim()
  return /^\d{0,5}$/.test(trimmed) ? Number(trimmed) : Number.NaN
}

/** The parameters of preview and import, or null while the form is incomplete or wrong. */
export function importParams(form: ImportForm): MethodInput<'image.preview'> | null {
  const pixelSizeUm = pixelSizeUmOf(form.pixelSizeText, form.pixelSizeUnit)
  const databarRows = parseRows(form.databarRowsText)
  if (form.images === null || Number.isNaN(pixelSizeUm) || Number.isNaN(databarRows)) return null
  return { images: form.images.handle, table: form.table?.handle ?? null, pixelSizeUm, databarRows }
}

export function countByStatus(items: readonly ImportItem[]): Record<ImportItem['status'], number> {
  const counts = { taken: 0, refused: 0, skipped: 0 }
  for (const item of items) counts[item.status]++
  return counts
}

/** How many of the images to take have no pixel size, so that only pixels could be reported of them. */
export function uncalibratedCount(preview: ImportPreview): number {
  return preview.items.filter((item) => item.status === 'taken' && item.pixelSizeUm === null).length
}

export function pixelSizeText(size: ImportItem['pixelSizeUm']): string {
  if (size === null) return '–'
  const print = (um: number) => (um < 0.1 ? `${formatNumber(um * 1000)} nm` : `${formatNumber(um)} µm`)
  return size.row === size.col ? print(size.col) : `${print(size.row)} × ${print(size.col)}`
}

export const itemColumns: readonly GridColumn<ImportItem>[] = [
  { key: 'status', title: 'Status', width: 84, value: (item) => item.status },
  {
    key: 'fileName',
    title: 'File',
    width: 210,
    value: (item) => item.fileName,
    hint: (item) => item.fileName,
  },
  { key: 'specimen', title: 'Specimen', width: 84, value: (item) => item.specimenName },
  {
    key: 'shape',
    title: 'Size',
    unit: 'px',
    align: 'right',
    width: 100,
    value: (item) => (item.shape === null ? null : item.shape[0] * item.shape[1]),
    text: (item) => (item.shape === null ? '–' : `${String(item.shape[1])} × ${String(item.shape[0])}`),
  },
  {
    key: 'pixelSize',
    title: 'Pixel size',
    align: 'right',
    width: 100,
    value: (item) => item.pixelSizeUm?.col ?? null,
    text: (item) => pixelSizeText(item.pixelSizeUm),
    hint: (item) => (item.pixelSizeUm === null ? 'not calibrated' : undefined),
  },
  { key: 'source', title: 'From', width: 80, value: (item) => item.pixelSizeUm?.source ?? null },
  { key: 'reason', title: 'Reason', width: 240, value: (item) => item.reason, hint: (item) => item.reason },
  { key: 'code', title: 'Code', width: 140, value: (item) => item.code },
  {
    key: 'bytes',
    title: 'Bytes',
    align: 'right',
    width: 84,
    value: (item) => item.byteLength,
    text: (item) => formatBytes(item.byteLength),
  },
  {
    key: 'sha256',
    title: 'SHA-256',
    width: 110,
    hidden: true,
    value: (item) => item.sha256,
    text: (item) => (item.sha256 === null ? '–' : shortHash(item.sha256)),
    hint: (item) => item.sha256 ?? undefined,
  },
]
