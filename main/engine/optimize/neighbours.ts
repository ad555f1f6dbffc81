import type { Table } from '../dataset/table.ts'
import { columnNamed, dataRange } from './space.ts'

/** Rows of the table in which every input is known, n x d, with their row numbers. */
export interface KnownRows {
  readonly rows: Float64Array
  readonly n: number
  readonly rowOf: readonly number[]
  readonly missing: number
}

export function knownRows(table: Table, inputs: readonly string[]): KnownRows {
  const columns = inputs.map((name) => columnNamed(table, name))
  const rowOf = table.rowIds
    .map((_, row) => row)
    .filter((row) => columns.every((column) => Number.isFinite(column.values[row]!)))
  const rows = Float64Array.from(rowOf.flatMap((row) => columns.map((column) => column.values[row]!)))
  return { rows, n: rowOf.length, rowOf, missing: table.rowIds.length - rowOf.length }
}

/**
 * Distances in the space of the inputs, each scaled by its range in the data, as root mean square over inputs; two
 * different levels of a category are 1 apart, and so are different values of a column that is constant in the data.
 */
export interface Neighbours {
  nearest(row: ArrayLike<number>): { row: number; distance: number }
  /** Largest distance that a specimen has to its nearest other. */
  readonly widestGap: number
  /** Inputs whose value lies outside the data, by name. */
  outside(row: ArrayLike<number>): string[]
}

export function neighbours(table: Table, inputs: readonly string[], known: KnownRows): Neighbours {
  const columns = inputs.map((name) => columnNamed(table, name))
  const ranges = columns.map((column) => dataRange(column))
  const d = inputs.length
  const between = (a: ArrayLike<number>, i: number): number => {
    let sum = 0
    for (let k = 0; k < d; k++) {
      const difference = Math.abs(a[k]! - known.rows[i * d + k]!)
      const range = ranges[k] ?? { low: 0, high: 0 }
      const width = range.high - range.low
      if (difference > 0) sum += columns[k]!.levels !== null || !(width > 0) ? 1 : (difference / width) ** 2
    }
    return Math.sqrt(sum / d)
  }
  const nearestTo = (row: ArrayLike<number>, except: number): { row: number; distance: number } => {
    let best = { row: -1, distance: Infinity }
    for (let i = 0; i < known.n; i++) {
      if (i === except) continue
      const distance = between(row, i)
      if (distance < best.distance) best = { row: known.rowOf[i]!, distance }
    }
    return best
  }
  let widestGap = 0
  for (let i = 0; known.n > 1 && i < known.n; i++)
    widestGap = Math.max(widestGap, nearestTo(known.rows.subarray(i * d, (i + 1) * d), i).distance)
  return {
    nearest: (row) => nearestTo(row, -1),
    widestGap,
    outside: (row) =>
      inputs.filter((_, k) => {
        const range = ranges[k]
        if (range === null || range === undefined) return true
        const slack = 1e-9 * Math.max(Math.abs(range.low), Math.abs(range.high))
        return row[k]! < range.low - slack || row[k]! > range.high + slack
      }),
  }
}
