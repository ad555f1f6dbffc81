import type { Progress } from '../../dataset/table.ts'
import { GraphBuilder, type Executor } from '../../graph/index.ts'
import { correlation, type LagMap } from '../../math/index.ts'
import type { PlanedImage } from './planes.ts'
import {
  lagLabels,
  lagWeights,
  windowLabels,
  type StatisticLabel,
  type StatisticPlan,
} from './statistic-list.ts'
import { windowStatistics } from './statistics.ts'

/** Pairs of planes of which the cross-correlation is compared too. */
export type PlanePairs = readonly (readonly [number, number])[]

/** Labels of the whole vector of an image: for each plane its windows and lags, then the lags of each pair. */
export function vectorLabels(plan: StatisticPlan, planes: number, pairs: PlanePairs): StatisticLabel[] {
  return [
    ...Array.from({ length: planes }, (_, k) =>
      [...windowLabels(plan), ...lagLabels(plan)].map((label) => ({
        ...label,
        name: `plane ${k} ${label.name}`,
      })),
    ).flat(),
    ...pairs.flatMap(([i, j]) =>
      lagLabels(plan).map((label) => ({ ...label, name: `planes ${i} ${j} ${label.name}` })),
    ),
  ]
}

/** Statistics of the images of one condition. */
export interface ConditionTarget {
  /** Mean over the images, S values. */
  readonly mean: Float64Array
  /** Variance between windows of the training size, S values. */
  readonly variance: Float64Array
  /** How many such windows the images hold. */
  readonly windows: number
  /** Deviations of the windows from their mean. */
  readonly residuals: readonly Float64Array[]
}

/**
 * Measures the images of every condition by the very statistics that the decoder's are measured by. `side`: size of
 * the windows. Two-point statistics of the mean come from whole images, where more pairs are.
 */
export async function conditionTargets(
  groups: readonly (readonly PlanedImage[])[],
  side: number,
  plan: StatisticPlan,
  pairs: PlanePairs,
  executor: Executor,
  progress: Progress,
): Promise<ConditionTarget[]> {
  const measure = await windowMeasure(side, plan, executor)
  const targets: ConditionTarget[] = []
  try {
    for (const [at, images] of groups.entries()) {
      const vectors: Float64Array[] = []
      const wholes: Float64Array[] = []
      let area = 0
      for (const image of images) {
        progress.check()
        wholes.push(imageLags(image, plan, pairs))
        for (const window of tiles(image, side))
          vectors.push(await windowVector(window, plan, pairs, measure.run))
        area += image.rows * image.cols
      }
      targets.push(
        summary(vectors, wholes, area / side ** 2, lagPlaces(plan, images[0]!.planes.length, pairs)),
      )
      progress.report(at + 1, groups.length, 'measuring images')
    }
  } finally {
    await measure.dispose()
  }
  return targets
}

function summary(
  vectors: readonly Float64Array[],
  wholes: readonly Float64Array[],
  windows: number,
  lags: Int32Array,
): ConditionTarget {
  const size = vectors[0]!.length
  const mean = new Float64Array(size)
  const variance = new Float64Array(size)
  for (const vector of vectors) for (let s = 0; s < size; s++) mean[s]! += vector[s]! / vectors.length
  for (const vector of vectors)
    for (let s = 0; s < size; s++)
      variance[s]! += (vector[s]! - mean[s]!) ** 2 / Math.max(1, vectors.length - 1)
  const residuals = vectors.map((vector) => vector.map((value, s) => value - mean[s]!))
  lags.forEach((place, i) => {
    mean[place] = wholes.reduce((sum, whole) => sum + whole[i]!, 0) / wholes.length
  })
  return { mean, variance, windows: Math.max(1, windows), residuals }
}

