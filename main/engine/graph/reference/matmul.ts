/** Where entry (i, j) of a matrix lies: offset + i·row + j·column. */
export interface MatrixView {
  readonly offset: number
  readonly row: number
  readonly column: number
}

/** Scratch of one product; grows to the largest one asked for. */
export class Panels {
  left = new Float64Array(0)
  right = new Float64Array(0)

  grow(left: number, right: number): void {
    if (this.left.length < left) this.left = new Float64Array(left)
    if (this.right.length < right) this.right = new Float64Array(right)
  }
}

const tileRows = 4
const tileColumns = 2

/**
 * C = A B with A m x k, B k x n and C m x n row-major at `at` of `c`. Both operands are first packed into float64 panels of
 * four rows and two columns, so that the inner loop reads memory in order and keeps its eight sums in registers; every
 * sum runs over k in ascending order in float64 and is rounded once.
 */
export function multiplyInto(
  a: Float32Array,
  viewA: MatrixView,
  b: Float32Array,
  viewB: MatrixView,
  c: Float32Array | Float64Array,
  at: number,
  m: number,
  k: number,
  n: number,
  panels: Panels,
): void {
  const rowTiles = Math.ceil(m / tileRows)
  const columnTiles = Math.ceil(n / tileColumns)
  panels.grow(rowTiles * tileRows * k, columnTiles * tileColumns * k)
  pack(a, viewA.offset, viewA.row, viewA.column, m, k, tileRows, panels.left)
  pack(b, viewB.offset, viewB.column, viewB.row, n, k, tileColumns, panels.right)
  for (let i = 0; i < rowTiles; i++)
    for (let j = 0; j < columnTiles; j++)
      tile(
        panels.left,
        i * tileRows * k,
        panels.right,
        j * tileColumns * k,
        k,
        c,
        at,
        i * tileRows,
        j * tileColumns,
        m,
        n,
      )
}

/** Lines of a matrix in groups of `width`, entry by entry side by side; lines past the last are zero. */
function pack(
  x: Float32Array,
  offset: number,
  line: number,
  along: number,
  lines: number,
  k: number,
  width: number,
  out: Float64Array,
): void {
  let to = 0
  for (let first = 0; first < lines; first += width) {
    for (let w = 0; w < width; w++) {
      if (first + w >= lines) for (let p = 0; p < k; p++) out[to + p * width + w] = 0
      else {
        let from = offset + (first + w) * line
        for (let p = 0; p < k; p++, from += along) out[to + p * width + w] = x[from]!
      }
    }
    to += width * k
  }
}

function tile(
  left: Float64Array,
  leftAt: number,
  right: Float64Array,
  rightAt: number,
  k: number,
  c: Float32Array | Float64Array,
  at: number,
  row: number,
  column: number,
  m: number,
  n: number,
): void {
  let c00 = 0
  let c01 = 0
  let c10 = 0
  let c11 = 0
  let c20 = 0
  let c21 = 0
  let c30 = 0
  let c31 = 0
  let i = leftAt
  let j = rightAt
  for (let p = 0; p < k; p++, i += 4, j += 2) {
    const b0 = right[j]!
    const b1 = right[j + 1]!
    const a0 = left[i]!
    c00 += a0 * b0
    c01 += a0 * b1
    const a1 = left[i + 1]!
    c10 += a1 * b0
    c11 += a1 * b1
    const a2 = left[i + 2]!
    c20 += a2 * b0
    c21 += a2 * b1
    const a3 = left[i + 3]!
    c30 += a3 * b0
    c31 += a3 * b1
  }
  let to = at + row * n + column
  const two = column + 1 < n
  c[to] = c00
  if (two) c[to + 1] = c01
  if (row + 1 >= m) return
  to += n
  c[to] = c10
  if (two) c[to + 1] = c11
  if (row + 2 >= m) return
  to += n
  c[to] = c20
  if (two) c[to + 1] = c21
  if (row + 3 >= m) return
  to += n
  c[to] = c30
  if (two) c[to + 1] = c31
}
