import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { ContractError, pixelSideUm, type ImportPreview } from '../../../contract/index.ts'
import { matchRows, parseTable } from '../../dataset/index.ts'
import type { TableColumn } from '../../dataset/table.ts'
import { naming } from '../naming.ts'
import { specimensOf } from './specimen-values.ts'

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

/** Databar rows are counted, so a column that does not count them is a mistake. */
function checkDatabar(column: TableColumn | null): void {
  const bad = column?.levels?.[0] ?? column?.values.find((rows) => !Number.isNaN(rows) && !isCount(rows))
  if (bad !== undefined)
    throw new ContractError(
      'TABLE_BAD_NUMBER',
      `Column "${column!.name}": "${bad}" is no number of rows.`,
      column!.name,
    )
}
/** Lengths far from any pixel's are a slip of a unit. */
function checkPixelSizes(sizes: Float64Array | null): void {
  const bad = sizes?.find((size) => !Number.isNaN(size) && !pixelSideUm.safeParse(size).success)
  if (bad !== undefined)
    throw new ContractError('TABLE_BAD_NUMBER', `A pixel size of ${bad} µm is impossible.`, 'pixel size')
}

const isCount = (rows: number) => Number.isInteger(rows) && rows >= 0

/** Errors: those of parseTable; TABLE_DUPLICATE_ID where rows of one specimen contradict each other. */
export function openProcessTable(
  bytes: Uint8Array,
  path: string,
  fileNames: readonly string[],
): ProcessTable {
  const table = naming(basename(path), () => parseTable(bytes, basename(path)))
  const match = matchRows(table, fileNames)
  const rowOf = new Map(fileNames.map((fileName, i) => [fileName, match.rowOfFile[i] ?? null]))
  const databar = table.columns.find((column) => databarPattern.test(column.name)) ?? null
  checkDatabar(databar)
  checkPixelSizes(table.pixelSizesUm)
  const kept = table.columns.filter((column) => column !== databar)
  const specimens = specimensOf(table, kept)
  const problems: ImportPreview['problems'] = table.notes.map((note) => ({
    code: 'TABLE_UNREADABLE',
    message: note.message,
    detail: note.item ?? null,
  }))
  if (match.unmatchedRows.length > 0) {
    problems.push({
      code: 'TABLE_ROW_UNMATCHED',
      message: `${match.unmatchedRows.length} rows of the table belong to no image of this folder.`,
      detail: match.unmatchedRows.slice(0, 20).join(', '),
    })
  }
  if (match.unmatchedFiles.length > 0) {
    problems.push({
      code: 'TABLE_FILE_UNMATCHED',
      message: `${match.unmatchedFiles.length} images have no row in the table; those that are taken have no process values.`,
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
        ...specimens.get(table.specimens[row]!)!,
        pixelSizeUm: Number.isNaN(pixelSize) ? null : pixelSize,
        databarRows: Number.isNaN(databarRows) ? null : databarRows,
      }
    },
  }
}
