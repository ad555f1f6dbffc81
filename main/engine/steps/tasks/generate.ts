import { readFileSync } from 'node:fs'
import { ContractError, type GeneratedPictures, type PictureFeatures } from '../../../contract/index.ts'
import { generate } from '../../models/generate/index.ts'
import { encodeGreyPng } from '../../readers/index.ts'
import { readGenerator, type StoredGenerator } from './generator-file.ts'
import { nearestConditions } from './nearest-conditions.ts'
import { featureSummary, phaseFeatures, type PhaseFeatures } from './phase-features.ts'

export interface GenerateInput {
  readonly path: string
  readonly inputs: Readonly<Record<string, number | string | null>>
  readonly count: number
  readonly sizePx: number | null
  /** Real specimens beside them. */
  readonly nearest: number
  readonly seed: number
}

type Shown<P extends { readonly blob: unknown }> = Omit<P, 'blob'> & { readonly png: Uint8Array }

/** The answer of `model.generate` with pictures as bytes, which the caller stores. */
export type GenerateOutput = Omit<GeneratedPictures, 'generatorId' | 'generated' | 'nearest'> & {
  readonly generated: readonly Shown<GeneratedPictures['generated'][number]>[]
  readonly nearest: readonly Shown<GeneratedPictures['nearest'][number]>[]
}

let newest: { readonly path: string; readonly generator: StoredGenerator } | null = null

/** The generator behind a path, kept while the next question asks for the same: a path names its content by its hash. */
function serve(path: string): StoredGenerator {
  if (newest?.path !== path) newest = { path, generator: readGenerator(readFileSync(path)) }
  return newest.generator
}

/** Errors: BAD_REQUEST for an input without a number, or a condition that cannot be. */
export function generatePictures(input: GenerateInput): GenerateOutput {
  const { state, pixelSizeUm, sizePx, crops } = serve(input.path)
  const condition = state.inputs.map(({ name }) => {
    const value = input.inputs[name]
    if (typeof value !== 'number')
      throw new ContractError('BAD_REQUEST', 'The generator needs a number for each of its inputs.', name)
    return value
  })
  const side = input.sizePx ?? sizePx
  const made = generate(state, condition, { height: side, width: side, count: input.count, seed: input.seed })
  const firsts = crops.filter(
    ({ specimen }, i) => crops.findIndex((other) => other.specimen === specimen) === i,
  )
  const near = nearestConditions(
    state,
    firsts.map((crop) => crop.condition),
    condition,
  ).slice(0, input.nearest)
  const real = near.flatMap(({ index, distance }) => {
    const { specimen } = firsts[index]!
    return crops.filter((crop) => crop.specimen === specimen).map((crop) => ({ crop, distance }))
  })
  const scale = pixelSizeUm ?? 1
  const measured = (pixels: Uint8Array, px: number): { features: PhaseFeatures[] } => ({
    features: phaseFeatures({ pixels, height: px, width: px }, 2, 0),
  })
  const generated = made.map((image) => ({ ...image, ...measured(image.pixels, side) }))
  const nearest = real.map((one) => ({ ...one, ...measured(one.crop.pixels, sizePx) }))
  return {
    lengthUnit: pixelSizeUm === null ? 'px' : 'µm',
    outside: state.inputs
      .filter(({ low, high }, i) => !(condition[i]! >= low && condition[i]! <= high))
      .map(({ name }) => name),
    generated: generated.map(({ pixels, features }) => ({
      png: blackAndWhite(pixels, side),
      features: told(features, scale),
    })),
    nearest: near.map(({ index, distance }) => {
      const crop = firsts[index]!
      const { features } = nearest.find((one) => one.crop === crop)!
      return {
        ...{ specimen: crop.specimen, fileName: crop.fileName, distance },
        png: blackAndWhite(crop.pixels, sizePx),
        features: told(features, scale),
      }
    }),
    summary: featureSummary(generated, nearest, 2).map((row) => {
      const { name, factor } = names[row.feature]
      const by = factor === 'length' ? scale : 1
      const spread = ({ mean, sd, n }: typeof row.real) => ({
        mean: mean === null ? null : mean * by,
        sd: sd === null ? null : sd * by,
        n,
      })
      return { feature: name, generated: spread(row.generated), real: spread(row.real) }
    }),
  }
}

const names = {
  areaFraction: { name: 'areaFraction', factor: 'none' },
  meanChordPx: { name: 'meanChord', factor: 'length' },
  equivalentCircleDiameterPx: { name: 'equivalentCircleDiameter', factor: 'length' },
} as const

function told(features: readonly PhaseFeatures[], scale: number): PictureFeatures {
  const { areaFraction, meanChordPx, equivalentCircleDiameterPx } = features[0]!
  return {
    areaFraction,
    meanChord: meanChordPx === null ? null : meanChordPx * scale,
    equivalentCircleDiameter: equivalentCircleDiameterPx === null ? null : equivalentCircleDiameterPx * scale,
  }
}

const blackAndWhite = (pixels: Uint8Array, side: number): Uint8Array =>
  encodeGreyPng(
    pixels.map((value) => 255 * value),
    side,
    side,
  )
