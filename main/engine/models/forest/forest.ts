import { indicesWhere } from '../inner-folds.ts'
import { emptyMoments, outputScale } from '../moments.ts'
import { subset, takeRows } from '../sample.ts'
import type { Moments, OutputScale, Sample } from '../types.ts'
import { growForest } from './bagged.ts'
import type { Trees } from './grow.ts'
import { drawnLeafMeans, treeValues } from './leaves.ts'
import { forestPredictor, leafRowsOf } from './predict.ts'
import { samplingShare, subsetSize } from './sampling-share.ts'
import type { SamplingShare } from './sampling-share.ts'
import { applyTreeFeatures, fitTreeFeatures } from './tree-features.ts'
import type { TreeFeatures } from './tree-features.ts'

/** Rows a fold on which the sampling variance is estimated: their sum is precise enough. */
const MOST_POINTS = 200

export interface ForestOutput {
  readonly trees: Trees
  /** Rows of `x` on which the output was measured, and its standardised values there. */
  readonly rows: Int32Array
  readonly y: Float64Array
  /** Trees in a draw of the mean function (sampling-share.ts). */
  readonly subset: number
}

/** A fitted random forest of each output: plain data. x: training rows of features, n x features.kept.length. */
export interface ForestState {
  readonly kind: 'forest'
  readonly features: TreeFeatures
  readonly x: Float64Array
  readonly outputs: readonly ForestOutput[]
  readonly scale: OutputScale
  readonly seed: number
}

/**
 * Quantile regression forest (Breiman 2001, Meinshausen 2006) of every output apart: 200 trees on bootstrap samples,
 * half of the features tried at a split, two rows or more in a leaf. folds: fold number of each row, 0..F−1.
 * outOfFold: every row, measured or not, as a forest of the other folds predicts it.
 */
export function fitForest(
  sample: Sample,
  folds: Int32Array,
  seed: number,
  check: () => void,
): { state: ForestState; outOfFold: Moments } {
  const m = sample.outputs.length
  const outOfFold = emptyMoments(sample.n * m)
  const shares = sample.outputs.map((): SamplingShare[] => [])
  const foldCount = Math.max(...folds) + 1
  const held = Array.from({ length: foldCount }, (_, f) => {
    const rows = indicesWhere(sample.n, (i) => folds[i] === f)
    const training = subset(
      sample,
      indicesWhere(sample.n, (i) => folds[i] !== f),
    )
    const { state, counts } = growState(training, seed, `forest fold ${f}`, check)
    const x = takeRows(sample.x, sample.inputs.length, rows)
    state.outputs.forEach((output, j) => {
      if (output.rows.length > 1 && rows.length > 0)
        shares[j]!.push(shareAt(state, output, counts[j]!, training.groups, x, rows.length))
    })
    return { rows, x, state }
  })
  const subsets = shares.map(subsetSize)
  for (const { rows, x, state } of held) {
    check()
    const part = forestPredictor(withSubsets(state, subsets)).moments(x, rows.length)
    rows.forEach((row, i) => {
      for (let j = 0; j < m; j++) {
        outOfFold.mean[row * m + j] = part.mean[i * m + j]!
        outOfFold.epistemicVariance[row * m + j] = part.epistemicVariance[i * m + j]!
        outOfFold.aleatoricVariance[row * m + j] = part.aleatoricVariance[i * m + j]!
      }
    })
  }
  const { state } = growState(sample, seed, 'forest', check)
  return { state: withSubsets(state, subsets), outOfFold }
}

/** Grown trees on the rows of the sample, before the size of a draw is known (1 tree), and the bootstrap counts. */
export function growState(
  sample: Sample,
  seed: number,
  name: string,
  check: () => void,
): { state: ForestState; counts: Uint8Array[] } {
  const features = fitTreeFeatures(sample.inputs, sample.x, sample.n)
  const x = applyTreeFeatures(features, sample.x, sample.n)
  const width = features.kept.length
  const m = sample.outputs.length
  const scale = outputScale(sample)
  const counts: Uint8Array[] = []
  const outputs = sample.outputs.map((_, j): ForestOutput => {
    const rows = indicesWhere(sample.n, (i) => !Number.isNaN(sample.y[i * m + j]!))
    const y = Float64Array.from(rows, (r) => (sample.y[r * m + j]! - scale.mean[j]!) / scale.sd[j]!)
    const grown = growForest(takeRows(x, width, rows), y, width, seed, `${name} output ${j}`, check)
    counts.push(grown.counts)
    return { trees: grown.trees, rows, y, subset: 1 }
  })
  return { state: { kind: 'forest', features, x, outputs, scale, seed }, counts }
}

function withSubsets(state: ForestState, subsets: readonly number[]): ForestState {
  return { ...state, outputs: state.outputs.map((output, j) => ({ ...output, subset: subsets[j]! })) }
}

/** x: n x d raw inputs of rows that the forest had not seen; groups: of its training rows. */
function shareAt(
  state: ForestState,
  output: ForestOutput,
  counts: Uint8Array,
  groups: Int32Array,
  x: Float64Array,
  n: number,
): SamplingShare {
  const width = state.features.kept.length
  const own = takeRows(state.x, width, output.rows)
  const points = Math.min(n, MOST_POINTS)
  const spread = Int32Array.from({ length: points }, (_, i) => Math.floor((i * n) / points))
  const at = takeRows(applyTreeFeatures(state.features, x, n), width, spread)
  const drawn = drawnLeafMeans(output.trees, counts, own, output.y, width)
  const { mean } = leafRowsOf(state, output)
  return samplingShare(
    counts,
    Int32Array.from(output.rows, (r) => groups[r]!),
    treeValues(output.trees, drawn, at, points, width),
    treeValues(output.trees, mean, at, points, width),
    points,
  )
}
