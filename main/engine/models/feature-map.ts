import { normalQuantile, quantileOfSorted, standardDeviation } from '../math/index.ts'
import type { InputColumn } from './types.ts'
import { fitVarying, type Varying } from './varying.ts'

/** Quantile bins of the piecewise-linear encoding. */
const BINS = 8
const LOWEST_RANK = 0.005
/** Bound of the normal score outside the training values. */
export const SCORE_LIMIT = 3

/** How one input becomes features; everything in it comes from the training rows. */
export interface ColumnMap {
  readonly kind: 'number' | 'category' | 'unused'
  /** Distinct training values, ascending, and the normal score of each one's mid-rank. */
  readonly knots: Float64Array
  readonly scores: Float64Array
  /** Score per unit beyond the outermost knots. */
  readonly slope: number
  /** Bin edges; fewer than three mean no piecewise-linear part. */
  readonly edges: Float64Array
  /** Whether missing cells get an indicator of their own. */
  readonly flagged: boolean
  readonly levelCount: number
}

/** Inputs to standardised features, each clipped at its limit and multiplied by its gain. */
export interface FeatureMap extends Varying {
  readonly columns: readonly ColumnMap[]
  readonly width: number
  readonly limit: Float64Array
  readonly gain: Float64Array
}

/**
 * Features of the hypernetwork, fitted on n rows of raw inputs x (n x d): mid-rank normal scores, missing
 * indicators and one-hots, standardised and clipped at ±6; beside them a piecewise-linear encoding over quantile
 * bins (Gorishniy et al. 2022), standardised, clipped at ±4 and halved. Inputs are rounded to float32 first, so that the exported
 * model, which computes in it, sees the same distances between neighbouring values.
 */
export function fitFeatureMap(inputs: readonly InputColumn[], x: Float64Array, n: number): FeatureMap {
  const d = inputs.length
  const columns = inputs.map((input, j) => {
    const values = new Float64Array(n)
    for (let i = 0; i < n; i++) values[i] = Math.fround(x[i * d + j]!)
    return input.levels === null ? numberMap(values) : categoryMap(values, input.levels.length)
  })
  const width = columns.reduce((sum, c) => sum + columnWidth(c), 0)
  const raw = expand(columns, width, x, n)
  const encoded = encodedPart(columns, width)
  const varying = fitVarying(raw, n, width)
  return {
    columns,
    width,
    ...varying,
    limit: Float64Array.from(varying.kept, (f) => (encoded[f] === 1 ? 4 : 6)),
    gain: Float64Array.from(varying.kept, (f) => (encoded[f] === 1 ? 0.5 : 1)),
  }
}

/** Features of n rows, n x kept.length; a missing cell stands at the training mean of its features. */
export function applyFeatureMap(map: FeatureMap, x: Float64Array, n: number): Float64Array {
  const raw = expand(map.columns, map.width, x, n)
  const size = map.kept.length
  const out = new Float64Array(n * size)
  for (let i = 0; i < n; i++) {
    for (let f = 0; f < size; f++) {
      const v = raw[i * map.width + map.kept[f]!]!
      if (Number.isNaN(v)) continue
      const limit = map.limit[f]!
      const z = (v - map.centre[f]!) * map.scale[f]!
      out[i * size + f] = map.gain[f]! * Math.max(-limit, Math.min(limit, z))
    }
  }
  return out
}

function numberMap(values: Float64Array): ColumnMap {
  const sorted = values.filter((v) => !Number.isNaN(v)).sort()
  const flagged = sorted.length < values.length && sorted.length > 0
  const knots: number[] = []
  const scores: number[] = []
  for (let i = 0; i < sorted.length;) {
    let end = i
    while (end < sorted.length && sorted[end] === sorted[i]) end++
    const rank = (i + end) / 2 / sorted.length
    knots.push(sorted[i]!)
    scores.push(normalQuantile(Math.max(LOWEST_RANK, Math.min(1 - LOWEST_RANK, rank))))
    i = end
  }
  const range = knots.length > 1 ? knots.at(-1)! - knots[0]! : 0
  const edges: number[] = []
  if (knots.length > 2) {
    for (let b = 0; b <= BINS; b++) {
      const edge = Math.fround(quantileOfSorted(sorted, b / BINS))
      if (edges.length === 0 || edge > edges.at(-1)! + 1e-9 * range) edges.push(edge)
    }
  }
  return {
    kind: knots.length === 0 ? 'unused' : 'number',
    knots: Float64Array.from(knots),
    scores: Float64Array.from(scores),
    slope: knots.length > 1 ? 1 / standardDeviation(sorted) : 0,
    edges: Float64Array.from(edges.length > 2 ? edges : []),
    flagged,
    levelCount: 0,
  }
}

function categoryMap(values: Float64Array, levelCount: number): ColumnMap {
  const empty = new Float64Array(0)
  const flagged = values.some((v) => Number.isNaN(v))
  return { kind: 'category', knots: empty, scores: empty, slope: 0, edges: empty, flagged, levelCount }
}

function columnWidth(c: ColumnMap): number {
  if (c.kind === 'unused') return 0
  if (c.kind === 'category') return c.levelCount + (c.flagged ? 1 : 0)
  return 1 + (c.flagged ? 1 : 0) + Math.max(0, c.edges.length - 1)
}

/** 1 for every feature of the piecewise-linear part. */
function encodedPart(columns: readonly ColumnMap[], width: number): Uint8Array {
  const out = new Uint8Array(width)
  let at = 0
  for (const c of columns) {
    const next = at + columnWidth(c)
    if (c.kind === 'number') out.fill(1, at + (c.flagged ? 1 : 0) + 1, next)
    at = next
  }
  return out
}

function expand(columns: readonly ColumnMap[], width: number, x: Float64Array, n: number): Float64Array {
  const d = columns.length
  const out = new Float64Array(n * width)
  let at = 0
  for (let j = 0; j < d; j++) {
    const c = columns[j]!
    for (let i = 0; i < n && c.kind !== 'unused'; i++) {
      const v = Math.fround(x[i * d + j]!)
      const missing = Number.isNaN(v)
      let o = i * width + at
      if (c.flagged) out[o++] = missing ? 1 : 0
      if (c.kind === 'category') {
        if (missing) continue
        if (v >= 0 && v < c.levelCount) out[o + v] = 1
        continue
      }
      out[o++] = missing ? Number.NaN : normalScore(c, v)
      for (let b = 0; b + 1 < c.edges.length; b++) {
        const low = c.edges[b]!
        out[o++] = missing ? Number.NaN : Math.max(0, Math.min(1, (v - low) / (c.edges[b + 1]! - low)))
      }
    }
    at += columnWidth(c)
  }
  return out
}

/** Linear between training values, so that the model is continuous in its inputs; bounded outside them. */
function normalScore(c: ColumnMap, v: number): number {
  const last = c.knots.length - 1
  if (v <= c.knots[0]!) return Math.max(-SCORE_LIMIT, c.scores[0]! + (v - c.knots[0]!) * c.slope)
  if (v >= c.knots[last]!) return Math.min(SCORE_LIMIT, c.scores[last]! + (v - c.knots[last]!) * c.slope)
  let low = 0
  let high = last
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (c.knots[middle]! <= v) low = middle
    else high = middle
  }
  const share = (v - c.knots[low]!) / (c.knots[high]! - c.knots[low]!)
  return c.scores[low]! + share * (c.scores[high]! - c.scores[low]!)
}
