/** Grey values 0..1 of a micrograph without its data bar, rows x columns, row-major. */
export interface Picture {
  readonly rows: number
  readonly columns: number
  readonly grey: Float32Array
}

/** The picture with means of `factor` x `factor` blocks; what does not fill a block is cut off. */
export function shrink({ rows, columns, grey }: Picture, factor: number): Picture {
  const out = { rows: Math.floor(rows / factor), columns: Math.floor(columns / factor) }
  const values = new Float32Array(out.rows * out.columns)
  for (let r = 0; r < out.rows * factor; r++)
    for (let c = 0; c < out.columns * factor; c++) {
      const at = Math.floor(r / factor) * out.columns + Math.floor(c / factor)
      values[at]! += grey[r * columns + c]! / (factor * factor)
    }
  return { ...out, grey: values }
}
