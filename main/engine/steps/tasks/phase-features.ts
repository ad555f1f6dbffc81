import { mean, standardDeviation } from '../../math/index.ts'
import { linealPath, measureField, twoPointProbability } from '../../measure/index.ts'
import { labelMask, otsuThreshold } from '../../segment/index.ts'

/** One phase of one picture; lengths in px of the picture. */
export interface PhaseFeatures {
  readonly phase: number
  readonly areaFraction: number
  /** null when no chord ends in the picture. */
  readonly meanChordPx: number | null
  /** Mean over the connected objects clear of the edge, corrected for it; null when there is none. */
  readonly equivalentCircleDiameterPx: number | null
  /** S₂(r) at r = 0, 1, … px. */
  readonly twoPoint: readonly number[]
  /** L(r) at r = 0, 1, … px. */
  readonly linealPath: readonly number[]
}

/** Features that are one number, in the order in which they are told. */
const numberFeatures = ['areaFraction', 'meanChordPx', 'equivalentCircleDiameterPx'] as const
export type NumberFeature = (typeof numberFeatures)[number]

export interface Picture {
  /** Phases 0..P−1, height x width in C order. */
  readonly pixels: ArrayLike<number>
  readonly height: number
  readonly width: number
}

/** Mean and standard deviation over pictures; n leaves out those without a value. */
export interface FeatureSpread {
  readonly mean: number | null
  readonly sd: number | null
  readonly n: number
}

/** Each phase but the matrix, by the same measures whether a microscope or a model made the picture. */
export function phaseFeatures(picture: Picture, phases: number, maxLagPx: number): PhaseFeatures[] {
  const { pixels, height, width } = picture
  return Array.from({ length: phases - 1 }, (_, k) => {
    const indicator = Uint8Array.from(pixels, (value) => (value === k + 1 ? 1 : 0))
    const path = linealPath(indicator, height, width, maxLagPx)
    const twoPoint = twoPointProbability(indicator, height, width, maxLagPx)
    const fields = measureField(labelMask(indicator, height, width).labels, height, width, {
      pixelSizeUm: null,
      databarRows: 0,
      measures: ['equivalentCircleDiameterMean'],
      edge: 'exclude',
      level: 0.9,
    })
    return {
      phase: k + 1,
      areaFraction: twoPoint[0]!,
      meanChordPx: path.meanChordPx,
      equivalentCircleDiameterPx: fields[0]?.value ?? null,
      twoPoint: Array.from(twoPoint),
      linealPath: Array.from(path.probability),
    }
  })
}

export interface MeasuredPicture {
  readonly features: readonly PhaseFeatures[]
}

/** A feature of a phase over generated pictures and over real ones. */
export interface FeatureRow {
  readonly phase: number
  readonly feature: NumberFeature
  readonly generated: FeatureSpread
  readonly real: FeatureSpread
}

export function featureSummary(
  generated: readonly MeasuredPicture[],
  real: readonly MeasuredPicture[],
  phases: number,
): FeatureRow[] {
  return Array.from({ length: phases - 1 }, (_, k) => k + 1).flatMap((phase) =>
    numberFeatures.map((feature) => ({
      phase,
      feature,
      generated: spreadOf(generated, phase, feature),
      real: spreadOf(real, phase, feature),
    })),
  )
}

function spreadOf(
  pictures: readonly MeasuredPicture[],
  phase: number,
  feature: NumberFeature,
): FeatureSpread {
  const values = pictures
    .map(({ features }) => features.find((one) => one.phase === phase)?.[feature] ?? null)
    .filter((value) => value !== null)
  const n = values.length
  if (n === 0) return { mean: null, sd: null, n }
  return { mean: mean(values), sd: n > 1 ? standardDeviation(values) : null, n }
}

/**
 * Otsu's threshold of all pictures together, so that grey pictures are compared by one and the same level; null when
 * all of them have one grey value.
 */
export function commonThreshold(pictures: readonly ArrayLike<number>[]): number | null {
  const all = new Float32Array(pictures.reduce((sum, pixels) => sum + pixels.length, 0))
  let at = 0
  for (const pixels of pictures) {
    all.set(pixels, at)
    at += pixels.length
  }
  return otsuThreshold(all)
}
