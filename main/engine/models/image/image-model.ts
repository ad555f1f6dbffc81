import type { LocalExecutor } from '../../graph/index.ts'
import { randomStream } from '../../math/index.ts'
import { blendMoments } from '../blend.ts'
import { fitKinds, kindPredictors } from '../fit-kinds.ts'
import { indicesWhere } from '../inner-folds.ts'
import { emptyMoments, outputScale } from '../moments.ts'
import type { Moments, OutputColumn, Sample } from '../types.ts'
import {
  convolutionalPredictor,
  CROP,
  fitConvolutional,
  type ConvolutionalState,
  type Crops,
} from './convolutional.ts'
import { imageDescriptors } from './descriptors.ts'
import { shrink, type Picture } from './picture.ts'

/** Specimens known by their micrographs alone. y: n x m, NaN = not measured. */
export interface PicturedSpecimens {
  readonly n: number
  readonly pictures: readonly (readonly Picture[])[]
  /** Of each specimen's pictures; NaN where it is not known. */
  readonly pixelSizeUm: Float64Array
  readonly outputs: readonly OutputColumn[]
  readonly y: Float64Array
  readonly groups: Int32Array
}

/** Crops a picture at most, taken on a grid. */
const CROPS_ACROSS = 3

/**
 * The image-only model: the equal blend of the tabular pool on texture and shape descriptors (mean over a specimen's
 * pictures) and an ensemble of small convolutional networks on crops. Fitted on `training` and asked for `test`; folds:
 * of the training specimens, 0..F−1. It is what a model that knows composition and process is measured against.
 */
export function predictFromImages(
  executor: LocalExecutor,
  training: PicturedSpecimens,
  folds: Int32Array,
  test: Pick<PicturedSpecimens, 'n' | 'pictures' | 'pixelSizeUm'>,
  seed: number,
  check: () => void,
): Moments {
  const sample = descriptorSample(training)
  const fitted = fitKinds(['pool'], {
    executor,
    sample,
    folds,
    seed,
    progress: { check, advanced: check },
  })
  const onDescriptors = kindPredictors(executor, fitted)(fitted.fits[0]!).moments(descriptorsOf(test), test.n)
  return blendMoments([onDescriptors, networkMoments(executor, training, folds, test, seed, check)])
}

function descriptorSample(specimens: PicturedSpecimens): Sample {
  const first = specimens.pictures.flat()[0]
  const names = first === undefined ? [] : imageDescriptors(first).names
  return {
    n: specimens.n,
    inputs: ['pixel size', ...names].map((name) => ({ name, unit: '1', levels: null })),
    outputs: specimens.outputs,
    x: descriptorsOf(specimens),
    y: specimens.y,
    groups: specimens.groups,
  }
}

/** Pixel size, and descriptors as means over each specimen's pictures, n x (1 + descriptors). */
function descriptorsOf({
  pictures,
  pixelSizeUm,
}: Pick<PicturedSpecimens, 'pictures' | 'pixelSizeUm'>): Float64Array {
  const rows = pictures.map((own, i) => {
    const all = own.map((picture) => imageDescriptors(picture).values)
    const means = all[0]!.map((_, k) => all.reduce((sum, values) => sum + values[k]!, 0) / all.length)
    return [pixelSizeUm[i]!, ...means]
  })
  return Float64Array.from(rows.flatMap((row) => [...row]))
}

function networkMoments(
  executor: LocalExecutor,
  training: PicturedSpecimens,
  folds: Int32Array,
  test: Pick<PicturedSpecimens, 'n' | 'pictures'>,
  seed: number,
  check: () => void,
): Moments {
  const m = training.outputs.length
  const scale = outputScale({ ...training, inputs: [], x: new Float64Array(0) })
  const y = training.y.map((v, i) => (v - scale.mean[i % m]!) / scale.sd[i % m]!)
  const cropsOf = (rows: Int32Array): Crops => {
    const own = Array.from(rows, (r) => training.pictures[r]!.flatMap(crops))
    const target = Array.from(rows, (r, i) =>
      own[i]!.flatMap(() => [...y.subarray(r * m, (r + 1) * m)]),
    ).flat()
    return stack(own.flat(), Float32Array.from(target))
  }
  const members: ConvolutionalState[] = []
  for (let f = 0; f <= Math.max(...folds); f++) {
    const rest = cropsOf(indicesWhere(training.n, (i) => folds[i] !== f))
    const held = cropsOf(indicesWhere(training.n, (i) => folds[i] === f))
    members.push(fitConvolutional(executor, rest, held, randomStream(seed, `image member ${f}`), check))
  }
  const predict = convolutionalPredictor(executor, m)
  const out = emptyMoments(test.n * m)
  test.pictures.forEach((pictures, i) => {
    check()
    const own = stack(pictures.flatMap(crops), new Float32Array(0))
    const parts = members.map((member) => predict(member, own.pixels, own.n))
    for (let j = 0; j < m; j++) {
      const means = parts.map((part) => average(part.mean, j, m))
      const centre = means.reduce((sum, v) => sum + v, 0) / means.length
      const spread = means.reduce((sum, v) => sum + (v - centre) ** 2, 0) / means.length
      const noise = parts.reduce((sum, part) => sum + average(part.variance, j, m), 0) / parts.length
      out.mean[i * m + j] = scale.mean[j]! + scale.sd[j]! * centre
      out.epistemicVariance[i * m + j] = spread * scale.sd[j]! ** 2
      out.aleatoricVariance[i * m + j] = noise * scale.sd[j]! ** 2
    }
  })
  return out
}

function average(values: Float32Array, j: number, m: number): number {
  let sum = 0
  for (let at = j; at < values.length; at += m) sum += values[at]!
  return (sum * m) / values.length
}

function stack(parts: readonly Float32Array[], target: Float32Array): Crops {
  const pixels = new Float32Array(parts.length * CROP * CROP)
  parts.forEach((part, i) => {
    pixels.set(part, i * CROP * CROP)
  })
  return { n: parts.length, pixels, target }
}

/** Square crops on a grid, from the picture shrunk so that about three fit across; grey levels 0..1 to ±2. */
function crops(picture: Picture): Float32Array[] {
  const factor = Math.max(1, Math.floor(Math.min(picture.rows, picture.columns) / (CROPS_ACROSS * CROP)))
  const small = shrink(picture, factor)
  const out: Float32Array[] = []
  const down = Math.max(1, Math.min(CROPS_ACROSS, Math.floor(small.rows / CROP)))
  const across = Math.max(1, Math.min(CROPS_ACROSS, Math.floor(small.columns / CROP)))
  for (let a = 0; a < down; a++) for (let b = 0; b < across; b++) out.push(crop(small, a * CROP, b * CROP))
  return out
}

/** A picture smaller than a crop is repeated by reflection. */
function crop({ rows, columns, grey }: Picture, top: number, left: number): Float32Array {
  const reflect = (at: number, length: number): number => {
    const turn = at % (2 * length)
    return turn < length ? turn : 2 * length - 1 - turn
  }
  const out = new Float32Array(CROP * CROP)
  for (let r = 0; r < CROP; r++)
    for (let c = 0; c < CROP; c++)
      out[r * CROP + c] = grey[reflect(top + r, rows) * columns + reflect(left + c, columns)]!
  return out.map((v) => 4 * (v - 0.5))
}
