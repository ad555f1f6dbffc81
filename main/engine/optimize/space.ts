import { ContractError } from '../../contract/index.ts'
import type { Table, TableColumn } from '../dataset/table.ts'
import { settingStep } from '../math/index.ts'

/** A varied column; a missing or null end is taken from the data. */
export interface SpaceBound {
  readonly column: string
  readonly low?: number | null
  readonly high?: number | null
}

/** Where candidates are looked for. Points of the unit cube map to varied columns; the rest keeps its fixed value. */
export interface DesignSpace {
  readonly inputs: readonly TableColumn[]
  readonly varied: readonly {
    readonly column: string
    readonly index: number
    readonly low: number
    readonly high: number
    readonly step: number
  }[]
  /** d values; those at varied indices are placeholders. */
  readonly base: Float64Array
}

export function columnNamed(table: Table, name: string): TableColumn {
  const column = table.columns.find((c) => c.name === name)
  if (column === undefined) throw new ContractError('COLUMN_UNKNOWN', 'The table has no such column.', name)
  return column
}

/** Smallest and largest value present; null when every cell is missing. */
export function dataRange(column: TableColumn): { low: number; high: number } | null {
  const known = column.values.filter((v) => !Number.isNaN(v))
  if (known.length === 0) return null
  return { low: known.reduce((a, b) => Math.min(a, b)), high: known.reduce((a, b) => Math.max(a, b)) }
}

/**
 * Checks and completes a design space. Every input is varied or fixed, never both and never neither.
 * Errors: NO_INPUTS when nothing is varied; COLUMN_UNKNOWN for a name that is no input; BAD_REQUEST for a bound
 * whose low is not below its high or not finite, a category that is varied, a column named twice, an input without
 * a value; COLUMN_CONSTANT when the data of a column give no range and no bound is given.
 */
export function designSpace(
  table: Table,
  inputNames: readonly string[],
  space: readonly SpaceBound[],
  fixed: Readonly<Record<string, number>>,
): DesignSpace {
  if (inputNames.length === 0 || space.length === 0)
    throw new ContractError('NO_INPUTS', 'No column is left to vary.')
  const inputs = inputNames.map((name) => columnNamed(table, name))
  const seen = new Set<string>()
  const varied = space.map((bound) => {
    const index = inputNames.indexOf(bound.column)
    if (index < 0)
      throw new ContractError('COLUMN_UNKNOWN', 'A bound names no input of the model.', bound.column)
    if (seen.has(bound.column))
      throw new ContractError('BAD_REQUEST', 'A column has two bounds.', bound.column)
    seen.add(bound.column)
    const column = inputs[index]!
    if (column.levels !== null)
      throw new ContractError(
        'BAD_REQUEST',
        'A category cannot be varied between bounds; fix it.',
        bound.column,
      )
    const { low, high } = bounds(column, bound)
    return { column: bound.column, index, low, high, step: settingStep(low, high) }
  })
  for (const name of Object.keys(fixed)) {
    if (!inputNames.includes(name))
      throw new ContractError('COLUMN_UNKNOWN', 'A fixed column is no input of the model.', name)
    if (seen.has(name)) throw new ContractError('BAD_REQUEST', 'A column is both fixed and varied.', name)
  }
  const base = Float64Array.from(inputNames, (name) => {
    if (seen.has(name)) return 0
    const value = fixed[name]
    if (value === undefined || !Number.isFinite(value))
      throw new ContractError('BAD_REQUEST', 'An input is neither varied nor fixed to a number.', name)
    return value
  })
  return { inputs, varied, base }
}

function bounds(column: TableColumn, bound: SpaceBound): { low: number; high: number } {
  const range = dataRange(column)
  const low = bound.low ?? range?.low
  const high = bound.high ?? range?.high
  if (low === undefined || high === undefined)
    throw new ContractError('BAD_REQUEST', 'A column without data needs both bounds.', column.name)
  if (!Number.isFinite(low) || !Number.isFinite(high))
    throw new ContractError('BAD_REQUEST', 'A bound is not a finite number.', column.name)
  if (low >= high) {
    const given = (bound.low ?? null) !== null || (bound.high ?? null) !== null
    if (!given)
      throw new ContractError('COLUMN_CONSTANT', 'The column does not vary in the data.', column.name)
    throw new ContractError('BAD_REQUEST', 'The lower bound is not below the upper.', column.name)
  }
  return { low, high }
}

/** Rows of unit-cube points: points n x q (q = varied), result n x d. No value leaves its bounds, not by rounding. */
export function rowsOfPoints(space: DesignSpace, points: Float64Array, n: number): Float64Array {
  const d = space.inputs.length
  const q = space.varied.length
  const rows = new Float64Array(n * d)
  for (let i = 0; i < n; i++) {
    rows.set(space.base, i * d)
    space.varied.forEach(({ index, low, high }, k) => {
      const value = low + points[i * q + k]! * (high - low)
      rows[i * d + index] = Math.min(high, Math.max(low, value))
    })
  }
  return rows
}

/** Unit-cube point of a row, clamped to the cube. */
export function pointOfRow(space: DesignSpace, row: ArrayLike<number>): Float64Array {
  return Float64Array.from(space.varied, ({ index, low, high }) =>
    Math.min(1, Math.max(0, (row[index]! - low) / (high - low))),
  )
}

/** The point moved to settings a person can dial in: multiples of each column's step, within the bounds. */
export function snapRow(space: DesignSpace, row: Float64Array): Float64Array {
  const out = Float64Array.from(row)
  for (const { index, low, high, step } of space.varied) {
    const digits = Math.max(0, Math.round(-Math.log10(step)))
    const value = Number((Math.round(row[index]! / step) * step).toFixed(Math.min(100, digits)))
    out[index] = Math.min(high, Math.max(low, value))
  }
  return out
}

/** Distance in the unit cube as root mean square over its axes, 0..1. */
export function pointDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += (a[k]! - b[k]!) ** 2
  return Math.sqrt(sum / a.length)
}
