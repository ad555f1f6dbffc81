import { quantile } from '../../math/index.ts'
import { indicesWhere } from '../inner-folds.ts'
import type { InputColumn } from '../types.ts'

/** Share of missing training cells above which a number gets an indicator of its own. */
const FLAG_SHARE = 0.01

interface TreeColumn {
  /** Stands for a missing number. */
  readonly median: number
  readonly flagged: boolean
  /** 0 for a number. */
  readonly levelCount: number
}

/** Raw inputs to the features that trees split, fitted on training rows: nothing is scaled, constant ones are dropped. */
export interface TreeFeatures {
  readonly columns: readonly TreeColumn[]
  readonly width: number
  readonly kept: Int32Array
}

/**
 * Features of trees from n rows of raw inputs x (n x d): a number as it is, a missing one as the training median with
 * an indicator where more than 1 % are missing; a category one-hot (a level not seen in training, and a missing one
 * where training has none, are all zeros).
 */
export function fitTreeFeatures(inputs: readonly InputColumn[], x: Float64Array, n: number): TreeFeatures {
  const d = inputs.length
  const columns = inputs.map((input, j): TreeColumn => {
    const present = Float64Array.from({ length: n }, (_, i) => x[i * d + j]!).filter((v) => !Number.isNaN(v))
    const missing = n - present.length
    if (input.levels !== null) return { median: 0, flagged: missing > 0, levelCount: input.levels.length }
    const median = present.length === 0 ? 0 : quantile(present, 0.5)
    return { median, flagged: missing > FLAG_SHARE * n, levelCount: 0 }
  })
  const width = columns.reduce((sum, c) => sum + widthOf(c), 0)
  const raw = expand(columns, width, x, n)
  const kept = indicesWhere(width, (f) => {
    for (let i = 1; i < n; i++) if (raw[i * width + f] !== raw[f]) return true
    return false
  })
  return { columns, width, kept }
}

/** Features of n rows, n x kept.length, row-major. */
export function applyTreeFeatures(map: TreeFeatures, x: Float64Array, n: number): Float64Array {
  const raw = expand(map.columns, map.width, x, n)
  const size = map.kept.length
  const out = new Float64Array(n * size)
  for (let i = 0; i < n; i++)
    for (let f = 0; f < size; f++) out[i * size + f] = raw[i * map.width + map.kept[f]!]!
  return out
}

function widthOf(c: TreeColumn): number {
  return Math.max(1, c.levelCount) + (c.flagged ? 1 : 0)
}

function expand(columns: readonly TreeColumn[], width: number, x: Float64Array, n: number): Float64Array {
  const d = columns.length
  const out = new Float64Array(n * width)
  let at = 0
  columns.forEach((c, j) => {
    for (let i = 0; i < n; i++) {
      const v = x[i * d + j]!
      const missing = Number.isNaN(v)
      let o = i * width + at
      if (c.flagged) out[o++] = missing ? 1 : 0
      if (c.levelCount === 0) out[o] = missing ? c.median : v
      else if (!missing && v >= 0 && v < c.levelCount) out[o + v] = 1
    }
    at += widthOf(c)
  })
  return out
}
