import { ContractError, type ColumnRole, type DatasetTable } from '../../contract/index.ts'
import type { ParsedTable } from './parse.ts'
import type { Table, TableColumn } from './table.ts'

/** A column as values of cells; null = missing. */
export interface CellColumn {
  readonly name: string
  readonly unit: string
  readonly role: ColumnRole
  readonly kind: 'number' | 'category'
  readonly values: readonly (number | string | null)[]
  /** Levels of a category in their order; by default in order of first appearance. */
  readonly levels?: readonly string[]
}

function codedColumn(column: CellColumn): TableColumn {
  const { name, unit, role, kind, values } = column
  if (kind === 'number') {
    const numbers = Float64Array.from(values, (value) => {
      if (value === null) return Number.NaN
      if (typeof value !== 'number' || !Number.isFinite(value))
        throw new ContractError('BAD_REQUEST', `Column "${name}" is of numbers but holds "${value}".`, name)
      return value
    })
    return { name, unit, role, levels: null, values: numbers }
  }
  const codes = new Map((column.levels ?? []).map((level, code) => [level, code]))
  const coded = Float64Array.from(values, (value) => {
    if (value === null) return Number.NaN
    const level = String(value)
    if (!codes.has(level)) codes.set(level, codes.size)
    return codes.get(level)!
  })
  return { name, unit, role, levels: [...codes.keys()], values: coded }
}

/** 0-based numbers of groups in order of first appearance. */
export function groupNumbers(names: readonly string[]): Int32Array {
  const numbers = new Map<string, number>()
  return Int32Array.from(names, (name) => {
    const number = numbers.get(name) ?? numbers.size
    numbers.set(name, number)
    return number
  })
}

/**
 * A table for the science rooms from columns of cells, n rows. `groups` names the group of each row. Throws
 * BAD_REQUEST for columns of unequal length or with one name, and for text in a numeric column.
 */
export function buildTable(
  columns: readonly CellColumn[],
  rowIds: readonly string[],
  groups: readonly string[],
): Table {
  const uneven = columns.find(({ values }) => values.length !== rowIds.length)
  if (uneven !== undefined || groups.length !== rowIds.length)
    throw new ContractError('BAD_REQUEST', 'Columns, groups and rows differ in number.', uneven?.name ?? null)
  const names = new Set(columns.map(({ name }) => name))
  if (names.size !== columns.length) throw new ContractError('BAD_REQUEST', 'Two columns have one name.')
  return { columns: columns.map(codedColumn), rowIds, groups: groupNumbers(groups) }
}

/** The table of a file for the science rooms; without a group column each specimen is its own group. */
export function tableOfFile(parsed: ParsedTable): Table {
  return {
    columns: parsed.columns,
    rowIds: parsed.rowIds,
    groups: groupNumbers(parsed.groupNames ?? parsed.specimens),
  }
}

/** The columns of a frozen dataset that models and causal maps may use: neither 'ignored' nor 'context'. */
export function tableFromDataset(dataset: DatasetTable): Table {
  const columns = dataset.columns.map((column, k): CellColumn => ({ ...column, values: dataset.values[k]! }))
  return buildTable(
    columns.filter(({ role }) => role !== 'ignored' && role !== 'context'),
    dataset.specimens,
    dataset.groups,
  )
}

/** Values of a coded column as cells: numbers, level names, null for missing. */
export function cellsOf(column: TableColumn): (number | string | null)[] {
  return Array.from(column.values, (value) => {
    if (Number.isNaN(value)) return null
    return column.levels === null ? value : column.levels[value]!
  })
}
