import { emptyMoments } from './moments.ts'
import type { Moments, Predictor } from './types.ts'

/**
 * Mixture of predictives of equal weight by its first two moments: the mean of the means; how far the parts disagree
 * counts as epistemic variance.
 */
export function blendMoments(parts: readonly Moments[]): Moments {
  const first = parts[0]
  if (parts.length === 1 && first !== undefined) return first
  const size = first?.mean.length ?? 0
  const out = emptyMoments(size)
  for (let i = 0; i < size; i++) {
    let mean = 0
    let epistemic = 0
    let aleatoric = 0
    for (const part of parts) {
      mean += part.mean[i]! / parts.length
      epistemic += part.epistemicVariance[i]! / parts.length
      aleatoric += part.aleatoricVariance[i]! / parts.length
    }
    for (const part of parts) epistemic += (part.mean[i]! - mean) ** 2 / parts.length
    out.mean[i] = mean
    out.epistemicVariance[i] = epistemic
    out.aleatoricVariance[i] = aleatoric
  }
  return out
}

/** `blendMoments` of those parts that are complete; a law that had too few rows in a fold says nothing of it. */
export function blendKnown(parts: readonly Moments[]): Moments {
  const complete = parts.filter(({ mean }) => mean.every((v) => !Number.isNaN(v)))
  return blendMoments(complete.length > 0 ? complete : parts.slice(0, 1))
}

/** Parts served as one; draw s belongs to part s mod P, so that a draw is one function at every call. */
export function blendPredictor(parts: readonly Predictor[]): Predictor {
  const only = parts[0]
  if (parts.length === 1 && only !== undefined) return only
  return {
    moments: (x, n) => blendMoments(parts.map((part) => part.moments(x, n))),
    drawMeans(x, n, count) {
      const each = Math.ceil(count / parts.length)
      let out: Float64Array | null = null
      parts.forEach((part, p) => {
        const drawn = part.drawMeans(x, n, each)
        const size = drawn.length / each
        out ??= new Float64Array(count * size)
        for (let s = p, i = 0; s < count; s += parts.length, i++)
          out.set(drawn.subarray(i * size, (i + 1) * size), s * size)
      })
      return out ?? new Float64Array(0)
    },
  }
}
