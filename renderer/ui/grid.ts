import { csvFromRows } from '../../main/contract/csv.ts'
import { formatNumber, nameWithUnit } from './format.ts'

export type CellValue = number | string | boolean | null

export interface GridColumn<Row> {
  key: string
  title: string
  /** The column's name in copied and exported data; else its title. */
  exportName?: string
  unit?: string
  align?: 'left' | 'right'
  /** Least width in px; what is left over is shared in proportion. */
  width?: number
  /** What is sorted, filtered and copied; null is missing and sorts last. */
  value: (row: Row) => CellValue
  /** What is shown; else the value with four significant digits. */
  text?: (row: Row) => string
  /** Shown on hover: a whole value, or why it is missing. */
  hint?: (row: Row) => string | undefined
  /** Hidden until a person chooses it. */
  hidden?: boolean
}

export interface GridSort {
  key: string
  descending: boolean
}

export function cellText<Row>(column: GridColumn<Row>, row: Row): string {
  if (column.text !== undefined) return column.text(row)
  const value = column.value(row)
  if (value === null) return '–'
  if (typeof value === 'number') return formatNumber(value, 4, !Number.isInteger(value))
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : value
}

export function columnTitle<Row>(column: GridColumn<Row>): string {
  return nameWithUnit(column.title, column.unit ?? '')
}

/** The head in copied and exported data, where a column keeps the name that other programs know. */
function exportTitle<Row>(column: GridColumn<Row>): string {
  return nameWithUnit(column.exportName ?? column.title, column.unit ?? '')
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

function compareValues(a: CellValue, b: CellValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return collator.compare(String(a), String(b))
}

/** Rows in order of one column; missing values come last in both directions; equal rows keep their order. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly GridColumn<Row>[],
  sort: GridSort | null,
): readonly Row[] {
  const column = sort === null ? undefined : columns.find((entry) => entry.key === sort.key)
  if (sort === null || column === undefined) return rows
  const sign = sort.descending ? -1 : 1
  return rows
    .map((row) => ({ row, value: column.value(row) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return (a.value === null ? 1 : 0) - (b.value === null ? 1 : 0)
      return sign * compareValues(a.value, b.value)
    })
    .map((entry) => entry.row)
}

type Test<Row> = (row: Row) => boolean

function termTest<Row>(term: string, columns: readonly GridColumn<Row>[]): Test<Row> {
  const match = /^([^<>=]+?)(<=|>=|<|>|=)(.*)$/.exec(term)
  if (match !== null) {
    const [, name = '', operator = '', operand = ''] = match
    const wanted = name.trim().toLowerCase().replaceAll(' ', '')
    const column = columns.find((entry) =>
      [entry.key, entry.title].some((text) => text.toLowerCase().replaceAll(' ', '').startsWith(wanted)),
    )
    const limit = Number(operand)
    if (column !== undefined && operand.trim() !== '') {
      return (row) => {
        const value = column.value(row)
        if (value === null) return false
        if (typeof value === 'number' && !Number.isNaN(limit)) {
          if (operator === '<') return value < limit
          if (operator === '>') return value > limit
          if (operator === '<=') return value <= limit
          if (operator === '>=') return value >= limit
          return value === limit
        }
        return operator === '=' && cellText(column, row).toLowerCase() === operand.trim().toLowerCase()
      }
    }
  }
  const needle = term.toLowerCase()
  return (row) => columns.some((column) => cellText(column, row).toLowerCase().includes(needle))
}

/**
 * Rows that meet every term of a filter text: `word` is looked for in every cell, `ecd>0.2` and `class=B2`
 * compare one column (named by the beginning of its title); quotes keep words together.
 */
export function filterRows<Row>(
  rows: readonly Row[],
  columns: readonly GridColumn<Row>[],
  filter: string,
): readonly Row[] {
  const terms = [...filter.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '')
  const tests = terms.filter((term) => term !== '').map((term) => termTest(term, columns))
  return tests.length === 0 ? rows : rows.filter((row) => tests.every((test) => test(row)))
}

function exactText(value: CellValue): string {
  if (value === null) return ''
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)
}

/** The rows with full figures, tab-separated, for a spreadsheet's clipboard; missing is an empty cell. */
export function rowsToTsv<Row>(rows: readonly Row[], columns: readonly GridColumn<Row>[]): string {
  const clean = (text: string) => text.replace(/[\t\r\n]+/g, ' ')
  return [
    columns.map((column) => clean(exportTitle(column))).join('\t'),
    ...rows.map((row) => columns.map((column) => clean(exactText(column.value(row)))).join('\t')),
  ].join('\n')
}

/** The rows as RFC 4180 CSV with full figures; missing is an empty field, and no text can start a formula. */
export function rowsToCsv<Row>(rows: readonly Row[], columns: readonly GridColumn<Row>[]): string {
  const cell = (value: CellValue) => (typeof value === 'boolean' ? exactText(value) : value)
  return csvFromRows(
    columns.map((column) => exportTitle(column)),
    rows.map((row) => columns.map((column) => cell(column.value(row)))),
  )
}
