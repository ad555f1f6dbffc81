import { ContractError, type ColumnRole, type Note } from '../../contract/index.ts'
import { decimalMark, isMissing, parseNumber } from './cells.ts'
import { idColumns, type IdKind } from './ids.ts'
import { readRecords, type Delimiter } from './records.ts'
import { guessRole, namesContext } from './roles.ts'
import type { TableColumn } from './table.ts'
import { decodeTableText, type TextEncodingName } from './text.ts'
import { parseHeader } from './units.ts'

export interface ParseOptions {
  /** Roles by column name or header, over the guess. */
  readonly roles?: Readonly<Record<string, ColumnRole>>
  /** Columns (by name or header) to read as categories even if they hold numbers. */
  readonly categories?: readonly string[]
  /** Column whose rows are not independent of each other; by default one called group, heat, batch, cast, lot … */
  readonly groupColumn?: string
  /** false for bare tables: rows without an id column are called 1, 2, 3 … */
  readonly requireId?: boolean
}

/** A table file as read. All arrays over rows have the same length n. */
export interface ParsedTable {
  readonly fileName: string
  /** All columns but the ids and the pixel size; names are unique. */
  readonly columns: readonly TableColumn[]
  /** Header text of each column as it stands in the file. */
  readonly headers: readonly string[]
  /** Unique. */
  readonly rowIds: readonly string[]
  readonly idColumn: string | null
  readonly idKind: IdKind | null
  /** Specimen of each row: the specimen column where there is one beside the file name, else the row's id. */
  readonly specimens: readonly string[]
  /** Group of each row; null where the table has no group column. */
  readonly groupNames: readonly string[] | null
  readonly groupColumn: string | null
  /** µm; NaN = not given. Null where the table has no such column. */
  readonly pixelSizesUm: Float64Array | null
  readonly encoding: TextEncodingName
  readonly delimiter: Delimiter
  readonly notes: readonly Note[]
}

interface RawColumn {
  readonly header: string
  readonly name: string
  readonly unit: string
  readonly cells: readonly string[]
  readonly lines: readonly number[]
}

/** Values of a numeric column; null when half or fewer of its filled cells are numbers. */
function numbersOf(column: RawColumn, decimalComma: boolean): Float64Array | null {
  const values = new Float64Array(column.cells.length).fill(Number.NaN)
  let filled = 0
  let numeric = 0
  let bad = -1
  const marks = new Map<string, number>()
  column.cells.forEach((cell, row) => {
    if (isMissing(cell)) return
    filled++
    const value = parseNumber(cell, decimalComma)
    if (value === null) {
      if (bad < 0) bad = row
      return
    }
    numeric++
    values[row] = value
    const mark = decimalMark(cell)
    if (mark !== null && !marks.has(mark)) marks.set(mark, row)
  })
  if (filled > 0 && numeric * 2 <= filled) return null
  // A paper's number or a person's initials: nothing is lost when such a column is read as text.
  if (bad >= 0 && namesContext(column.name)) return null
  if (bad >= 0) throw badNumber(column, bad, 'is not a number')
  if (marks.size > 1)
    throw badNumber(column, Math.max(...marks.values()), 'mixes decimal comma and point with other rows')
  return values
}

function badNumber(column: RawColumn, row: number, what: string): ContractError {
  const line = column.lines[row]!
  return new ContractError(
    'TABLE_BAD_NUMBER',
    `Line ${line}, column "${column.header}": "${column.cells[row]!.slice(0, 60)}" ${what}.`,
    `line ${line}, column ${column.header}`,
  )
}

function categoriesOf(cells: readonly string[]): { levels: string[]; values: Float64Array } {
  const codes = new Map<string, number>()
  const values = Float64Array.from(cells, (cell) => {
    if (isMissing(cell)) return Number.NaN
    const code = codes.get(cell) ?? codes.size
    codes.set(cell, code)
    return code
  })
  return { levels: [...codes.keys()], values }
}

/** Names without their bracketed unit where that keeps them apart, else the whole header. */
function nameColumns(header: readonly string[]) {
  const all = new Set(header)
  const parsed = header.map((text) => parseHeader(text, all))
  const uses = new Map<string, number>()
  for (const { name } of parsed) uses.set(name, (uses.get(name) ?? 0) + 1)
  return parsed.map(({ name, unit }, k) => ({ name: uses.get(name) === 1 ? name : header[k]!, unit }))
}

function checkHeader(header: readonly string[]): string[] {
  const named = header.map((text, k) => (text === '' ? `column ${k + 1}` : text.slice(0, 200)))
  const twice = named.find((text, k) => named.indexOf(text) !== k)
  if (twice !== undefined)
    throw new ContractError('TABLE_UNREADABLE', `Two columns are called "${twice}".`, twice)
  return named
}

