/** Correlations of p columns over the rows in which a set of columns is complete. */
export interface Correlations {
  /** p x p, row-major; NaN for columns that are not complete in these rows or do not vary. */
  readonly r: Float64Array
  /** Rows used, repeats counted. */
  readonly n: number
}

/** Correlations over rows where the columns of one test are known: test-wise deletion. */
export interface CorrelationSource {
  of(x: number, y: number, given: readonly number[]): Correlations
}

/**
 * @param values p arrays of n, NaN = missing, standardised (sums are two-pass, so scale does not matter)
 * @param weights how often each of the n rows counts; null: once each
 */
export function correlationSource(
  values: readonly Float64Array[],
  rowCount: number,
  weights: Float64Array | null,
): CorrelationSource {
  const patternOf = missingPatterns(values)
  const all = correlationsOver(values, rowCount, weights, (c) => patternOf[c] === 0, [])
  if (patternOf.every((k) => k === 0)) return { of: () => all }

  const cache = new Map<string, Correlations>()
  return {
    of(x, y, given) {
      const patterns = new Set<number>()
      for (const c of [x, y, ...given]) if (patternOf[c] !== 0) patterns.add(patternOf[c]!)
      if (patterns.size === 0) return all
      const key = [...patterns].sort((a, b) => a - b).join()
      let found = cache.get(key)
      if (found === undefined) {
        const incomplete = [...patterns].map((k) => values[patternOf.indexOf(k)]!)
        found = correlationsOver(
          values,
          rowCount,
          weights,
          (c) => patternOf[c] === 0 || patterns.has(patternOf[c]!),
          incomplete,
        )
        cache.set(key, found)
      }
      return found
    },
  }
}

/** Number of the missing pattern of each column: 0 = complete, equal patterns share a number. */
function missingPatterns(values: readonly Float64Array[]): Int32Array {
  const seen = new Map<string, number>()
  return Int32Array.from(values, (column) => {
    const rows: number[] = []
    for (let i = 0; i < column.length; i++) if (Number.isNaN(column[i])) rows.push(i)
    if (rows.length === 0) return 0
    const key = rows.join()
    let k = seen.get(key)
    if (k === undefined) seen.set(key, (k = seen.size + 1))
    return k
  })
}

function correlationsOver(
  values: readonly Float64Array[],
  rowCount: number,
  weights: Float64Array | null,
  use: (column: number) => boolean,
  incomplete: readonly Float64Array[],
): Correlations {
  const p = values.length
  const rows: number[] = []
  let n = 0
  for (let i = 0; i < rowCount; i++) {
    const w = weights === null ? 1 : weights[i]!
    if (w === 0 || incomplete.some((column) => Number.isNaN(column[i]))) continue
    rows.push(i)
    n += w
  }
  const used: number[] = []
  for (let c = 0; c < p; c++) if (use(c)) used.push(c)
  const m = rows.length
  const rootWeight = Float64Array.from(rows, (i) => Math.sqrt(weights === null ? 1 : weights[i]!))
  const centred = used.map((c) => {
    const column = values[c]!
    let sum = 0
    for (let k = 0; k < m; k++) sum += column[rows[k]!]! * rootWeight[k]! ** 2
    const centre = sum / n
    const out = new Float64Array(m)
    for (let k = 0; k < m; k++) out[k] = (column[rows[k]!]! - centre) * rootWeight[k]!
    return out
  })
  const r = new Float64Array(p * p).fill(Number.NaN)
  const norm = centred.map((column) => Math.sqrt(dot(column, column)))
  for (const [a, i] of used.entries()) {
    // Standardised columns: a norm this small is rounding, the column does not vary in these rows.
    if (!(norm[a]! > 1e-9)) continue
    r[i * p + i] = 1
    for (let b = 0; b < a; b++) {
      if (!(norm[b]! > 1e-9)) continue
      const value = dot(centred[a]!, centred[b]!) / (norm[a]! * norm[b]!)
      const j = used[b]!
      r[i * p + j] = value
      r[j * p + i] = value
    }
  }
  return { r, n }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** Smallest share of a variance that given columns may leave; below it they determine the column (R² > 0.999). */
export const determinedShare = 1e-3

/**
 * Partial correlation of x and y given a set, from correlations r (p x p): the last entry of the Cholesky factor
 * of the correlations of (given, x, y). NaN when the given columns determine x or y or a column does not vary.
 * Given columns that the others determine add nothing and are passed over.
 */
export function partialCorrelation(
  r: Float64Array,
  p: number,
  x: number,
  y: number,
  given: readonly number[],
): number {
  const direct = r[x * p + y]!
  const k = given.length
  if (k === 0) return direct
  if (k === 1) {
    const z = given[0]!
    const xz = r[x * p + z]!
    const yz = r[y * p + z]!
    const leftX = 1 - xz * xz
    const leftY = 1 - yz * yz
    if (!(leftX > determinedShare && leftY > determinedShare)) return Number.NaN
    return (direct - xz * yz) / Math.sqrt(leftX * leftY)
  }
  const size = k + 2
  if (work.length < size * size) work = new Float64Array(4 * size * size)
  const l = work
  let leftX = 0
  for (let i = 0; i < size; i++) {
    const ci = i < k ? given[i]! : i === k ? x : y
    for (let j = 0; j <= i; j++) {
      const cj = j < k ? given[j]! : j === k ? x : y
      let sum = r[ci * p + cj]!
      for (let m = 0; m < j; m++) sum -= l[i * size + m]! * l[j * size + m]!
      if (j < i) {
        if (i === k + 1 && j === k) {
          const rest = leftY(l, size, k)
          if (!(leftX > determinedShare && rest > determinedShare)) return Number.NaN
          return sum / Math.sqrt(leftX * rest)
        }
        const pivot = l[j * size + j]!
        l[i * size + j] = pivot > 0 ? sum / pivot : pivot === 0 ? 0 : Number.NaN
      } else if (i < k) {
        if (Number.isNaN(sum)) return Number.NaN
        l[i * size + i] = sum > 1e-10 ? Math.sqrt(sum) : 0
      } else {
        leftX = sum
        l[i * size + i] = Number.NaN
      }
    }
  }
  return Number.NaN
}

let work = new Float64Array(256)

function leftY(l: Float64Array, size: number, k: number): number {
  let rest = 1
  for (let m = 0; m < k; m++) rest -= l[(k + 1) * size + m]! ** 2
  return rest
}
