/**
 * C = A Bᵀ (+ bias on each column). A: n x k, B: m x k, C: n x m, all row-major and contiguous.
 * Tiles of 4 x 4 sums stay in registers; this one shape serves forward and backward, since transposing is cheap.
 */
export function multiplyTransposed(
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  n: number,
  m: number,
  k: number,
  bias: Float64Array | null = null,
): void {
  const fullRows = n - (n % 4)
  const fullCols = m - (m % 4)
  for (let i = 0; i < fullRows; i += 4) {
    const a0 = i * k
    const a1 = a0 + k
    const a2 = a1 + k
    const a3 = a2 + k
    for (let j = 0; j < fullCols; j += 4) {
      const b0 = j * k
      const b1 = b0 + k
      const b2 = b1 + k
      const b3 = b2 + k
      let c00 = 0
      let c01 = 0
      let c02 = 0
      let c03 = 0
      let c10 = 0
      let c11 = 0
      let c12 = 0
      let c13 = 0
      let c20 = 0
      let c21 = 0
      let c22 = 0
      let c23 = 0
      let c30 = 0
      let c31 = 0
      let c32 = 0
      let c33 = 0
      for (let p = 0; p < k; p++) {
        const x0 = a[a0 + p]!
        const x1 = a[a1 + p]!
        const x2 = a[a2 + p]!
        const x3 = a[a3 + p]!
        const y0 = b[b0 + p]!
        const y1 = b[b1 + p]!
        const y2 = b[b2 + p]!
        const y3 = b[b3 + p]!
        c00 += x0 * y0
        c01 += x0 * y1
        c02 += x0 * y2
        c03 += x0 * y3
        c10 += x1 * y0
        c11 += x1 * y1
        c12 += x1 * y2
        c13 += x1 * y3
        c20 += x2 * y0
        c21 += x2 * y1
        c22 += x2 * y2
        c23 += x2 * y3
        c30 += x3 * y0
        c31 += x3 * y1
        c32 += x3 * y2
        c33 += x3 * y3
      }
      const o0 = i * m + j
      const o1 = o0 + m
      const o2 = o1 + m
      const o3 = o2 + m
      c[o0] = c00
      c[o0 + 1] = c01
      c[o0 + 2] = c02
      c[o0 + 3] = c03
      c[o1] = c10
      c[o1 + 1] = c11
      c[o1 + 2] = c12
      c[o1 + 3] = c13
      c[o2] = c20
      c[o2 + 1] = c21
      c[o2 + 2] = c22
      c[o2 + 3] = c23
      c[o3] = c30
      c[o3 + 1] = c31
      c[o3 + 2] = c32
      c[o3 + 3] = c33
    }
  }
  block(a, b, c, 0, fullRows, fullCols, m, m, k)
  block(a, b, c, fullRows, n, 0, m, m, k)
  if (bias !== null) for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) c[i * m + j]! += bias[j]!
}

function block(
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  fromRow: number,
  toRow: number,
  fromCol: number,
  toCol: number,
  m: number,
  k: number,
): void {
  for (let i = fromRow; i < toRow; i++) {
    const row = i * k
    for (let j = fromCol; j < toCol; j++) {
      const col = j * k
      let sum = 0
      for (let p = 0; p < k; p++) sum += a[row + p]! * b[col + p]!
      c[i * m + j] = sum
    }
  }
}

/** out (cols x rows) = the transpose of a (rows x cols). */
export function transposeInto(a: Float64Array, out: Float64Array, rows: number, cols: number): void {
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) out[j * rows + i] = a[i * cols + j]!
}
