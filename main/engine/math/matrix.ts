/** A dense matrix, row-major: entry (i, j) is data[i * cols + j]. */
export interface Matrix {
  readonly rows: number
  readonly cols: number
  readonly data: Float64Array
}

export function matrix(rows: number, cols: number, data = new Float64Array(rows * cols)): Matrix {
  if (data.length !== rows * cols)
    throw new RangeError(`matrix ${rows} x ${cols} given ${data.length} entries`)
  return { rows, cols, data }
}

/** C = A B. A: n x k, B: k x m, C: n x m. */
export function multiply(a: Matrix, b: Matrix): Matrix {
  if (a.cols !== b.rows) throw new RangeError(`multiply ${a.rows} x ${a.cols} by ${b.rows} x ${b.cols}`)
  const out = matrix(a.rows, b.cols)
  for (let i = 0; i < a.rows; i++) {
    for (let k = 0; k < a.cols; k++) {
      const f = a.data[i * a.cols + k] as number
      if (f === 0) continue
      const bRow = k * b.cols
      const oRow = i * b.cols
      for (let j = 0; j < b.cols; j++) out.data[oRow + j]! += f * b.data[bRow + j]!
    }
  }
  return out
}

/** AᵀA. A: n x d, result: d x d. */
export function gram(a: Matrix): Matrix {
  const d = a.cols
  const out = matrix(d, d)
  for (let r = 0; r < a.rows; r++) {
    const row = r * d
    for (let i = 0; i < d; i++) {
      const f = a.data[row + i]!
      if (f === 0) continue
      for (let j = 0; j <= i; j++) out.data[i * d + j]! += f * a.data[row + j]!
    }
  }
  for (let i = 0; i < d; i++) for (let j = i + 1; j < d; j++) out.data[i * d + j] = out.data[j * d + i]!
  return out
}

/** Lower Cholesky factor of a symmetric positive definite matrix, or null when it is not one. */
export function cholesky(a: Matrix): Matrix | null {
  const n = a.rows
  const out = matrix(n, n)
  const l = out.data
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a.data[i * n + j]!
      for (let k = 0; k < j; k++) sum -= l[i * n + k]! * l[j * n + k]!
      if (i === j) {
        if (!(sum > 0)) return null
        l[i * n + i] = Math.sqrt(sum)
      } else {
        l[i * n + j] = sum / l[j * n + j]!
      }
    }
  }
  return out
}

/** x of L Lᵀ x = b. L: n x n lower, b: n. */
export function choleskySolve(factor: Matrix, b: Float64Array): Float64Array {
  const n = factor.rows
  const l = factor.data
  const x = Float64Array.from(b)
  for (let i = 0; i < n; i++) {
    let sum = x[i]!
    for (let k = 0; k < i; k++) sum -= l[i * n + k]! * x[k]!
    x[i] = sum / l[i * n + i]!
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i]!
    for (let k = i + 1; k < n; k++) sum -= l[k * n + i]! * x[k]!
    x[i] = sum / l[i * n + i]!
  }
  return x
}

/** (L Lᵀ)⁻¹. L: n x n lower. */
export function choleskyInverse(factor: Matrix): Matrix {
  const n = factor.rows
  const out = matrix(n, n)
  const e = new Float64Array(n)
  for (let j = 0; j < n; j++) {
    e.fill(0)
    e[j] = 1
    const column = choleskySolve(factor, e)
    for (let i = 0; i < n; i++) out.data[i * n + j] = column[i]!
  }
  return out
}