const groupPattern = /^(group|heat|batch|cast|melt|ingot|lot|family|charge)([ _-]?(id|no|number|name))?$/i
const pixelPattern = /^(pixel|px)[ _-]?size/i
const micrometresPer: Record<string, number> = { µm: 1, nm: 1e-3, mm: 1e3 }

function pixelSizes(column: RawColumn, decimalComma: boolean): Float64Array {
  const factor = micrometresPer[column.unit]
  if (factor === undefined)
    throw new ContractError(
      'TABLE_BAD_UNIT',
      `The pixel size "${column.header}" has no unit of length.`,
      column.header,
    )
  const values = numbersOf(column, decimalComma)
  const bad = column.cells.findIndex((cell, row) => !isMissing(cell) && !((values?.[row] ?? 0) > 0))
  if (values === null || bad >= 0) throw badNumber(column, Math.max(0, bad), 'is no pixel size')
  return values.map((value) => value * factor)
}

function groupsOf(raw: readonly RawColumn[], asked: string | undefined): RawColumn | null {
  if (asked === undefined) return raw.find(({ name }) => groupPattern.test(name)) ?? null
  const found = raw.find(({ name, header }) => name === asked || header === asked)
  if (found === undefined)
    throw new ContractError('COLUMN_UNKNOWN', `The table has no column "${asked}".`, asked)
  return found
}

/**
 * Reads a process table or a bare CSV file: comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252; decimal comma
 * with semicolons. A column is numeric when more than half of its filled cells are numbers; then every other filled
 * cell is an error, except in columns that describe the record (paper, id, date …), which are then text. Missing cells (empty, NaN, NA, dash) are NaN, never 0. Throws FILE_EMPTY, TABLE_UNREADABLE,
 * TABLE_NO_ID, TABLE_MISSING_ID, TABLE_DUPLICATE_ID, TABLE_BAD_NUMBER, TABLE_BAD_UNIT, COLUMN_UNKNOWN.
 */
export function parseTable(
  source: string | Uint8Array,
  fileName: string,
  options: ParseOptions = {},
): ParsedTable {
  const notes: Note[] = []
  const { text, encoding } = decodeTableText(
    typeof source === 'string' ? new TextEncoder().encode(source) : source,
  )
  if (encoding === 'windows-1252')
    notes.push({
      code: 'ENCODING_GUESSED',
      message: 'The table is not UTF-8 and was read as Windows-1252 (Latin-1).',
      item: fileName,
    })
  const { delimiter, header, rows } = readRecords(text.replace(/^\uFEFF/, ''))
  const decimalComma = delimiter === ';'
  const lines = rows.map(({ line }) => line)
  const headers = checkHeader(header)
  const named = nameColumns(headers)
  const raw = headers.map((text, k): RawColumn => ({
    header: text,
    ...named[k]!,
    cells: rows.map(({ cells }) => cells[k]!),
    lines,
  }))
  const ids = idColumns(raw, options.requireId ?? true)
  const pixelColumn = raw.find(({ name }) => pixelPattern.test(name)) ?? null
  const groupColumn = groupsOf(raw, options.groupColumn)
  const isChosen = (list: readonly string[] | undefined, column: RawColumn) =>
    list?.includes(column.name) === true || list?.includes(column.header) === true
  const kept = raw.filter((column) => column !== ids.id && column !== ids.specimen && column !== pixelColumn)
  const columns = kept.map((column): TableColumn => {
    const { name, unit, cells } = column
    const role =
      options.roles?.[name] ??
      options.roles?.[column.header] ??
      (column === groupColumn
        ? 'context'
        : header[raw.indexOf(column)] === ''
          ? 'ignored'
          : guessRole(name, unit))
    const isCategory = column === groupColumn || isChosen(options.categories, column)
    const numbers = isCategory ? null : numbersOf(column, decimalComma)
    if (numbers !== null) return { name, unit, role, levels: null, values: numbers }
    return { name, unit, role, ...categoriesOf(cells) }
  })
  return {
    fileName,
    columns,
    headers: kept.map((column) => column.header),
    rowIds: ids.rowIds,
    idColumn: ids.id?.header ?? null,
    idKind: ids.kind,
    specimens: ids.specimens,
    groupNames:
      groupColumn === null ? null : groupColumn.cells.map((cell, row) => cell || ids.specimens[row]!),
    groupColumn: groupColumn?.header ?? null,
    pixelSizesUm: pixelColumn === null ? null : pixelSizes(pixelColumn, decimalComma),
    encoding,
    delimiter,
    notes,
  }
}
