import { cholesky, choleskyInverse, matrix, type Matrix, type RandomStream } from '../../math/index.ts'
import type { LinearHead } from './types.ts'

/** What a fit is given: n rows of p features; n x m outputs with the variance of each one's own error. */
export interface LinearRows {
  readonly features: readonly (readonly number[])[]
  readonly outputs: readonly Float64Array[]
  readonly errors: readonly Float64Array[]
}

/**
 * Bayesian linear regression of each output by itself (Bishop 2006, section 3.3): coefficients ~ N(0, a²·prior_p²)
 * about the outputs' mean (the constant is free), noise variance s² + error², with a and s by the largest evidence on
 * a grid in units of the output's own spread. With few rows the prior keeps products of inputs small.
 */
export function fitLinearHead(rows: LinearRows, priors: readonly number[]): LinearHead {
  const p = priors.length
  const m = rows.outputs[0]?.length ?? 0
  const mean = new Float64Array(p * m)
  const root = new Float64Array(p * p * m)
  for (let j = 0; j < m; j++) {
    const y = rows.outputs.map((output) => output[j]!)
    const errors = rows.errors.map((error) => error[j]!)
    const fit = fitOne(rows.features, y, errors, priors)
    for (let i = 0; i < p; i++) mean[i * m + j] = fit.mean[i]!
    root.set(fit.root.data, j * p * p)
  }
  return { features: p, outputs: m, mean, root }
}

const grid = [0.01, 0.03, 0.1, 0.3, 1, 3]

function fitOne(
  features: readonly (readonly number[])[],
  y: readonly number[],
  errors: readonly number[],
  priors: readonly number[],
): { mean: Float64Array; root: Matrix } {
  const n = y.length
  const centre = y.reduce((sum, value) => sum + value, 0) / n
  const residual = y.map((value) => value - centre)
  const spread = Math.sqrt(residual.reduce((sum, value) => sum + value * value, 0) / n) || 1e-3
  let best: { evidence: number; mean: Float64Array; root: Matrix } | null = null
  for (const a of grid.map((value) => 2 * value * spread))
    for (const s of grid.map((value) => 0.3 * value * spread)) {
      const found = posterior(
        features,
        residual,
        errors.map((e) => s * s + e),
        priors.map((prior, i) => (i === 0 ? 2 * spread : a * prior)),
      )
      if (found !== null && (best === null || found.evidence > best.evidence)) best = found
    }
  if (best === null) throw new Error('the features of a linear head are not finite')
  best.mean[0]! += centre
  return best
}

function posterior(
  features: readonly (readonly number[])[],
  y: readonly number[],
  variances: readonly number[],
  priorSds: readonly number[],
): { evidence: number; mean: Float64Array; root: Matrix } | null {
  const p = priorSds.length
  const precision = matrix(p, p)
  const right = new Float64Array(p)
  let evidence = 0
  for (let i = 0; i < p; i++) {
    precision.data[i * p + i] = 1 / priorSds[i]! ** 2
    evidence -= Math.log(priorSds[i]!)
  }
  features.forEach((row, k) => {
    const w = 1 / variances[k]!
    evidence -= 0.5 * (y[k]! ** 2 * w + Math.log(variances[k]!))
    for (let i = 0; i < p; i++) {
      right[i]! += w * row[i]! * y[k]!
      for (let j = 0; j < p; j++) precision.data[i * p + j]! += w * row[i]! * row[j]!
    }
  })
  const factor = cholesky(precision)
  if (factor === null) return null
  const covariance = choleskyInverse(factor)
  const mean = new Float64Array(p)
  for (let i = 0; i < p; i++) for (let j = 0; j < p; j++) mean[i]! += covariance.data[i * p + j]! * right[j]!
  for (let i = 0; i < p; i++) evidence += 0.5 * right[i]! * mean[i]! - Math.log(factor.data[i * p + i]!)
  const root = cholesky(covariance)
  return root === null ? null : { evidence, mean, root }
}

/** The outputs at one row of features: their means, and with `random` a draw of the coefficients. */
export function linearOutputs(
  head: LinearHead,
  features: readonly number[],
  random: RandomStream | null,
): Float64Array {
  const { features: p, outputs: m } = head
  const out = new Float64Array(m)
  // One draw moves all outputs together (grey levels of one histogram must not cross at random).
  const e = random === null ? null : Float64Array.from({ length: p }, () => random.normal())
  for (let j = 0; j < m; j++) {
    for (let i = 0; i < p; i++) {
      let coefficient = head.mean[i * m + j]!
      if (e !== null) for (let k = 0; k <= i; k++) coefficient += head.root[j * p * p + i * p + k]! * e[k]!
      out[j]! += features[i]! * coefficient
    }
  }
  return out
}
