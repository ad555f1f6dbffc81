import {
  discrepancyVariance,
  fitDiscrepancy,
  openVariance,
  withDiscrepancy,
  type Discrepancy,
} from './discrepancy.ts'
import { discrepancyDraws } from './discrepancy-draws.ts'
import { chooseStrengths } from './discrepancy-strength.ts'
import { applyFeatureMap, fitFeatureMap, type FeatureMap } from './feature-map.ts'
import { outputScale } from './moments.ts'
import type { Moments, OutputScale, Predictor, Sample } from './types.ts'

/** The discrepancy δ of a table with what brings rows into its coordinates: plain data. */
export interface TableDiscrepancy {
  readonly features: FeatureMap
  readonly scale: OutputScale
  readonly discrepancy: Discrepancy
}

export interface DiscrepancyFit {
  readonly state: TableDiscrepancy
  /** Variance of δ of each row given the other folds, n x m, standardised. */
  readonly outOfFold: Float64Array
}

/** δ depends on where the specimens are and what was measured, not on the model it is added to. */
export function fitTableDiscrepancy(
  sample: Sample,
  folds: Int32Array,
  seed: number,
  check: () => void,
): DiscrepancyFit {
  const { n, groups } = sample
  const m = sample.outputs.length
  const features = fitFeatureMap(sample.inputs, sample.x, n)
  const x = applyFeatureMap(features, sample.x, n)
  const scale = outputScale(sample)
  const y = sample.y.map((v, i) => (v - scale.mean[i % m]!) / scale.sd[i % m]!)
  const { discrepancy, outOfFold } = fitDiscrepancy({ n, x, y, folds, groups }, seed, check)
  return { state: { features, scale, discrepancy }, outOfFold }
}

/** Out-of-fold moments with δ in them, and the strength of each output that those rows speak for. */
export function discrepancyOf(
  { state, outOfFold }: DiscrepancyFit,
  sample: Sample,
  moments: Moments,
): { outOfFold: Moments; strengths: number[] } {
  const { discrepancy, scale } = state
  const strengths = chooseStrengths(discrepancy, sample, moments, outOfFold, scale.sd)
  return {
    outOfFold: withDiscrepancy(moments, ofStrength(discrepancy, strengths), outOfFold, scale.sd),
    strengths,
  }
}

function ofStrength(discrepancy: Discrepancy, strengths: readonly number[]): Discrepancy {
  return {
    ...discrepancy,
    outputs: discrepancy.outputs.map((output, j) => ({ ...output, strength: strengths[j] ?? 1 })),
  }
}

export function discrepantPredictor(
  predictor: Predictor,
  state: TableDiscrepancy,
  strengths: readonly number[],
): Predictor {
  const { features, scale } = state
  const discrepancy = ofStrength(state.discrepancy, strengths)
  const m = scale.mean.length
  const drawn = new Map<number, ReturnType<typeof discrepancyDraws>>()
  const drawsOf = (count: number): ReturnType<typeof discrepancyDraws> => {
    const draws = drawn.get(count) ?? discrepancyDraws(discrepancy, count)
    drawn.set(count, draws)
    return draws
  }
  return {
    moments(x, n) {
      const variance = discrepancyVariance(discrepancy, applyFeatureMap(features, x, n), n)
      return withDiscrepancy(predictor.moments(x, n), discrepancy, variance, scale.sd)
    },
    drawMeans(x, n, count) {
      const f = applyFeatureMap(features, x, n)
      const delta = drawsOf(count)(f, n)
      const variance = discrepancyVariance(discrepancy, f, n)
      const share = openVariance(discrepancy, variance).map((open, i) => {
        const whole = discrepancy.outputs[i % m]!.amplitude * variance[i]!
        return whole > 0 ? Math.sqrt(open / whole) : 0
      })
      return predictor
        .drawMeans(x, n, count)
        .map((v, i) => v + scale.sd[i % m]! * share[i % (n * m)]! * delta[i]!)
    },
  }
}
