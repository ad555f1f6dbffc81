import { cholesky, matrix, randomStream } from '../../../math/index.ts'
import type { RandomStream } from '../../../math/index.ts'
import { silentProgress } from '../../../dataset/table.ts'
import { indicesWhere } from '../../inner-folds.ts'
import { subset } from '../../sample.ts'
import type { Moments, Predictor, Sample } from '../../types.ts'
import { fitPhysicsMean } from './fit.ts'
import type { PhysicsMeanOptions } from './fit.ts'
import { inOutputUnit, physicsMoments, physicsRows } from './moments.ts'
import { lawValue } from './law-value.ts'
import type { PhysicsMean } from './state.ts'

/** Laws of all outputs of a sample, null where an output has none: plain data. */
export interface PhysicsState {
  readonly kind: 'physics'
  readonly outputs: readonly (PhysicsMean | null)[]
  readonly seed: number
}

/**
 * Laws of every output and their predictions of rows that they had not seen (folds: 0..F−1 a row), n x m. Outputs without
 * a law are NaN throughout, and so is a fold whose other rows carry none.
 */
export function fitPhysics(
  sample: Sample,
  folds: Int32Array,
  seed: number,
  options: PhysicsMeanOptions = {},
): { state: PhysicsState; outOfFold: Moments } {
  const m = sample.outputs.length
  const progress = options.progress ?? silentProgress
  const all = (rows: Sample): (PhysicsMean | null)[] =>
    rows.outputs.map((_, j) => fitPhysicsMean(rows, j, options))
  const outOfFold = emptyRows(sample.n * m)
  const foldCount = folds.reduce((most, f) => Math.max(most, f), -1) + 1
  for (let f = 0; f < foldCount; f++) {
    progress.check()
    const held = indicesWhere(sample.n, (i) => folds[i] === f)
    const rest = indicesWhere(sample.n, (i) => folds[i] !== f)
    const outputs = all(subset(sample, rest))
    const part = physicsPredictor({ kind: 'physics', outputs, seed }).moments(
      subset(sample, held).x,
      held.length,
    )
    held.forEach((row, i) => {
      for (let j = 0; j < m; j++) {
        outOfFold.mean[row * m + j] = part.mean[i * m + j]!
        outOfFold.epistemicVariance[row * m + j] = part.epistemicVariance[i * m + j]!
        outOfFold.aleatoricVariance[row * m + j] = part.aleatoricVariance[i * m + j]!
      }
    })
  }
  return { state: { kind: 'physics', outputs: all(sample), seed }, outOfFold }
}

function emptyRows(size: number): Moments {
  const fill = (): Float64Array => new Float64Array(size).fill(Number.NaN)
  return { mean: fill(), epistemicVariance: fill(), aleatoricVariance: fill() }
}

/** Moments and draws of the laws; NaN for an output without one. A draw is one set of constants and one new heat. */
export function physicsPredictor(state: PhysicsState): Predictor {
  const m = state.outputs.length
  return {
    moments(x, n) {
      const out = emptyRows(n * m)
      state.outputs.forEach((law, j) => {
        if (law === null) return
        const part = physicsMoments(law, x, n)
        for (let i = 0; i < n; i++) {
          out.mean[i * m + j] = part.mean[i]!
          out.epistemicVariance[i * m + j] = part.epistemicVariance[i]!
          out.aleatoricVariance[i * m + j] = part.aleatoricVariance[i]!
        }
      })
      return out
    },
    drawMeans(x, n, count) {
      const out = new Float64Array(count * n * m).fill(Number.NaN)
      state.outputs.forEach((law, j) => {
        if (law === null) return
        const rows = physicsRows(law, x, n)
        const factor = covarianceFactor(law)
        for (let draw = 0; draw < count; draw++) {
          const stream = randomStream(state.seed, `physics draw ${draw} output ${j}`)
          const means = drawnMeans(law, rows, n, factor, stream)
          for (let i = 0; i < n; i++) out[(draw * n + i) * m + j] = means[i]!
        }
      })
      return out
    },
  }
}

function covarianceFactor({ covariance, weights }: PhysicsMean): Float64Array {
  const p = weights.length
  const system = matrix(p, p, Float64Array.from(covariance))
  let largest = 0
  for (let j = 0; j < p; j++) largest = Math.max(largest, covariance[j * p + j]!)
  for (let attempt = 0; attempt < 6; attempt++) {
    const factor = cholesky(system)
    if (factor !== null) return factor.data
    for (let j = 0; j < p; j++) system.data[j * p + j]! += largest * 1e-14 * 100 ** attempt
  }
  throw new RangeError('the covariance of the law is not positive definite')
}

function drawnMeans(
  law: PhysicsMean,
  rows: ReturnType<typeof physicsRows>,
  n: number,
  factor: Float64Array,
  stream: RandomStream,
): Float64Array {
  const p = law.weights.length
  const noise = law.weights.map(() => stream.normal())
  const weights = law.weights.map((w, a) => {
    let sum = w
    for (let b = 0; b <= a; b++) sum += factor[a * p + b]! * noise[b]!
    return sum
  })
  const heat = law.randomTerms.map((_, k) => Math.sqrt(law.randomVariance[k]!) * stream.normal())
  const open = stream.normal()
  return Float64Array.from({ length: n }, (_, i) => {
    const row = rows.design.subarray(i * p, (i + 1) * p)
    let eta = Math.sqrt(rows.leftOpen[i]!) * open
    for (let j = 0; j < p; j++) eta += row[j]! * weights[j]!
    heat.forEach((effect, k) => (eta += effect * rows.random[i * heat.length + k]!))
    const exponent = law.time < 0 ? 1 : weights[law.time]!
    const { value } = lawValue(law.law, eta, exponent, rows.lnInitial[i]!)
    return inOutputUnit(law, value, 0).mean
  })
}
