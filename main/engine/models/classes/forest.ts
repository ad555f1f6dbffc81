import { fitForest, forestPredictor, type ForestState } from '../forest/index.ts'
import type { Sample } from '../types.ts'
import type { ClassPredictor, ClassSample } from './types.ts'

/**
 * Random forest of the levels: one forest of each level's indicator, whose leaf means are shares of votes (Malley et al.
 * 2012, probability machines); of two levels one is enough. Shares of a row are scaled to sum to 1.
 */
export function fitClassForest(
  sample: ClassSample,
  folds: Int32Array,
  seed: number,
  check: () => void,
): { state: ForestState; outOfFold: Float64Array } {
  const levels = sample.levels.length
  const { state, outOfFold } = fitForest(indicators(sample), folds, seed, check)
  return { state, outOfFold: sharesOf(outOfFold.mean, levels) }
}

export function classForestPredictor(state: ForestState, levels: number): ClassPredictor {
  const forest = forestPredictor(state)
  return {
    probabilities: (x, n) => sharesOf(forest.moments(x, n).mean, levels),
    draws: (x, n, count) => sharesOf(forest.drawMeans(x, n, count), levels),
  }
}

function indicators({ n, inputs, x, groups, codes, levels, output }: ClassSample): Sample {
  const m = levels.length === 2 ? 1 : levels.length
  return {
    n,
    inputs,
    x,
    groups,
    outputs: levels.slice(0, m).map((level) => ({ name: `${output} is ${level}`, unit: '1' })),
    y: Float64Array.from({ length: n * m }, (_, i) => (codes[Math.floor(i / m)] === i % m ? 1 : 0)),
  }
}

/** Rows of indicator means to rows of L shares; without any vote, equal ones. */
function sharesOf(means: Float64Array, levels: number): Float64Array {
  const m = levels === 2 ? 1 : levels
  const rows = means.length / m
  const out = new Float64Array(rows * levels)
  for (let i = 0; i < rows; i++) {
    const own = Array.from(means.subarray(i * m, (i + 1) * m), (v) => Math.min(1, Math.max(0, v)))
    if (m === 1) own.push(1 - own[0]!)
    const sum = own.reduce((a, b) => a + b, 0)
    own.forEach((v, l) => (out[i * levels + l] = sum > 0 ? v / sum : 1 / levels))
  }
  return out
}
