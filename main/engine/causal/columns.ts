import { ContractError, type CausalNode, type Note } from '../../contract/index.ts'
import type { Table, TableColumn } from '../dataset/table.ts'
import { mean, standardDeviation } from '../math/index.ts'

/** Columns ready for testing, in the order of their names: transformed, mean 0 and sd 1, NaN = missing. */
export interface PreparedColumns {
  readonly nodes: readonly Omit<CausalNode, 'tier'>[]
  /** p arrays of n values. */
  readonly values: readonly Float64Array[]
  readonly rowCount: number
  readonly groups: Int32Array
  readonly groupCount: number
  readonly notes: Note[]
}

export const minimumRows = 8

/**
 * Chooses, checks, transforms and standardises columns. Columns that cannot be tested (categories, empty,
 * constant, repeated, the balance of a composition) are left out, each with a note.
 * @throws ContractError COLUMN_UNKNOWN, BAD_REQUEST (infinite value), TOO_FEW_SPECIMENS below 8 rows
 */
export function prepareColumns(
  table: Table,
  columns: readonly string[] | undefined,
  transform: 'auto' | 'none',
): PreparedColumns {
  const rowCount = table.rowIds.length
  if (rowCount < minimumRows)
    throw new ContractError(
      'TOO_FEW_SPECIMENS',
      `Mapping causes needs at least ${minimumRows} specimens; the table has ${rowCount}.`,
      String(rowCount),
    )
  const notes: Note[] = []
  let kept = chosen(table, columns)
  for (const column of kept) rejectInfinite(column, table.rowIds)
  kept = kept.filter((column) => isTestable(column, notes))
  kept = withoutDuplicates(kept, notes)
  kept = withoutBalance(kept, notes)
  const logged: string[] = []
  kept = withoutDuplicates(
    kept.map((column) => ({ ...column, values: transformed(column, transform, logged) })),
    notes,
  )
  if (logged.length > 0)
    notes.push({
      code: 'LOG_TRANSFORMED',
      message: `Tested as logarithms, which are less skewed: ${logged.join(', ')}.`,
    })
  const values = kept.map((column) => standardised(column.values))
  noteMissing(kept, rowCount, notes)
  const { groups, groupCount } = denseGroups(table.groups, rowCount)
  return {
    nodes: kept.map(({ name, unit, role }) => ({ name, unit, role })),
    values,
    rowCount,
    groups,
    groupCount,
    notes,
  }
}

/** Code-unit order, so that every machine and column order gives the same graph. */
export function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

function chosen(table: Table, columns: readonly string[] | undefined): TableColumn[] {
  const names = new Set<string>()
  for (const column of table.columns) {
    if (names.has(column.name))
      throw new ContractError('BAD_REQUEST', 'Two columns of the table have the same name.', column.name)
    names.add(column.name)
  }
  if (columns === undefined) return table.columns.filter((c) => c.role !== 'ignored').sort(byName)
  return [...new Set(columns)]
    .map((name) => {
      const column = table.columns.find((c) => c.name === name)
      if (column === undefined)
        throw new ContractError('COLUMN_UNKNOWN', 'The table has no column of this name.', name)
      return column
    })
    .sort(byName)
}

function rejectInfinite(column: TableColumn, rowIds: readonly string[]): void {
  const row = column.values.findIndex((v) => v === Infinity || v === -Infinity)
  if (row >= 0)
    throw new ContractError(
      'BAD_REQUEST',
      `Column ${column.name} holds an infinite value in row ${rowIds[row] ?? row}.`,
      column.name,
    )
}

export function finite(values: Float64Array): Float64Array {
  return values.filter((v) => !Number.isNaN(v))
}

/** Constant up to rounding: sd below 1e-12 of the largest magnitude. */
export function isConstant(values: Float64Array): boolean {
  const largest = values.reduce((m, v) => Math.max(m, Math.abs(v)), 0)
  return values.length < 2 || !(standardDeviation(values) > 1e-12 * largest)
}

function isTestable(column: TableColumn, notes: Note[]): boolean {
  const item = column.name
  const leave = (code: string, message: string): boolean => {
    notes.push({ code, message, item })
    return false
  }
  if (column.levels !== null)
    return leave('COLUMN_CATEGORY', `${item} is a category and was left out: this test compares numbers.`)
  const known = finite(column.values)
  if (known.length < minimumRows)
    return leave('COLUMN_SPARSE', `${item} has only ${known.length} values and was left out.`)
  if (isConstant(known))
    return leave('COLUMN_CONSTANT', `${item} has the same value in every row and was left out.`)
  const levels = new Set(known)
  if (levels.size <= 6 && [...levels].every((v) => Number.isInteger(v) && v >= 0 && v <= 10))
    notes.push({
      code: 'COLUMN_CODED',
      message: `${item} holds ${levels.size} small whole numbers and was taken as a quantity; give it the kind of category if they are codes.`,
      item,
    })
  return true
}

