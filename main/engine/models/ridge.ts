import { cholesky, choleskyInverse, choleskySolve, gram, matrix, randomStream } from '../math/index.ts'
import type { Matrix } from '../math/index.ts'
import { indicesWhere } from './inner-folds.ts'
import { applyLinearMap, fitLinearMap } from './linear-map.ts'
import type { LinearMap } from './linear-map.ts'
import { emptyMoments } from './moments.ts'
import { takeRows } from './sample.ts'
import type { Moments, Predictor, Sample } from './types.ts'

const PENALTIES = Array.from({ length: 11 }, (_, i) => 10 ** (-1 + i / 2))

/** Posterior of a linear model with prior N(0, σ²/α) on d standardised weights and a flat intercept. */
export interface RidgeFit {
  readonly weights: Float64Array
  /** Prediction at the centre of the features. */
  readonly intercept: number
  readonly centre: Float64Array
  /** (XᵀX + αI)⁻¹ of the centred features, d x d. */
  readonly inverse: Float64Array
  /** Noise variance RSS / (n − effective degrees of freedom). */
  readonly noiseVariance: number
  readonly n: number
  readonly penalty: number
}

export interface RidgeState {
  readonly kind: 'ridge'
  readonly map: LinearMap
  readonly outputs: readonly RidgeFit[]
  readonly seed: number
}

/**
 * Closed-form ridge, equal to Bayesian linear regression with known prior precision: w = (XᵀX + αI)⁻¹ Xᵀ(y − ȳ).
 * x: n x d features, y: n observed targets.
 */
export function solveRidge(x: Float64Array, y: Float64Array, d: number, penalty: number): RidgeFit {
  const n = y.length
  const centre = new Float64Array(d)
  let intercept = 0
  for (let i = 0; i < n; i++) {
    intercept += y[i]! / n
    for (let j = 0; j < d; j++) centre[j]! += x[i * d + j]! / n
  }
  const centred = matrix(n, d)
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) centred.data[i * d + j] = x[i * d + j]! - centre[j]!
  const system = gram(centred)
  const unpenalised = gram(centred)
  for (let j = 0; j < d; j++) system.data[j * d + j]! += penalty
  const factor = cholesky(system)
  if (factor === null) throw new RangeError('ridge system is not positive definite')
  const right = new Float64Array(d)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < d; j++) right[j]! += centred.data[i * d + j]! * (y[i]! - intercept)
  const weights = choleskySolve(factor, right)
  const inverse = choleskyInverse(factor)
  let residuals = 0
  for (let i = 0; i < n; i++) residuals += (y[i]! - intercept - dot(centred.data, i * d, weights)) ** 2
  let freedom = 1
  for (let i = 0; i < d * d; i++) freedom += inverse.data[i]! * unpenalised.data[i]!
  const noiseVariance = residuals / Math.max(1, n - freedom)
  return { weights, intercept, centre, inverse: inverse.data, noiseVariance, n, penalty }
}

/**
 * Ridge on every output apart; α is the one of a fixed grid with the smallest squared error on rows of folds left
 * out. folds: fold number of each row.
 */
