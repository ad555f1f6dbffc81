import { randomStream, type RandomStream } from '../../math/index.ts'
import type { ClassPredictor } from './types.ts'

/**
 * Shares of the classes, smoothed by one row spread over all of them (the prior of Perks 1947), so that a level without a
 * row is unlikely and not impossible.
 */
export function classShares(codes: Int32Array, levels: number): Float64Array {
  const counts = new Float64Array(levels)
  for (const code of codes) counts[code]!++
  return counts.map((count) => (count + 1 / levels) / (codes.length + 1))
}

/** Shares of each row's class by the rows of the other folds, n x L. */
export function sharesOutOfFold(codes: Int32Array, folds: Int32Array, levels: number): Float64Array {
  const out = new Float64Array(codes.length * levels)
  for (const fold of new Set(folds)) {
    const shares = classShares(
      codes.filter((_, i) => folds[i] !== fold),
      levels,
    )
    folds.forEach((own, i) => {
      if (own === fold) out.set(shares, i * levels)
    })
  }
  return out
}

/** The baseline that knows no inputs. Draws are from the posterior of the shares, a Dirichlet distribution. */
export function sharesPredictor(shares: Float64Array, n: number, seed: number): ClassPredictor {
  const fill = (values: Float64Array, rows: number): Float64Array => {
    const out = new Float64Array(rows * values.length)
    for (let i = 0; i < rows; i++) out.set(values, i * values.length)
    return out
  }
  return {
    probabilities: (_x, rows) => fill(shares, rows),
    draws(_x, rows, count) {
      const out = new Float64Array(count * rows * shares.length)
      for (let s = 0; s < count; s++) {
        const stream = randomStream(seed, `shares draw ${s}`)
        const weights = shares.map((p) => gammaVariate(p * (n + 1), stream))
        const sum = weights.reduce((a, b) => a + b, 0)
        const drawn = weights.map((w) => w / sum)
        out.set(fill(drawn, rows), s * rows * shares.length)
      }
      return out
    },
  }
}

/** A gamma variate of the given shape and unit scale (Marsaglia & Tsang 2000). */
export function gammaVariate(shape: number, stream: RandomStream): number {
  if (shape < 1) return gammaVariate(shape + 1, stream) * (1 - stream.uniform()) ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const z = stream.normal()
    const v = (1 + c * z) ** 3
    if (v > 0 && Math.log(1 - stream.uniform()) < 0.5 * z * z + d - d * v + d * Math.log(v)) return d * v
  }
}
