import type { ResponseMoments } from './conditional.ts'

/** Weighted sums over draws, n x m each. */
export interface MixtureSums {
  readonly mean: Float64Array
  readonly square: Float64Array
  /** Variances that draws have of their own. */
  readonly within: Float64Array
  readonly noise: Float64Array
  weight: number
  weightSquare: number
}

/** Predictive distribution at n rows, n x m row-major, in the units of y. */
export interface PredictiveMoments {
  readonly mean: Float64Array
  /** Sd of the response over the posterior of the weights: what more data would take away. */
  readonly epistemicSd: Float64Array
  /** Root mean square of the noise sd over the draws. */
  readonly aleatoricSd: Float64Array
  /** Sd of a new observation. */
  readonly sd: Float64Array
}

export function emptySums(size: number): MixtureSums {
  const zeros = (): Float64Array => new Float64Array(size)
  return { mean: zeros(), square: zeros(), within: zeros(), noise: zeros(), weight: 0, weightSquare: 0 }
}

/** Adds the draws' moments at rows from.. with their weights, but for `weight` and `weightSquare`. */
export function addMoments(
  sums: MixtureSums,
  weights: Float64Array,
  response: ResponseMoments,
  from: number,
  outputs: number,
): void {
  const size = response.rows * outputs
  const shared = response.logNoise.length === outputs
  for (let s = 0; s < response.draws; s++) {
    const w = weights[s]!
    if (w === 0) continue
    for (let i = 0; i < size; i++) {
      const o = i % outputs
      const at = from * outputs + i
      const mu = response.mean[s * size + i]!
      sums.mean[at]! += w * mu
      sums.square[at]! += w * mu * mu
      if (response.variance !== null) sums.within[at]! += w * response.variance[s * size + i]!
      sums.noise[at]! += w * Math.exp(2 * response.logNoise[shared ? o : s * outputs + o]!)
    }
  }
}

/** Law of total variance over the weighted draws. */
export function momentsOf(sums: MixtureSums): PredictiveMoments {
  const mean = sums.mean.map((v) => v / sums.weight)
  const epistemicSd = mean.map((mu, i) => {
    const between = Math.max(0, sums.square[i]! / sums.weight - mu * mu)
    return Math.sqrt(between + sums.within[i]! / sums.weight)
  })
  const aleatoricSd = sums.noise.map((v) => Math.sqrt(v / sums.weight))
  return { mean, epistemicSd, aleatoricSd, sd: epistemicSd.map((sd, i) => Math.hypot(sd, aleatoricSd[i]!)) }
}
