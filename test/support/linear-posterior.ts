import { cholesky, choleskyInverse, matrix, randomStream } from '../../main/engine/math/index.ts'
import type { Matrix } from '../../main/engine/math/index.ts'
import type { PosteriorRows } from '../../main/engine/models/posteriors/index.ts'

export interface LinearProblem {
  readonly inputs: number
  readonly rows: PosteriorRows
  readonly noiseSd: number
}

/** y = 0.5 + xw + noise, inputs standard normal with pairwise correlation `correlation`, w ~ N(0, I). */
export function linearProblem(
  seed: number,
  { inputs, n, correlation, noiseSd }: { inputs: number; n: number; correlation: number; noiseSd: number },
): LinearProblem {
  const stream = randomStream(seed, 'linear problem')
  const x = new Float64Array(n * inputs)
  for (let i = 0; i < n; i++) {
    const shared = Math.sqrt(correlation) * stream.normal()
    for (let j = 0; j < inputs; j++) x[i * inputs + j] = shared + Math.sqrt(1 - correlation) * stream.normal()
  }
  const w = Array.from({ length: inputs }, () => stream.normal())
  const y = Float64Array.from({ length: n }, (_, i) =>
    w.reduce((sum, v, j) => sum + v * x[i * inputs + j]!, 0.5 + noiseSd * stream.normal()),
  )
  return { inputs, rows: { n, x, y }, noiseSd }
}

/** Posterior of (w, bias) under N(0, I) in closed form (Bishop 2006, eq. 3.53): Σ = (I + XᵀX/σ²)⁻¹, mean ΣXᵀy/σ². */
export function closedForm({ inputs: d, rows, noiseSd }: LinearProblem): {
  mean: Float64Array
  covariance: Matrix
} {
  const size = d + 1
  const precision = matrix(size, size)
  const b = new Float64Array(size)
  for (let i = 0; i < rows.n; i++) {
    const row = [...rows.x.subarray(i * d, (i + 1) * d), 1]
    for (let p = 0; p < size; p++) {
      b[p]! += (row[p]! * rows.y[i]!) / noiseSd ** 2
      for (let q = 0; q < size; q++) precision.data[p * size + q]! += (row[p]! * row[q]!) / noiseSd ** 2
    }
  }
  for (let p = 0; p < size; p++) precision.data[p * size + p]! += 1
  const factor = cholesky(precision)
  if (factor === null) throw new Error('a precision with a unit added to it is positive definite')
  const covariance = choleskyInverse(factor)
  const mean = Float64Array.from({ length: size }, (_, p) =>
    b.reduce((sum, v, q) => sum + covariance.data[p * size + q]! * v, 0),
  )
  return { mean, covariance }
}

/** Worst difference of two normal posteriors: means in sds of the second, sds as ratio, correlations. */
export function compareNormals(
  found: { mean: Float64Array; covariance: Matrix },
  truth: { mean: Float64Array; covariance: Matrix },
): { mean: number; sd: number; correlation: number } {
  const size = truth.mean.length
  const sd = (c: Matrix, p: number): number => Math.sqrt(c.data[p * size + p]!)
  let mean = 0
  let width = 0
  let correlation = 0
  for (let p = 0; p < size; p++) {
    const own = sd(truth.covariance, p)
    mean = Math.max(mean, Math.abs(found.mean[p]! - truth.mean[p]!) / own)
    width = Math.max(width, Math.abs(sd(found.covariance, p) / own - 1))
    for (let q = 0; q < p; q++) {
      const of = (c: Matrix): number => c.data[p * size + q]! / sd(c, p) / sd(c, q)
      correlation = Math.max(correlation, Math.abs(of(found.covariance) - of(truth.covariance)))
    }
  }
  return { mean, sd: width, correlation }
}
