import { calibrate } from '../calibration.ts'
import type { KindFit } from '../fit-kinds.ts'
import type { Sample } from '../types.ts'
import { aloneCount, coordinateSample } from './coordinates.ts'
import { correlationFactors, statedMoments, type PartsState } from './parts.ts'

/**
 * Fits a sample whose outputs may be parts of wholes: `fit` is given the sample with their coordinates in place of the
 * parts, and its fits come back with held-out moments and calibration of the parts themselves, so that intervals are
 * right for what is stated. Without wholes nothing is changed and `wholes` is null.
 */
export function fitWithParts<Fits extends { readonly fits: readonly KindFit[] }>(
  sample: Sample,
  seed: number,
  fit: (latent: Sample) => Fits,
): Fits & { readonly wholes: PartsState | null } {
  if (sample.wholes === undefined || sample.wholes.length === 0) return { ...fit(sample), wholes: null }
  const alone = aloneCount(sample)
  const { sample: latent, groups } = coordinateSample(sample)
  const fitted = fit(latent)
  const correlations = fitted.fits.map(({ kind, outOfFold }) => ({
    kind,
    factors: correlationFactors(latent, outOfFold, alone, groups),
  }))
  const wholes: PartsState = { outputs: sample.outputs, alone, groups, correlations, seed }
  const fits = fitted.fits.map((one, k): KindFit => {
    const outOfFold = statedMoments(wholes, correlations[k]!.factors, one.outOfFold, sample.n)
    return {
      ...one,
      outOfFold,
      calibration: sample.outputs.map((_, j) => calibrate(sample, outOfFold, j)),
    }
  })
  return { ...fitted, fits, wholes }
}