/** Correlation over rows where both are known; NaN below three. */
export function pairCorrelation(a: Float64Array, b: Float64Array): number {
  const rows: number[] = []
  for (let i = 0; i < a.length; i++) if (!Number.isNaN(a[i]) && !Number.isNaN(b[i])) rows.push(i)
  if (rows.length < 3) return Number.NaN
  const x = rows.map((i) => a[i]!)
  const y = rows.map((i) => b[i]!)
  const mx = mean(x)
  const my = mean(y)
  let sxx = 0
  let syy = 0
  let sxy = 0
  for (let i = 0; i < x.length; i++) {
    const dx = x[i]! - mx
    const dy = y[i]! - my
    sxx += dx * dx
    syy += dy * dy
    sxy += dx * dy
  }
  return sxy / Math.sqrt(sxx * syy)
}

function withoutDuplicates(columns: readonly TableColumn[], notes: Note[]): TableColumn[] {
  const kept: TableColumn[] = []
  for (const column of columns) {
    const twin = kept.find((other) => Math.abs(pairCorrelation(other.values, column.values)) > 0.999999)
    if (twin === undefined) kept.push(column)
    else
      notes.push({
        code: 'COLUMN_DUPLICATE',
        message: `${column.name} repeats ${twin.name} (correlation above 0.999999) and was left out.`,
        item: column.name,
      })
  }
  return kept
}

/**
 * A composition that sums to a constant holds one column too many: any one follows from the others. The largest
 * is left out, so that an effect of an element reads as a change at the cost of that balance.
 */
function withoutBalance(columns: readonly TableColumn[], notes: Note[]): TableColumn[] {
  const parts = columns.filter((c) => c.role === 'composition')
  const units = new Set(parts.map((c) => c.unit))
  if (parts.length < 3 || units.size !== 1) return [...columns]
  const n = parts[0]!.values.length
  const sums: number[] = []
  for (let i = 0; i < n; i++) {
    const sum = parts.reduce((s, c) => s + c.values[i]!, 0)
    if (!Number.isNaN(sum)) sums.push(sum)
  }
  const spread = Math.max(...parts.map((c) => standardDeviation(finite(c.values))))
  if (sums.length < minimumRows || standardDeviation(sums) > 1e-3 * spread) return [...columns]
  const balance = parts.reduce((a, b) => (mean(finite(b.values)) > mean(finite(a.values)) ? b : a))
  notes.push({
    code: 'COMPOSITION_BALANCE',
    message: `The composition columns sum to ${mean(sums).toPrecision(4)} in every row; ${balance.name} was left out as the balance, so an effect of another element is at the cost of ${balance.name}.`,
    item: balance.name,
  })
  return columns.filter((c) => c !== balance)
}

export function skewness(values: ArrayLike<number>): number {
  const m = mean(values)
  let second = 0
  let third = 0
  for (let i = 0; i < values.length; i++) {
    const d = values[i]! - m
    second += d * d
    third += d * d * d
  }
  return third / values.length / (second / values.length) ** 1.5
}

/** True when every known value is positive and the logarithms are less skewed. */
export function isLogRatherThanPlain(values: Float64Array): boolean {
  const known = finite(values)
  if (!known.every((v) => v > 0)) return false
  const logs = known.map(Math.log)
  return !isConstant(logs) && Math.abs(skewness(logs)) < Math.abs(skewness(known))
}

function transformed(column: TableColumn, transform: 'auto' | 'none', logged: string[]): Float64Array {
  if (transform === 'none' || !isLogRatherThanPlain(column.values)) return column.values
  logged.push(column.name)
  return column.values.map(Math.log)
}

function standardised(values: Float64Array): Float64Array {
  const known = finite(values)
  const centre = mean(known)
  const scale = standardDeviation(known)
  return values.map((v) => (v - centre) / scale)
}

function noteMissing(columns: readonly TableColumn[], rowCount: number, notes: Note[]): void {
  const missing = columns
    .map((column) => ({ name: column.name, count: rowCount - finite(column.values).length }))
    .filter(({ count }) => count > 0)
  if (missing.length > 0)
    notes.push({
      code: 'MISSING_CELLS',
      message: `Missing of ${rowCount} rows: ${missing.map(({ name, count }) => `${name} ${count}`).join(', ')}. Each test rests on the rows in which its own columns are known.`,
    })
}

function denseGroups(groups: Int32Array, rowCount: number): { groups: Int32Array; groupCount: number } {
  const number = new Map<number, number>()
  const out = new Int32Array(rowCount)
  for (let i = 0; i < rowCount; i++) {
    const g = groups[i] ?? i
    let k = number.get(g)
    if (k === undefined) number.set(g, (k = number.size))
    out[i] = k
  }
  return { groups: out, groupCount: number.size }
}
