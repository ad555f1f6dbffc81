import type { Progress } from '../dataset/table.ts'

/**
 * Squared Euclidean distance in px² of every phase pixel to the nearest pixel that is not of the phase, 0
 * elsewhere; exact (Felzenszwalb & Huttenlocher, Theory of Computing 8, 415, 2012). The image edge is no
 * boundary: an object cut by it goes on outside. A phase that fills the image gives Infinity.
 */
export function squaredDistance(
  labels: Int32Array,
  rows: number,
  cols: number,
  progress: Progress,
): Float64Array {
  const out = new Float64Array(rows * cols)
  // Down each column: plain distance to the nearest boundary pixel of that column.
  for (let col = 0; col < cols; col++) {
    if (col % 256 === 0) progress.check()
    let since = Infinity
    for (let row = 0, i = col; row < rows; row++, i += cols) {
      since = labels[i] === 0 ? 0 : since + 1
      out[i] = since
    }
    since = Infinity
    for (let row = rows - 1, i = (rows - 1) * cols + col; row >= 0; row--, i -= cols) {
      since = labels[i] === 0 ? 0 : since + 1
      if (since < out[i]!) out[i] = since
      out[i]! *= out[i]!
    }
  }
  // Along each row: lower envelope of the parabolas that stand on the column distances.
  const heights = new Float64Array(cols)
  const site = new Int32Array(cols)
  const begin = new Float64Array(cols + 1)
  for (let row = 0; row < rows; row++) {
    if (row % 64 === 0) progress.check()
    const start = row * cols
    let last = -1
    for (let q = 0; q < cols; q++) {
      const height = out[start + q]!
      heights[q] = height
      if (height === Infinity) continue
      let cross = -Infinity
      while (last >= 0) {
        const p = site[last]!
        cross = (height + q * q - heights[p]! - p * p) / (2 * (q - p))
        if (cross > begin[last]!) break
        last--
        cross = -Infinity
      }
      last++
      site[last] = q
      begin[last] = cross
      begin[last + 1] = Infinity
    }
    if (last < 0) continue
    for (let q = 0, k = 0; q < cols; q++) {
      while (begin[k + 1]! < q) k++
      out[start + q] = (q - site[k]!) ** 2 + heights[site[k]!]!
    }
  }
  return out
}
