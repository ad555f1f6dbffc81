import { cholesky, choleskyInverse, choleskySolve, matrix, mean, standardDeviation } from '../math/index.ts'

/** Least squares with slopes of the last `focus` columns first in interest; all in the units given. */
export interface LinearFit {
  /** Slopes of the focus columns. */
  readonly slopes: Float64Array
  /** Robust covariance of those slopes, focus x focus, row-major. */
  readonly covariance: Float64Array
  readonly df: number
  readonly n: number
  /** Rows used, and the part of y that the focus columns leave, over them. */
  readonly rows: Int32Array
  readonly rest: Float64Array
  readonly yMean: number
  readonly focusMeans: Float64Array
  /** Standard error of the mean of `rest`, over rows or groups. */
  readonly restSe: number
  /** Ordinary t value and degrees of freedom of the last focus column, for sensitivity. */
  readonly tOrdinary: number
  readonly dfOrdinary: number
  /** Share of the last focus column that the adjustment columns leave. */
  readonly unexplained: number
}

/** A treatment of which the adjustment set leaves less than this share has no effect that data can show. */
const leastUnexplained = 1e-4

/**
 * y on adjustment and focus columns with intercept, over rows in which all are known. Standard errors are HC3
 * (MacKinnon & White 1985), or for grouped rows CR3, the jackknife over groups (Bell & McCaffrey 2002), whose
 * interval has G − 1 degrees of freedom. Adjustment columns that others determine are passed over.
 * Null when fewer than three degrees of freedom are left, or the adjustment columns determine a focus column.
 */
export function fitLinear(
  y: Float64Array,
  adjust: readonly Float64Array[],
  focus: readonly Float64Array[],
  groups: Int32Array | null,
): LinearFit | null {
  const rows = completeRows([y, ...adjust, ...focus])
  const n = rows.length
  if (n - focus.length - 1 < 3) return null
  const pick = (column: Float64Array): Float64Array => Float64Array.from(rows, (i) => column[i]!)
  const yRows = pick(y)
  const yMean = mean(yRows)
  const e = yRows.map((v) => v - yMean)
  const scaled = [...adjust, ...focus].map((column) => standardise(pick(column)))
  const kept = independentColumns(scaled.map((s) => s.values))
  const first = adjust.length
  for (let j = first; j < scaled.length; j++) {
    const share = kept.share.get(j)
    if (share === undefined || share < leastUnexplained) return null
  }
  const columns = [...kept.share.keys()].map((j) => scaled[j]!)
  const k = columns.length
  const df = n - k - 1
  if (df < 3) return null

  const gram = matrix(k, k)
  const moment = new Float64Array(k)
  for (let a = 0; a < k; a++) {
    const left = columns[a]!.values
    for (let i = 0; i < n; i++) moment[a]! += left[i]! * e[i]!
    for (let b = 0; b <= a; b++) {
      let sum = 0
      const right = columns[b]!.values
      for (let i = 0; i < n; i++) sum += left[i]! * right[i]!
      gram.data[a * k + b] = sum
      gram.data[b * k + a] = sum
    }
  }
  const factor = cholesky(gram)
  if (factor === null) return null
  const beta = choleskySolve(factor, moment)
  const inverse = choleskyInverse(factor).data
  let rss = 0
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < k; a++) e[i]! -= beta[a]! * columns[a]!.values[i]!
    rss += e[i]! ** 2
  }
  const blocks = groupBlocks(rows, groups)
  const covariance = robustCovariance(
    columns.map((c) => c.values),
    inverse,
    e,
    blocks,
  )
  const grouped = groups !== null && blocks.length < n
  const m = focus.length
  const at = k - m
  const slopes = new Float64Array(m)
  const focusCovariance = new Float64Array(m * m)
  for (let a = 0; a < m; a++) {
    slopes[a] = beta[at + a]! / columns[at + a]!.scale
    for (let b = 0; b < m; b++)
      focusCovariance[a * m + b] =
        covariance[(at + a) * k + at + b]! / (columns[at + a]!.scale * columns[at + b]!.scale)
  }
  const rest = yRows.slice()
  for (let a = 0; a < m; a++)
    for (let i = 0; i < n; i++) rest[i]! -= beta[at + a]! * columns[at + a]!.values[i]!
  const ordinary = Math.sqrt((rss / df) * inverse[k * k - 1]!)
  return {
    slopes,
    covariance: focusCovariance,
    df: grouped ? Math.max(1, Math.min(df, blocks.length - 1)) : df,
    n,
    rows,
    rest,
    yMean,
    focusMeans: Float64Array.from(columns.slice(at), (c) => c.centre),
    restSe: meanSe(rest, blocks),
    tOrdinary: beta[k - 1]! / ordinary,
    dfOrdinary: df,
    unexplained: kept.share.get(scaled.length - 1)!,
  }
}

