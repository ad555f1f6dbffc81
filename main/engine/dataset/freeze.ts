import { ContractError, type Column, type DatasetTable, type Note } from '../../contract/index.ts'
import { groupFolds } from './folds.ts'

type Cell = number | string | null

export interface FreezeInput {
  /** n names of rows. */
  readonly specimens: readonly string[]
  /** n names of groups. */
  readonly groups: readonly string[]
  /** Levels are found from the values. */
  readonly columns: readonly Omit<Column, 'levels'>[]
  /** columns × n. */
  readonly values: readonly (readonly Cell[])[]
  /** columns × n, null where unknown. */
  readonly standardErrors: readonly (readonly (number | null)[])[]
  readonly folds: number
  readonly seed: number
}

function checkShape(input: FreezeInput): void {
  const n = input.specimens.length
  const { columns, values, standardErrors } = input
  if (n === 0) throw new ContractError('TOO_FEW_SPECIMENS', 'A dataset needs at least 1 specimen.')
  const fits =
    input.groups.length === n &&
    values.length === columns.length &&
    standardErrors.length === columns.length &&
    [...values, ...standardErrors].every((list) => list.length === n)
  if (!fits)
    throw new ContractError('BAD_REQUEST', 'Rows, groups and columns of the dataset differ in number.')
  if (new Set(columns.map(({ name }) => name)).size !== columns.length)
    throw new ContractError('BAD_REQUEST', 'Two columns of the dataset have one name.')
  if (new Set(input.specimens).size !== n)
    throw new ContractError('BAD_REQUEST', 'Two rows of the dataset are of one specimen.')
  columns.forEach((column, k) => {
    const bad = values[k]!.find((value) =>
      column.kind === 'number'
        ? value !== null && !(typeof value === 'number' && Number.isFinite(value))
        : value !== null && typeof value !== 'string',
    )
    if (bad !== undefined)
      throw new ContractError(
        'BAD_REQUEST',
        `Column "${column.name}" (${column.kind}) holds ${JSON.stringify(bad)}.`,
        column.name,
      )
    if (standardErrors[k]!.some((error) => error !== null && !(error >= 0 && error < Infinity)))
      throw new ContractError(
        'BAD_REQUEST',
        `A standard error of "${column.name}" is no number.`,
        column.name,
      )
  })
}

/** A column that cannot explain or be explained is kept in the record, but no room is given it. */
function judged(column: Omit<Column, 'levels'>, values: readonly Cell[], notes: Note[]): Column {
  const present = new Set(values.filter((value) => value !== null))
  const levels = column.kind === 'category' ? [...present].map(String) : []
  if (present.size > 1 || column.role === 'ignored') return { ...column, levels }
  notes.push(
    present.size === 0
      ? { code: 'COLUMN_EMPTY', message: `No specimen has a value of "${column.name}".`, item: column.name }
      : {
          code: 'COLUMN_CONSTANT',
          message: `"${column.name}" has one value, ${String([...present][0])}, throughout.`,
          item: column.name,
        },
  )
  return { ...column, role: 'ignored', levels }
}

/** JSON with a fixed order of keys and no spaces: equal tables have equal bytes. Lists hold only lists and scalars. */
function canonicalBytes(table: DatasetTable): Uint8Array {
  const { columns, specimens, groups, folds, values, standardErrors } = table
  const ordered = {
    columns: columns.map(({ kind, levels, name, role, unit }) => ({ kind, levels, name, role, unit })),
    folds,
    groups,
    specimens,
    standardErrors,
    values,
  }
  return new TextEncoder().encode(JSON.stringify(ordered))
}

/**
 * Freezes rows into an immutable table with group folds. `bytes` is the canonical JSON of the table, to be hashed:
 * same rows, columns, groups, folds and seed give the same bytes. Constant and empty columns get the role 'ignored'
 * and a note. Throws TOO_FEW_SPECIMENS without rows, BAD_REQUEST for shapes that do not fit.
 */
export function freezeTable(input: FreezeInput): { table: DatasetTable; bytes: Uint8Array; notes: Note[] } {
  checkShape(input)
  const notes: Note[] = []
  const groupCount = new Set(input.groups).size
  if (groupCount < input.folds)
    notes.push({
      code: 'FOLDS_REDUCED',
      message: `There are ${groupCount} independent groups, so ${groupCount} instead of ${input.folds} folds.`,
    })
  const table: DatasetTable = {
    columns: input.columns.map((column, k) => judged(column, input.values[k]!, notes)),
    specimens: [...input.specimens],
    groups: [...input.groups],
    folds: Array.from(groupFolds(input.groups, input.folds, input.seed)),
    values: input.values.map((list) => [...list]),
    standardErrors: input.standardErrors.map((list) => [...list]),
  }
  return { table, bytes: canonicalBytes(table), notes }
}
