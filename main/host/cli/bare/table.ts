import { basename } from 'node:path'
import type { Note } from '../../../contract/index.ts'
import { parseTable, tableOfFile, type Table } from '../../../engine/dataset/index.ts'
import { readTableBytes } from './files.ts'

/** A bare CSV for the science rooms. */
export interface BareTable {
  /** Columns are called by their whole header, as flags and knowledge files write them. */
  readonly table: Table
  /** The column that names groups of dependent rows: the one asked for, or one called group, heat, batch …; else null. */
  readonly groupColumn: string | null
  readonly groupNames: readonly string[] | null
  readonly notes: readonly Note[]
}

/** Reads a table; a column that only numbers or names its rows is left out. @throws ContractError, as parseTable */
export function readTable(path: string, groupColumn?: string): BareTable {
  const parsed = parseTable(readTableBytes(path), basename(path), {
    requireId: false,
    ...(groupColumn === undefined ? {} : { groupColumn }),
  })
  const table = tableOfFile(parsed)
  return {
    table: { ...table, columns: table.columns.map((column, k) => ({ ...column, name: parsed.headers[k]! })) },
    groupColumn: parsed.groupColumn,
    groupNames: parsed.groupNames,
    notes: parsed.notes,
  }
}