function completeRows(columns: readonly Float64Array[]): Int32Array {
  const rows: number[] = []
  const n = columns[0]!.length
  for (let i = 0; i < n; i++) if (columns.every((c) => !Number.isNaN(c[i]))) rows.push(i)
  return Int32Array.from(rows)
}

interface Scaled {
  readonly values: Float64Array
  readonly centre: number
  readonly scale: number
}

function standardise(column: Float64Array): Scaled {
  const centre = mean(column)
  const largest = column.reduce((m, v) => Math.max(m, Math.abs(v)), 0)
  const sd = standardDeviation(column)
  const scale = sd > 1e-12 * largest ? sd : 0
  return { values: column.map((v) => (scale === 0 ? 0 : (v - centre) / scale)), centre, scale }
}

/** Columns that earlier ones do not determine, with the share of their variance that those leave. */
function independentColumns(columns: readonly Float64Array[]): { share: Map<number, number> } {
  const share = new Map<number, number>()
  const basis: Float64Array[] = []
  for (const [j, column] of columns.entries()) {
    const rest = column.slice()
    const whole = dot(column, column)
    // Twice, because one pass of Gram–Schmidt loses digits for nearly dependent columns.
    for (let pass = 0; pass < 2; pass++)
      for (const q of basis) {
        const f = dot(q, rest)
        for (let i = 0; i < rest.length; i++) rest[i]! -= f * q[i]!
      }
    const left = dot(rest, rest)
    if (!(whole > 0) || !(left > 1e-8 * whole)) continue
    share.set(j, left / whole)
    const norm = Math.sqrt(left)
    basis.push(rest.map((v) => v / norm))
  }
  return { share }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** Positions of the rows of each group; one block per row without groups. */
function groupBlocks(rows: Int32Array, groups: Int32Array | null): number[][] {
  if (groups === null) return Array.from(rows, (_, i) => [i])
  const blocks = new Map<number, number[]>()
  for (const [i, row] of rows.entries()) {
    const g = groups[row]!
    const block = blocks.get(g)
    if (block === undefined) blocks.set(g, [i])
    else block.push(i)
  }
  return [...blocks.values()]
}

/** HC3 for blocks of one row, CR3 for larger: Σ d dᵀ with d = (XᵀX)⁻¹ X_gᵀ (I − H_gg)⁻¹ e_g. k x k. */
function robustCovariance(
  columns: readonly Float64Array[],
  inverse: Float64Array,
  e: Float64Array,
  blocks: readonly number[][],
): Float64Array {
  const k = columns.length
  const n = e.length
  const out = new Float64Array(k * k)
  const z = new Float64Array(k)
  const d = new Float64Array(k)
  // u[i] = (XᵀX)⁻¹ x_i
  const u = Array.from({ length: n }, (_, i) => {
    const v = new Float64Array(k)
    for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) v[a]! += inverse[a * k + b]! * columns[b]![i]!
    return v
  })
  const hat = (i: number, j: number): number => {
    let h = 1 / n
    for (let a = 0; a < k; a++) h += columns[a]![i]! * u[j]![a]!
    return h
  }
  for (const block of blocks) {
    const m = block.length
    let scaled: Float64Array
    if (m === 1) scaled = Float64Array.of(e[block[0]!]! / Math.max(1e-9, 1 - hat(block[0]!, block[0]!)))
    else {
      const left = matrix(m, m)
      for (let a = 0; a < m; a++)
        for (let b = 0; b < m; b++) left.data[a * m + b] = (a === b ? 1 : 0) - hat(block[a]!, block[b]!)
      const own = Float64Array.from(block, (i) => e[i]!)
      const factor = cholesky(left)
      scaled = factor === null ? own : choleskySolve(factor, own)
    }
    d.fill(0)
    for (const [a, i] of block.entries()) {
      z.set(u[i]!)
      for (let c = 0; c < k; c++) d[c]! += z[c]! * scaled[a]!
    }
    for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) out[a * k + b]! += d[a]! * d[b]!
  }
  const count = blocks.length
  if (count === n) return out
  return out.map((v) => (v * (count - 1)) / count)
}

function meanSe(values: Float64Array, blocks: readonly number[][]): number {
  const centre = mean(values)
  const count = blocks.length
  let sum = 0
  for (const block of blocks) sum += block.reduce((s, i) => s + (values[i]! - centre), 0) ** 2
  return Math.sqrt((sum * count) / Math.max(1, count - 1)) / values.length
}
