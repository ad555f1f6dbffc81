import { ContractError } from '../../../contract/index.ts'
import type { ParsedTable, TableColumn } from '../../dataset/index.ts'
import type { ProcessRow } from './process-table.ts'

type Cell = ProcessRow['values'][number]

function cell(column: TableColumn, row: number): Cell {
  const value = column.values[row]!
  const { name, levels } = column
  if (Number.isNaN(value)) return { column: name, number: null, text: null }
  return levels === null
    ? { column: name, number: value, text: null }
    : { column: name, number: null, text: levels[value] ?? null }
}

/** Columns that may differ from field to field: a specimen has no single value of them. */
export const isPerField = (role: TableColumn['role']) => role === 'context' || role === 'ignored'

function together(specimen: string, column: TableColumn, rows: readonly number[]): Cell {
  const known = rows.filter((row) => !Number.isNaN(column.values[row]!))
  const first = known[0]
  if (first === undefined) return cell(column, rows[0]!)
  const other = known.find((row) => column.values[row] !== column.values[first])
  if (other === undefined) return cell(column, first)
  if (isPerField(column.role)) return { column: column.name, number: null, text: null }
  throw contradiction(specimen, column.name, said(cell(column, first)), said(cell(column, other)))
}

const said = ({ number, text }: Cell) => String(number ?? text)

export function contradiction(specimen: string, column: string, a: string, b: string): ContractError {
  return new ContractError(
    'TABLE_DUPLICATE_ID',
    `Rows of specimen "${specimen}" differ in "${column}": ${a} and ${b}. A specimen has one value of it.`,
    specimen,
  )
}

/** Heat of a specimen; a row without one says nothing of it. */
function groupOf(table: ParsedTable, specimen: string, rows: readonly number[]): string {
  // The reader calls a row without a group by its specimen.
  const stated = rows
    .map((row) => table.groupNames?.[row] ?? '')
    .filter((name) => name !== '' && name !== specimen)
  const [first, ...others] = [...new Set(stated)]
  if (others[0] !== undefined) throw contradiction(specimen, table.groupColumn ?? '', first!, others[0])
  return first ?? (table.groupNames === null ? '' : specimen)
}

/**
 * What the table says of each specimen over its rows (a row a field): what one row leaves out another may state.
 * Throws TABLE_DUPLICATE_ID where two rows state different values, or different groups.
 */
export function specimensOf(
  table: ParsedTable,
  columns: readonly TableColumn[],
): ReadonlyMap<string, Pick<ProcessRow, 'group' | 'values'>> {
  const rowsOf = new Map<string, number[]>()
  table.specimens.forEach((name, row) => {
    const rows = rowsOf.get(name)
    if (rows === undefined) rowsOf.set(name, [row])
    else rows.push(row)
  })
  return new Map(
    [...rowsOf].map(([specimen, rows]) => [
      specimen,
      {
        group: groupOf(table, specimen, rows),
        values: columns.map((column) => together(specimen, column, rows)),
      },
    ]),
  )
}