export function fitRidge(
  sample: Sample,
  folds: Int32Array,
  seed: number,
  check: () => void,
): { state: RidgeState; outOfFold: Moments } {
  const map = fitLinearMap(sample.inputs, sample.x, sample.n)
  const x = applyLinearMap(map, sample.x, sample.n)
  const d = map.kept.length
  const m = sample.outputs.length
  const foldCount = Math.max(...folds) + 1
  const outOfFold = emptyMoments(sample.n * m)
  const outputs = sample.outputs.map((_, j) => {
    const observed = (i: number): boolean => !Number.isNaN(sample.y[i * m + j]!)
    const targets = (rows: Int32Array): Float64Array => Float64Array.from(rows, (r) => sample.y[r * m + j]!)
    let bestError = Infinity
    let penalty = PENALTIES.at(-1)!
    for (const candidate of PENALTIES) {
      const trial = emptyMoments(sample.n)
      let error = 0
      for (let f = 0; f < foldCount; f++) {
        check()
        const train = indicesWhere(sample.n, (i) => folds[i] !== f && observed(i))
        const test = indicesWhere(sample.n, (i) => folds[i] === f && observed(i))
        if (train.length < 2) continue
        const fit = solveRidge(takeRows(x, d, train), targets(train), d, candidate)
        predictRidge(fit, takeRows(x, d, test), test.length, trial, 1, 0, test)
        for (const r of test) error += (sample.y[r * m + j]! - trial.mean[r]!) ** 2
      }
      if (error < bestError) {
        bestError = error
        penalty = candidate
        for (let i = 0; i < sample.n; i++) {
          outOfFold.mean[i * m + j] = trial.mean[i]!
          outOfFold.epistemicVariance[i * m + j] = trial.epistemicVariance[i]!
          outOfFold.aleatoricVariance[i * m + j] = trial.aleatoricVariance[i]!
        }
      }
    }
    const rows = indicesWhere(sample.n, observed)
    return solveRidge(takeRows(x, d, rows), targets(rows), d, penalty)
  })
  return { state: { kind: 'ridge', map, outputs, seed }, outOfFold }
}

/** Writes the predictions of n feature rows into column `col` of `out` (width columns) at the rows `at`. */
function predictRidge(
  fit: RidgeFit,
  x: Float64Array,
  n: number,
  out: Moments,
  width: number,
  col: number,
  at: Int32Array | null,
): void {
  const d = fit.weights.length
  const v = new Float64Array(d)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) v[j] = x[i * d + j]! - fit.centre[j]!
    let quadratic = 1 / fit.n
    for (let a = 0; a < d; a++) quadratic += v[a]! * dot(fit.inverse, a * d, v)
    const o = (at === null ? i : at[i]!) * width + col
    out.mean[o] = fit.intercept + dot(v, 0, fit.weights)
    out.epistemicVariance[o] = fit.noiseVariance * Math.max(0, quadratic)
    out.aleatoricVariance[o] = Math.max(fit.noiseVariance, 1e-12)
  }
}

export function ridgePredictor(state: RidgeState): Predictor {
  const m = state.outputs.length
  return {
    moments(x, n) {
      const features = applyLinearMap(state.map, x, n)
      const out = emptyMoments(n * m)
      state.outputs.forEach((fit, j) => {
        predictRidge(fit, features, n, out, m, j, null)
      })
      return out
    },
    drawMeans(x, n, count) {
      const features = applyLinearMap(state.map, x, n)
      const d = state.map.kept.length
      const out = new Float64Array(count * n * m)
      state.outputs.forEach((fit, j) => {
        const sd = Math.sqrt(fit.noiseVariance)
        const factor = cholesky(matrix(d, d, Float64Array.from(fit.inverse)))
        if (factor === null) throw new RangeError('ridge covariance is not positive definite')
        for (let draw = 0; draw < count; draw++) {
          const stream = randomStream(state.seed, `ridge draw ${draw} output ${j}`)
          const intercept = fit.intercept + (sd / Math.sqrt(fit.n)) * stream.normal()
          const weights = fit.weights.slice()
          addDraw(
            weights,
            factor,
            sd,
            weights.map(() => stream.normal()),
          )
          for (let i = 0; i < n; i++) {
            let sum = intercept
            for (let a = 0; a < d; a++) sum += (features[i * d + a]! - fit.centre[a]!) * weights[a]!
            out[(draw * n + i) * m + j] = sum
          }
        }
      })
      return out
    },
  }
}

function addDraw(weights: Float64Array, factor: Matrix, sd: number, noise: Float64Array): void {
  const d = weights.length
  for (let a = 0; a < d; a++)
    for (let b = 0; b <= a; b++) weights[a]! += sd * factor.data[a * d + b]! * noise[b]!
}

function dot(a: Float64Array, offset: number, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < b.length; i++) sum += a[offset + i]! * b[i]!
  return sum
}
