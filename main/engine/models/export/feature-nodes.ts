import type { GraphBuilder, NodeId } from '../../graph/index.ts'
import { SCORE_LIMIT, type ColumnMap, type FeatureMap } from '../feature-map.ts'

/**
 * The feature map as nodes: x (rows x d) inputs with 0 where `missing` (rows x d) is 1; the result is
 * rows x kept.length, equal to `applyFeatureMap` but for float32.
 */
export function featureNodes(g: GraphBuilder, map: FeatureMap, x: NodeId, missing: NodeId): NodeId {
  const parts: NodeId[] = []
  /** 1 where a missing cell stands at the mean of the feature, which is 0 once it is standardised. */
  const neutral: number[] = []
  map.columns.forEach((column, j) => {
    if (column.kind === 'unused') return
    const value = g.slice(x, 1, j, j + 1)
    const gap = g.slice(missing, 1, j, j + 1)
    if (column.flagged) {
      parts.push(gap)
      neutral.push(-1)
    }
    if (column.kind === 'category') {
      parts.push(g.times(oneHot(g, value, column.levelCount), present(g, gap)))
      for (let level = 0; level < column.levelCount; level++) neutral.push(-1)
      return
    }
    parts.push(score(g, value, column))
    neutral.push(j)
    if (column.edges.length < 2) return
    parts.push(ramps(g, value, column.edges.subarray(0, -1), column.edges.subarray(1)))
    for (let b = 0; b + 1 < column.edges.length; b++) neutral.push(j)
  })
  const raw = g.concat(parts, 1)
  const size = map.kept.length
  const selection = new Float32Array(map.width * size)
  map.kept.forEach((f, i) => (selection[f * size + i] = 1))
  const kept = g.matmul(raw, g.constant(selection, [map.width, size]))
  const row = (values: ArrayLike<number>): NodeId => g.constant(Float32Array.from(values), [1, values.length])
  const unit = g.times(
    g.minus(kept, row(map.centre)),
    row(map.scale.map((scale, i) => scale / map.limit[i]!)),
  )
  const clipped = g.times(g.clip(unit, -1, 1), row(map.limit.map((limit, i) => limit * map.gain[i]!)))
  return g.times(clipped, g.minus(g.scalar(1), gaps(g, map, neutral, missing)))
}

/** 1 in every kept feature whose input is missing and which then stands at its mean. */
function gaps(g: GraphBuilder, map: FeatureMap, neutral: readonly number[], missing: NodeId): NodeId {
  const d = map.columns.length
  const size = map.kept.length
  const owner = new Float32Array(d * size)
  map.kept.forEach((f, i) => {
    const j = neutral[f] ?? -1
    if (j >= 0) owner[j * size + i] = 1
  })
  return g.matmul(missing, g.constant(owner, [d, size]))
}

const present = (g: GraphBuilder, gap: NodeId): NodeId => g.minus(g.scalar(1), gap)

/** 1 in the column of the code, rows x levels; a code that is no level has none. */
function oneHot(g: GraphBuilder, code: NodeId, levels: number): NodeId {
  const numbers = Float32Array.from({ length: levels }, (_, level) => level)
  const distance = g.unary('abs', g.minus(code, g.constant(numbers, [1, levels])))
  return g.unary('step', g.minus(g.scalar(0.5), distance))
}

/** clip((x − low)/(high − low), 0, 1) for each pair of neighbours. */
function ramps(g: GraphBuilder, value: NodeId, low: Float64Array, high: Float64Array): NodeId {
  const inverse = Float32Array.from(low, (v, i) => 1 / (high[i]! - v))
  const at = g.minus(value, g.constant(Float32Array.from(low), [1, low.length]))
  return g.clip(g.times(at, g.constant(inverse, [1, low.length])), 0, 1)
}

/** Normal score: a sum of ramps between training values, and straight lines to its bounds outside them. */
function score(g: GraphBuilder, value: NodeId, { knots, scores, slope }: ColumnMap): NodeId {
  const last = knots.length - 1
  const first = scores[0]!
  let sum = g.scalar(first)
  if (last > 0) {
    const steps = Float32Array.from({ length: last }, (_, k) => scores[k + 1]! - scores[k]!)
    const inside = ramps(g, value, knots.subarray(0, last), knots.subarray(1))
    sum = g.plus(g.matmul(inside, g.constant(steps, [last, 1])), sum)
  }
  const below = g.scale(g.minus(g.scalar(knots[0]!), value), slope)
  const above = g.scale(g.minus(value, g.scalar(knots[last]!)), slope)
  return g.plus(
    g.minus(sum, g.clip(below, 0, Math.max(0, first + SCORE_LIMIT))),
    g.clip(above, 0, Math.max(0, SCORE_LIMIT - scores[last]!)),
  )
}