/** Where in the vector the values of `imageLags` belong. */
function lagPlaces(plan: StatisticPlan, planes: number, pairs: PlanePairs): Int32Array {
  const w = windowLabels(plan).length
  const l = lagLabels(plan).length
  const starts = [
    ...Array.from({ length: planes }, (_, k) => k * (w + l) + w),
    ...pairs.map((_, i) => planes * (w + l) + i * l),
  ]
  return Int32Array.from(starts.flatMap((start) => Array.from({ length: l }, (_, i) => start + i)))
}

/** Two-point statistics of all planes, then of all pairs. */
function imageLags(image: PlanedImage, plan: StatisticPlan, pairs: PlanePairs): Float64Array {
  const all = [...image.planes.map((_, k) => [k, k] as const), ...pairs]
  const parts = all.map(([i, j]) =>
    lagVector(
      correlation(image.planes[i]!, image.planes[j]!, image.rows, image.cols, plan.maxLag + 2, false),
      plan,
    ),
  )
  return Float64Array.from(parts.flatMap((part) => Array.from(part)))
}

/** [1 2 1]/4 applied to both ends of a lag. */
const binomial = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16] as const

/** Two-point statistics from a map of lags to maxLag + 2, smoothed as the planes of the decoder are. */
function lagVector({ maxLag, values }: LagMap, plan: StatisticPlan): Float64Array {
  const side = plan.maxLag + 1
  const wide = 2 * maxLag + 1
  const at = (r: number, c: number): number => {
    let sum = 0
    for (let i = -2; i <= 2; i++)
      for (let j = -2; j <= 2; j++)
        sum += binomial[i + 2]! * binomial[j + 2]! * values[(r + i + maxLag) * wide + c + j + maxLag]!
    return sum
  }
  const { weights, count } = lagWeights(plan)
  const out = new Float64Array(count)
  for (let r = 0; r < side; r++)
    for (let c = 0; c < side; c++) {
      const even = (at(r, c) + at(-r, c) + at(r, -c) + at(-r, -c)) / 4
      for (let s = 0; s < count; s++) out[s]! += weights[(r * side + c) * count + s]! * even
    }
  return out
}

/** Windows of side x side that cover an image evenly without overlap. */
function tiles(image: PlanedImage, side: number): PlanedImage[] {
  const starts = (length: number): number[] => {
    const count = Math.floor(length / side)
    return Array.from({ length: count }, (_, i) =>
      count === 1 ? Math.floor((length - side) / 2) : Math.round((i * (length - side)) / (count - 1)),
    )
  }
  return starts(image.rows).flatMap((top) =>
    starts(image.cols).map((left) => ({
      rows: side,
      cols: side,
      planes: image.planes.map((plane) =>
        Float64Array.from(
          { length: side * side },
          (_, i) => plane[(top + Math.floor(i / side)) * image.cols + left + (i % side)]!,
        ),
      ),
    })),
  )
}

async function windowVector(
  window: PlanedImage,
  plan: StatisticPlan,
  pairs: PlanePairs,
  measure: (plane: Float64Array) => Promise<Float32Array>,
): Promise<Float64Array> {
  const lags = imageLags(window, plan, pairs)
  const l = lagLabels(plan).length
  const parts: number[] = []
  for (const [k, plane] of window.planes.entries()) {
    parts.push(...(await measure(plane)))
    parts.push(...lags.subarray(k * l, (k + 1) * l))
  }
  parts.push(...lags.subarray(window.planes.length * l))
  return Float64Array.from(parts)
}

async function windowMeasure(
  side: number,
  plan: StatisticPlan,
  executor: Executor,
): Promise<{ run: (plane: Float64Array) => Promise<Float32Array>; dispose: () => Promise<void> }> {
  const b = new GraphBuilder()
  const output = windowStatistics(b, b.fed('plane', [1, side, side]), plan)
  const evaluator = await executor.evaluator(b.graph, [output])
  return {
    run: async (plane) => (await evaluator.run({ plane: Float32Array.from(plane) }))[0]!,
    dispose: () => evaluator.dispose(),
  }
}
