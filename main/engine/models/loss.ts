import { crpsSlopeInSd, gaussianCrps, standardCdf } from './gaussian.ts'

/** Log-variance of a raw network output: 4 tanh(l/4) − 1, bounded so that no residual can make it run away. */
export function logVariance(raw: number): number {
  return 4 * Math.tanh(raw / 4) - 1
}

/**
 * Mean over rows of the sum over observed outputs of 0.5 NLL + 2 CRPS, on standardised targets, times `weight`.
 * output and gradient: rows x 2m (means, then raw log-variances); target: rows x m, NaN = not observed.
 * The gradient is overwritten; null asks for the value only.
 */
export function dataLoss(
  output: Float64Array,
  target: Float64Array,
  rows: number,
  outputs: number,
  weight: number,
  gradient: Float64Array | null,
): number {
  const width = 2 * outputs
  const scale = weight / rows
  let sum = 0
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < outputs; j++) {
      const at = i * width + j
      const y = target[i * outputs + j]!
      if (Number.isNaN(y)) {
        if (gradient !== null) gradient[at] = gradient[at + outputs] = 0
        continue
      }
      const mu = output[at]!
      const t = Math.tanh(output[at + outputs]! / 4)
      const l = 4 * t - 1
      const sd = Math.exp(0.5 * l)
      const w = (y - mu) / sd
      sum += 0.5 * (0.9189385332046727 + 0.5 * l + 0.5 * w * w) + 2 * gaussianCrps(y, mu, sd)
      if (gradient === null) continue
      gradient[at] = scale * (-0.5 * (w / sd) + 2 * (1 - 2 * standardCdf(w)))
      const inLogVariance = 0.5 * (0.5 - 0.5 * w * w) + 2 * crpsSlopeInSd(w) * 0.5 * sd
      gradient[at + outputs] = scale * inLogVariance * (1 - t * t)
    }
  }
  return sum * scale
}
