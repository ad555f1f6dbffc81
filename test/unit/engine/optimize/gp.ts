import { cholesky, choleskySolve, matrix, randomStream } from '../../../../main/engine/math/index.ts'
import type { TableColumn, Table } from '../../../../main/engine/dataset/table.ts'
import type { PosteriorFn } from '../../../../main/engine/optimize/index.ts'

/**
 * Exact Gaussian process with a squared-exponential kernel of given scales: a posterior whose mean, variance and joint
 * draws are known in closed form. Outputs are independent. x: n x d, y: m columns of n.
 */
export function exactGp(options: {
  x: number[][]
  y: number[][]
  names: string[]
  lengths: number[]
  variance: number
  noiseSd: number
  seed: number
}): PosteriorFn {
  const { x, y, names, lengths, variance, noiseSd, seed } = options
  const n = x.length
  const m = y.length
  const kernel = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
    let sum = 0
    for (let k = 0; k < lengths.length; k++) sum += ((a[k]! - b[k]!) / lengths[k]!) ** 2
    return variance * Math.exp(-0.5 * sum)
  }
  const gram = matrix(n, n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      gram.data[i * n + j] = kernel(x[i]!, x[j]!) + (i === j ? noiseSd ** 2 + 1e-8 * variance : 0)
  const factor = cholesky(gram)!
  const centres = y.map((column) => column.reduce((a, b) => a + b, 0) / n)
  const alphas = y.map((column, o) =>
    choleskySolve(
      factor,
      Float64Array.from(column, (v) => v - centres[o]!),
    ),
  )
  const d = lengths.length
  const rowsOf = (rows: Float64Array, count: number): Float64Array[] =>
    Array.from({ length: count }, (_, i) => rows.slice(i * d, (i + 1) * d))
  const cross = (row: Float64Array): Float64Array => Float64Array.from(x, (xi) => kernel(row, xi))
  const meanOf = (k: Float64Array, o: number): number =>
    centres[o]! + k.reduce((sum, v, i) => sum + v * alphas[o]![i]!, 0)
  return {
    outputs: names.map((name) => ({ name, unit: 'MPa' })),
    predict(rows, count) {
      const mean = new Float64Array(count * m)
      const epistemicSd = new Float64Array(count * m)
      rowsOf(rows, count).forEach((row, i) => {
        const k = cross(row)
        const w = choleskySolve(factor, k)
        const left = variance - k.reduce((sum, v, j) => sum + v * w[j]!, 0)
        for (let o = 0; o < m; o++) {
          mean[i * m + o] = meanOf(k, o)
          epistemicSd[i * m + o] = Math.sqrt(Math.max(0, left))
        }
      })
      return { mean, epistemicSd, aleatoricSd: new Float64Array(count * m).fill(noiseSd) }
    },
    samples(rows, count, draws) {
      const list = rowsOf(rows, count)
      const ks = list.map(cross)
      const ws = ks.map((k) => choleskySolve(factor, k))
      const covariance = matrix(count, count)
      for (let i = 0; i < count; i++)
        for (let j = 0; j <= i; j++) {
          let value = kernel(list[i]!, list[j]!)
          for (let t = 0; t < n; t++) value -= ks[i]![t]! * ws[j]![t]!
          covariance.data[i * count + j] = value
          covariance.data[j * count + i] = value
          if (i === j) covariance.data[i * count + i] = Math.max(0, value) + 1e-6 * variance
        }
      const root = cholesky(covariance)!.data
      const random = randomStream(seed, 'gp')
      const out = new Float64Array(draws * count * m)
      for (let s = 0; s < draws; s++)
        for (let o = 0; o < m; o++) {
          const z = Float64Array.from({ length: count }, () => random.normal())
          for (let i = 0; i < count; i++) {
            let value = meanOf(ks[i]!, o)
            for (let j = 0; j <= i; j++) value += root[i * count + j]! * z[j]!
            out[(s * count + i) * m + o] = value
          }
        }
      return out
    },
  }
}

/** A posterior that knows its functions up to a constant deviation and an offset common to all rows. */
export function analyticPosterior(
  functions: Record<string, (row: ArrayLike<number>) => number>,
  epistemic: number | ((row: ArrayLike<number>) => number),
  aleatoric: number,
  d: number,
): PosteriorFn {
  const list = Object.values(functions)
  const m = list.length
  const sdAt = typeof epistemic === 'number' ? () => epistemic : epistemic
  const fill = (n: number, f: (i: number, o: number) => number): Float64Array =>
    Float64Array.from({ length: n * m }, (_, at) => f(Math.floor(at / m), at % m))
  return {
    outputs: Object.keys(functions).map((name) => ({ name, unit: 'MPa' })),
    predict: (rows, n) => ({
      mean: fill(n, (i, o) => list[o]!(rows.subarray(i * d, (i + 1) * d))),
      epistemicSd: fill(n, (i) => sdAt(rows.subarray(i * d, (i + 1) * d))),
      aleatoricSd: new Float64Array(n * m).fill(aleatoric),
    }),
    samples(rows, n, count) {
      const out = new Float64Array(count * n * m)
      const random = randomStream(7, 'analytic')
      for (let s = 0; s < count; s++) {
        const z = Array.from({ length: m }, () => random.normal())
        for (let i = 0; i < n; i++) {
          const row = rows.subarray(i * d, (i + 1) * d)
          for (let o = 0; o < m; o++) out[(s * n + i) * m + o] = list[o]!(row) + z[o]! * sdAt(row)
        }
      }
      return out
    },
  }
}

export function tableOf(
  columns: Record<string, ArrayLike<number>>,
  levels: Record<string, string[]> = {},
): Table {
  const entries = Object.entries(columns)
  const n = entries[0]![1].length
  return {
    columns: entries.map(([name, values]): TableColumn => ({
      name,
      unit: '1',
      role: 'process',
      levels: levels[name] ?? null,
      values: Float64Array.from(values),
    })),
    rowIds: Array.from({ length: n }, (_, i) => `S${String(i + 1).padStart(3, '0')}`),
    groups: Int32Array.from({ length: n }, (_, i) => i),
  }
}
