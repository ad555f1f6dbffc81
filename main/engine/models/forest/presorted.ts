/** Training features in the form trees are grown from: column-major ranks and, once for all trees, the sorted order. */
export interface Presorted {
  readonly n: number
  readonly width: number
  /** Rank of the value of feature f in row i among the distinct values of f, at f * n + i. */
  readonly code: Int32Array
  /** Rows in ascending order of feature f, at f * n. */
  readonly order: Int32Array
  /** Distinct values of each feature, ascending. */
  readonly values: readonly Float64Array[]
}

/** x: n x width features without gaps, row-major. */
export function presort(x: Float64Array, n: number, width: number): Presorted {
  const code = new Int32Array(n * width)
  const order = new Int32Array(n * width)
  const values: Float64Array[] = []
  const column = new Float64Array(n)
  for (let f = 0; f < width; f++) {
    for (let i = 0; i < n; i++) column[i] = x[i * width + f]!
    const rows = order.subarray(f * n, (f + 1) * n)
    for (let i = 0; i < n; i++) rows[i] = i
    rows.sort((a, b) => column[a]! - column[b]! || a - b)
    const distinct: number[] = []
    for (const row of rows) {
      const v = column[row]!
      if (distinct.length === 0 || v > distinct.at(-1)!) distinct.push(v)
      code[f * n + row] = distinct.length - 1
    }
    values.push(Float64Array.from(distinct))
  }
  return { n, width, code, order, values }
}
