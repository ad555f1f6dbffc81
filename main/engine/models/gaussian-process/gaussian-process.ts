import { randomStream } from '../../math/index.ts'
import { indicesWhere } from '../inner-folds.ts'
import { applyLinearMap, fitLinearMap } from '../linear-map.ts'
import type { LinearMap } from '../linear-map.ts'
import { emptyMoments, outputScale } from '../moments.ts'
import { subset, takeRows } from '../sample.ts'
import type { Moments, OutputScale, Sample } from '../types.ts'
import { fitHyperparameters } from './hyperparameters.ts'
import type { Hyperparameters } from './hyperparameters.ts'
import { gaussianProcessPredictor } from './predict.ts'

/** Most training rows of an output: the cost grows with their cube. */
const MOST_ROWS = 450

/** A process given its training rows: `x` is rows x map.kept.length features, `y` standardised targets. */
export interface ProcessOutput extends Hyperparameters {
  readonly x: Float64Array
  readonly y: Float64Array
}

/** A fitted Gaussian process of each output: plain data; null where the output was never measured. */
export interface GaussianProcessState {
  readonly kind: 'gp'
  readonly map: LinearMap
  readonly outputs: readonly (ProcessOutput | null)[]
  readonly scale: OutputScale
  readonly seed: number
}

/**
 * Gaussian process of every output apart, with one length-scale a feature (Rasmussen & Williams 2006, ch. 2 and 5). Of
 * more than 450 measured rows a random part, drawn by the seed, is learnt from. folds: fold number of each row,
 * 0..F−1. outOfFold: every row, measured or not, as a process fitted on the other folds predicts it.
 */
export function fitGaussianProcess(
  sample: Sample,
  folds: Int32Array,
  seed: number,
  check: () => void,
): { state: GaussianProcessState; outOfFold: Moments } {
  const m = sample.outputs.length
  const outOfFold = emptyMoments(sample.n * m)
  for (let f = 0; f <= Math.max(...folds); f++) {
    const rows = indicesWhere(sample.n, (i) => folds[i] === f)
    const training = subset(
      sample,
      indicesWhere(sample.n, (i) => folds[i] !== f),
    )
    const state = processState(training, seed, `gp fold ${f}`, check)
    const x = takeRows(sample.x, sample.inputs.length, rows)
    const part = gaussianProcessPredictor(state).moments(x, rows.length)
    rows.forEach((row, i) => {
      for (let j = 0; j < m; j++) {
        outOfFold.mean[row * m + j] = part.mean[i * m + j]!
        outOfFold.epistemicVariance[row * m + j] = part.epistemicVariance[i * m + j]!
        outOfFold.aleatoricVariance[row * m + j] = part.aleatoricVariance[i * m + j]!
      }
    })
  }
  return { state: processState(sample, seed, 'gp', check), outOfFold }
}

/** A process of each output on the rows of the sample. */
export function processState(
  sample: Sample,
  seed: number,
  name: string,
  check: () => void,
): GaussianProcessState {
  const map = fitLinearMap(sample.inputs, sample.x, sample.n)
  const features = applyLinearMap(map, sample.x, sample.n)
  const width = map.kept.length
  const scale = outputScale(sample)
  const m = sample.outputs.length
  const outputs = sample.outputs.map((_, j): ProcessOutput | null => {
    const observed = indicesWhere(sample.n, (i) => !Number.isNaN(sample.y[i * m + j]!))
    if (observed.length === 0) return null
    const rows = chosenRows(observed, seed, `${name} rows ${j}`)
    const x = takeRows(features, width, rows)
    const y = Float64Array.from(rows, (r) => (sample.y[r * m + j]! - scale.mean[j]!) / scale.sd[j]!)
    return { x, y, ...fitHyperparameters(x, y, width, check) }
  })
  return { kind: 'gp', map, outputs, scale, seed }
}

/** At most 450 of the rows, ascending; which ones depends on (seed, name) only. */
export function chosenRows(rows: Int32Array, seed: number, name: string): Int32Array {
  if (rows.length <= MOST_ROWS) return rows
  return randomStream(seed, name).shuffle(rows.slice()).slice(0, MOST_ROWS).sort()
}
