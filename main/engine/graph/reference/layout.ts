import type { Walk } from './walk.ts'

/** y[to + ·] = x[from + ·] along a walk of x (operand 0) and y (operand 1). */
export function copyAlong(
  { runs, length, strides: [s = 0, t = 0], starts }: Walk,
  x: Float32Array,
  from: number,
  y: Float32Array,
  to: number,
): void {
  for (let o = 0; o < runs; o++) {
    let p = from + starts[0]![o]!
    let q = to + starts[1]![o]!
    for (let i = 0; i < length; i++, p += s, q += t) y[q] = x[p]!
  }
}

/** Rows of a table by number. Throws an Error for a row that the table does not have. */
export function gatherRows(table: Float32Array, rows: Int32Array, count: number, y: Float32Array): void {
  const width = y.length / rows.length
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    if (row < 0 || row >= count) throw new Error(`row ${row} of a table of ${count} rows`)
    y.set(table.subarray(row * width, (row + 1) * width), i * width)
  }
}
