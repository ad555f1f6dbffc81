import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { ContractError, type ImportPreview } from '../../../contract/index.ts'
import { matchRows, parseTable } from '../../dataset/index.ts'
import type { TableColumn } from '../../dataset/table.ts'

export interface ProcessRow {
  readonly specimenName: string
  /** Heat (or batch, lot …) of the table; '' where it has none. */
  readonly group: string
  readonly values: readonly {
    readonly column: string
    readonly number: number | null
    readonly text: string | null
  }[]
  readonly pixelSizeUm: number | null
  readonly databarRows: number | null
}

/** The process table of an import, ready to be asked file by file. */
export interface ProcessTable {
  readonly columns: readonly {
    name: string
    unit: string
    role: TableColumn['role']
    kind: 'number' | 'category'
  }[]
  readonly summary: ImportPreview['columns']
  readonly matchedBy: string | null
  readonly problems: ImportPreview['problems']
  rowFor(fileName: string): ProcessRow | null
}

const LIMIT_BYTES = 64 * 1024 * 1024
const databarPattern = /^databar[ _-]?rows$/i

/** Errors: FILE_UNREADABLE, TABLE_UNREADABLE above 64 MiB. */
export function readTableFile(path: string): Uint8Array {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw new ContractError(
      'FILE_UNREADABLE',
      `The table cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}.`,
      basename(path),
    )
  }
  if (bytes.length > LIMIT_BYTES)
    throw new ContractError('TABLE_UNREADABLE', 'The table is larger than 64 MiB.', basename(path))
  return bytes
}

function cell(column: TableColumn, row: number): { number: number | null; text: string | null } {
  const value = column.values[row]!
  if (Number.isNaN(value)) return { number: null, text: null }
  return column.levels === null
    ? { number: value, text: null }
    : { number: null, text: column.levels[value] ?? null }
}

/** Errors: those of parseTable. */
export function openProcessTable(
  bytes: Uint8Array,
  path: string,
  fileNames: readonly string[],
): ProcessTable {
  const table = parseTable(bytes, basename(path))
  const match = matchRows(table, fileNames)
  const rowOf = new Map(fileNames.map((fileName, i) => [fileName, match.rowOfFile[i] ?? null]))
  const databar = table.columns.find((column) => databarPattern.test(column.name)) ?? null
  const kept = table.columns.filter((column) => column !== databar)
  const problems: ImportPreview['problems'] = table.notes.map((note) => ({
    code: 'TABLE_UNREADABLE',
    message: note.message,
    detail: note.item ?? null,
  }))
  if (match.unmatchedRows.length > 0) {
    problems.push({
      code: 'NOT_FOUND',
      message: `${match.unmatchedRows.length} rows of the table belong to no image of this folder.`,
      detail: match.unmatchedRows.slice(0, 20).join(', '),
    })
  }
  if (match.unmatchedFiles.length > 0) {
    problems.push({
      code: 'NOT_FOUND',
      message: `${match.unmatchedFiles.length} images have no row in the table; they are imported without process values.`,
      detail: match.unmatchedFiles.slice(0, 20).join(', '),
    })
  }
  return {
    columns: kept.map((column) => ({
      name: column.name,
      unit: column.unit,
      role: column.role,
      kind: column.levels === null ? 'number' : 'category',
    })),
    summary: kept.map((column) => ({
      name: column.name,
      unit: column.unit,
      role: column.role,
      kind: column.levels === null ? 'number' : 'category',
      filled: column.values.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0),
    })),
    matchedBy: match.matchedBy,
    problems,
    rowFor(fileName) {
      const row = rowOf.get(fileName) ?? null
      if (row === null) return null
      const pixelSize = table.pixelSizesUm?.[row] ?? Number.NaN
      const databarRows = databar === null ? Number.NaN : databar.values[row]!
      return {
        specimenName: table.specimens[row]!,
        group: table.groupNames?.[row] ?? '',
        values: kept.map((column) => ({ column: column.name, ...cell(column, row) })),
        pixelSizeUm: Number.isNaN(pixelSize) ? null : pixelSize,
        databarRows: Number.isNaN(databarRows) ? null : Math.round(databarRows),
      }
    },
  }
}
