/** Scenes with a known answer, drawn pixel centre by pixel centre. */
export interface Disc {
  readonly row: number
  readonly col: number
  readonly radius: number
}

/** Label image of discs, 1, 2, 3 … in order; later ones paint over earlier ones. */
export function drawDiscs(rows: number, cols: number, discs: readonly Disc[]): Int32Array {
  const labels = new Int32Array(rows * cols)
  discs.forEach(({ row, col, radius }, k) => {
    for (let r = Math.max(0, Math.floor(row - radius)); r <= Math.min(rows - 1, Math.ceil(row + radius)); r++)
      for (
        let c = Math.max(0, Math.floor(col - radius));
        c <= Math.min(cols - 1, Math.ceil(col + radius));
        c++
      )
        if ((r - row) ** 2 + (c - col) ** 2 <= radius * radius) labels[r * cols + c] = k + 1
  })
  return labels
}

export function toImage(labels: Int32Array, phase: number, matrix: number): Float32Array {
  return Float32Array.from(labels, (label) => (label > 0 ? phase : matrix))
}

/** Turned by 90° (rows × cols becomes cols × rows). */
export function turned<T extends Int32Array | Float32Array>(image: T, rows: number, cols: number): T {
  const out = image.slice() as T
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < cols; c++) out[c * rows + (rows - 1 - r)] = image[r * cols + c]!
  return out
}

export function mirrored<T extends Int32Array | Float32Array>(image: T, rows: number, cols: number): T {
  const out = image.slice() as T
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < cols; c++) out[r * cols + (cols - 1 - c)] = image[r * cols + c]!
  return out
}
