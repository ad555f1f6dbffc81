import { ContractError } from '../../contract/index.ts'

/** Highest label of a label image; beyond it something else than a label image was given. */
const maxLabel = 2 ** 24

/** What one pass over a label image gathers of each object; arrays are indexed by position, not by label. */
export interface Regions {
  /** Labels that occur, ascending. */
  readonly labels: Int32Array
  readonly areaPx: Float64Array
  /** Centroid, pixel centres at whole numbers. */
  readonly centroidRow: Float64Array
  readonly centroidCol: Float64Array
  /** Central second moments in px², each pixel taken as a unit square. */
  readonly varianceRow: Float64Array
  readonly varianceCol: Float64Array
  readonly covariance: Float64Array
  /** Rows and columns of the bounding box. */
  readonly heightPx: Int32Array
  readonly widthPx: Int32Array
  readonly touchesEdge: Uint8Array
  /** Steps out of the object along rows, columns and the two diagonals, both ways. */
  readonly crossings: {
    readonly row: Float64Array
    readonly col: Float64Array
    readonly diagonal: Float64Array
  }
  /** Extent of each object in each of its rows: [row, first column, last column], object after object. */
  readonly spans: readonly Int32Array[]
}

function presentLabels(labels: Int32Array, length: number): Int32Array {
  let highest = 0
  for (let i = 0; i < length; i++) {
    const label = labels[i]!
    if (label < 0 || label > maxLabel)
      throw new ContractError('BAD_REQUEST', `The label image holds the label ${label}.`)
    if (label > highest) highest = label
  }
  const seen = new Uint8Array(highest + 1)
  for (let i = 0; i < length; i++) seen[labels[i]!] = 1
  const present: number[] = []
  for (let label = 1; label <= highest; label++) if (seen[label] === 1) present.push(label)
  return Int32Array.from(present)
}

/**
 * Gathers the objects of the first `rows` rows of a label image (rows × cols, 0 = matrix). An object is all pixels
 * of one label. Throws BAD_REQUEST for a negative or absurd label.
 */
export function gatherRegions(image: Int32Array, rows: number, cols: number): Regions {
  const labels = presentLabels(image, rows * cols)
  const n = labels.length
  const at = new Int32Array((labels[n - 1] ?? 0) + 1).fill(-1)
  for (let k = 0; k < n; k++) at[labels[k]!] = k
  const floats = () => new Float64Array(n)
  const areaPx = floats()
  // Sums are taken from the object's first pixel, so that large images keep their digits.
  const originRow = new Int32Array(n)
  const originCol = new Int32Array(n)
  const sums = { row: floats(), col: floats(), rowRow: floats(), colCol: floats(), rowCol: floats() }
  const crossings = { row: floats(), col: floats(), diagonal: floats() }
  const lastRow = new Int32Array(n)
  const firstCol = new Int32Array(n).fill(cols)
  const lastCol = new Int32Array(n)
  const touchesEdge = new Uint8Array(n)
  const spans: number[][] = Array.from({ length: n }, () => [])
  const differs = (row: number, col: number, label: number) =>
    row < 0 || col < 0 || row >= rows || col >= cols || image[row * cols + col] !== label ? 1 : 0

  for (let row = 0, i = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, i++) {
      const label = image[i]!
      if (label === 0) continue
      const k = at[label]!
      if (areaPx[k] === 0) {
        originRow[k] = row
        originCol[k] = col
        lastRow[k] = -1
      }
      if (lastRow[k] !== row) spans[k]!.push(row, col, col)
      else spans[k]![spans[k]!.length - 1] = col
      areaPx[k]!++
      const r = row - originRow[k]!
      const c = col - originCol[k]!
      sums.row[k]! += r
      sums.col[k]! += c
      sums.rowRow[k]! += r * r
      sums.colCol[k]! += c * c
      sums.rowCol[k]! += r * c
      lastRow[k] = row
      if (col < firstCol[k]!) firstCol[k] = col
      if (col > lastCol[k]!) lastCol[k] = col
      if (row === 0 || col === 0 || row === rows - 1 || col === cols - 1) touchesEdge[k] = 1
      crossings.row[k]! += differs(row, col - 1, label) + differs(row, col + 1, label)
      crossings.col[k]! += differs(row - 1, col, label) + differs(row + 1, col, label)
      crossings.diagonal[k]! +=
        differs(row - 1, col - 1, label) +
        differs(row + 1, col + 1, label) +
        differs(row - 1, col + 1, label) +
        differs(row + 1, col - 1, label)
    }
  }
  const central = (products: Float64Array, a: Float64Array, b: Float64Array, unit: number) =>
    products.map((sum, k) => sum / areaPx[k]! - (a[k]! / areaPx[k]!) * (b[k]! / areaPx[k]!) + unit)
  return {
    labels,
    areaPx,
    centroidRow: sums.row.map((sum, k) => originRow[k]! + sum / areaPx[k]!),
    centroidCol: sums.col.map((sum, k) => originCol[k]! + sum / areaPx[k]!),
    varianceRow: central(sums.rowRow, sums.row, sums.row, 1 / 12),
    varianceCol: central(sums.colCol, sums.col, sums.col, 1 / 12),
    covariance: central(sums.rowCol, sums.row, sums.col, 0),
    heightPx: lastRow.map((last, k) => last - originRow[k]! + 1),
    widthPx: lastCol.map((last, k) => last - firstCol[k]! + 1),
    touchesEdge,
    crossings,
    spans: spans.map((list) => Int32Array.from(list)),
  }
}
