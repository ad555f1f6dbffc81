import { mean, standardDeviation } from '../math/index.ts'
import type { Moments, OutputScale, Sample } from './types.ts'

/** n x m moments that say "not predicted" everywhere. */
export function emptyMoments(size: number): Moments {
  return {
    mean: new Float64Array(size).fill(Number.NaN),
    epistemicVariance: new Float64Array(size).fill(Number.NaN),
    aleatoricVariance: new Float64Array(size).fill(Number.NaN),
  }
}

/** Observed targets of output j. */
export function observedTargets(sample: Sample, j: number): number[] {
  const m = sample.outputs.length
  const observed: number[] = []
  for (let i = 0; i < sample.n; i++) {
    const y = sample.y[i * m + j]!
    if (!Number.isNaN(y)) observed.push(y)
  }
  return observed
}

/** Mean and standard deviation of each output over its observed rows; a constant output has sd 1. */
export function outputScale(sample: Sample): OutputScale {
  const targets = sample.outputs.map((_, j) => observedTargets(sample, j))
  return {
    mean: Float64Array.from(targets, (t) => mean(t)),
    sd: Float64Array.from(targets, (t) => {
      const sd = standardDeviation(t)
      return sd > 0 ? sd : 1
    }),
  }
}
