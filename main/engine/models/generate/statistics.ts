import type { GraphBuilder, NodeId } from '../../graph/index.ts'
import type { Hartley } from './hartley.ts'
import { lagWeights, type StatisticPlan } from './statistic-list.ts'

/** Smoothing before the statistics: [1 2 1]/4 along both axes, so that soft and hard interfaces look alike. */
const smoothing = [0.25, 0.5, 0.25] as const

/**
 * Statistics of a plane p [B, H, W] in 0..1 over whole windows, no edge crossed: [B, S] in the order of
 * `windowLabels`. Interface: mean |Δp| along an axis and mean |∇p|, which by the coarea formula are twice the number
 * of intercepts per length and the perimeter per area; Euler number: mean curvature of the level lines (Gauss–Bonnet)
 * per area; bending: mean squared curvature along the outlines; hollow: mean curvature of their concave parts; segments, squares: mean of the product of p over them; corners of squares: products of p and 1 − p.
 */
export function windowStatistics(b: GraphBuilder, plane: NodeId, plan: StatisticPlan): NodeId {
  const p = smooth(b, smooth(b, plane, 1), 2)
  const batch = b.shape(p)[0] ?? 1
  const one = b.scalar(1)
  const means: NodeId[] = []
  const give = (node: NodeId): void => {
    means.push(b.reshape(b.mean(node, [1, 2]), [batch, 1]))
  }
  const length = (node: NodeId): NodeId => b.unary('sqrt', b.plus(node, b.scalar(1e-6)))
  const dr = b.minus(cut(b, p, 1, 1, 0), cut(b, p, 1, 0, 1))
  const dc = b.minus(cut(b, p, 2, 1, 0), cut(b, p, 2, 0, 1))
  const dr2 = b.unary('square', dr)
  const dc2 = b.unary('square', dc)
  give(length(dr2))
  give(length(dc2))
  give(length(b.plus(cut(b, dr2, 2, 0, 1), cut(b, dc2, 1, 0, 1))))
  const { turning } = curvature(b, p)
  give(b.scale(turning, 1 / (2 * Math.PI)))
  // Outlines are smoothed more before their bending is looked at: stairs of pixels would drown it.
  let outline = p
  for (let i = 0; i < 3; i++) outline = smooth(b, smooth(b, outline, 1), 2)
  const shape = curvature(b, outline)
  give(b.over(b.unary('square', shape.turning), b.plus(length(shape.slope2), b.scalar(1e-2))))
  give(b.unary('relu', b.unary('neg', shape.turning)))
  for (const phase of [p, b.minus(one, p)]) {
    for (const axis of [1, 2]) {
      const segments = windows(b, phase, [axis], plan.lengths)
      for (const l of plan.lengths) give(segments(l))
    }
    const squares = windows(b, phase, [1, 2], plan.squares)
    for (const s of plan.squares) give(squares(s))
  }
  for (const s of plan.corners) {
    const top = cut(b, p, 1, 0, s)
    const bottom = cut(b, p, 1, s, 0)
    const [nw, ne, sw, se] = [
      cut(b, top, 2, 0, s),
      cut(b, top, 2, s, 0),
      cut(b, bottom, 2, 0, s),
      cut(b, bottom, 2, s, 0),
    ]
    const north = b.times(nw, ne)
    const not = (node: NodeId): NodeId => b.minus(one, node)
    give(b.times(north, b.times(sw, se)))
    give(b.times(b.times(nw, se), b.times(not(ne), not(sw))))
    give(b.times(b.times(se, not(sw)), b.times(not(nw), not(ne))))
    give(b.times(north, b.times(sw, not(se))))
  }
  return b.concat(means, 1)
}

/**
 * Two-point statistics of the smoothed planes p and q [B, n, n], periodic: [B, S] in the order of `lagLabels`. The
 * squares of the Hartley transform hold the part of the power that is even along both axes, which is all that the
 * mean over mirrored lags needs.
 */
export function lagStatistics(
  b: GraphBuilder,
  hartley: Hartley,
  p: NodeId,
  q: NodeId,
  plan: StatisticPlan,
): NodeId {
  const { n } = hartley
  const batch = b.shape(p)[0] ?? 1
  const side = plan.maxLag + 1
  const transfer = (i: number): number => Math.cos((Math.PI * i) / n) ** 4
  const power = b.times(hartley.transform(p), p === q ? hartley.transform(p) : hartley.transform(q))
  const smoothed = b.times(
    power,
    b.constant(
      Float32Array.from({ length: n * n }, (_, i) => transfer(Math.floor(i / n)) * transfer(i % n)),
      [1, n, n],
    ),
  )
  const cosines = b.constant(
    Float32Array.from(
      { length: side * n },
      (_, i) => Math.cos((2 * Math.PI * Math.floor(i / n) * (i % n)) / n) / n,
    ),
    [side, n],
  )
  const lags = b.matmul(b.matmul(cosines, smoothed), cosines, { transposeB: true })
  const { weights, count } = lagWeights(plan)
  return b.matmul(b.reshape(lags, [batch, side * side]), b.constant(weights, [side * side, count]))
}

function cut(b: GraphBuilder, node: NodeId, axis: number, before: number, after: number): NodeId {
  return b.slice(node, axis, before, (b.shape(node)[axis] ?? 0) - after)
}

function smooth(b: GraphBuilder, p: NodeId, axis: number): NodeId {
  return smoothing
    .map((weight, i) => b.scale(cut(b, p, axis, i, 2 - i), weight))
    .reduce((sum, part) => b.plus(sum, part))
}

/**
 * `turning`: the curvature of the level lines times |∇p|, positive round a maximum; its mean over 2π is the Euler number
 * per area over all levels. `slope2`: |∇p|².
 */
function curvature(b: GraphBuilder, p: NodeId): { turning: NodeId; slope2: NodeId } {
  const inner = (node: NodeId, axis: number): NodeId => cut(b, node, axis, 1, 1)
  const across = (node: NodeId, axis: number): NodeId =>
    b.scale(b.minus(cut(b, node, axis, 2, 0), cut(b, node, axis, 0, 2)), 0.5)
  const bend = (node: NodeId, axis: number): NodeId =>
    b.minus(b.plus(cut(b, node, axis, 2, 0), cut(b, node, axis, 0, 2)), b.scale(inner(node, axis), 2))
  const pr = inner(across(p, 1), 2)
  const pc = inner(across(p, 2), 1)
  const prr = inner(bend(p, 1), 2)
  const pcc = inner(bend(p, 2), 1)
  const prc = across(across(p, 1), 2)
  const pr2 = b.unary('square', pr)
  const pc2 = b.unary('square', pc)
  const top = b.minus(b.plus(b.times(prr, pc2), b.times(pcc, pr2)), b.scale(b.times(b.times(pr, pc), prc), 2))
  const slope2 = b.plus(pr2, pc2)
  return { turning: b.scale(b.over(top, b.plus(slope2, b.scalar(1e-4))), -1), slope2 }
}

/** Products over all segments (one axis) or squares (two axes) of a length, made by doubling from shorter ones. */
function windows(
  b: GraphBuilder,
  phase: NodeId,
  axes: readonly number[],
  lengths: readonly number[],
): (length: number) => NodeId {
  const known = new Map<number, NodeId>([[1, phase]])
  const make = (length: number): NodeId => {
    const found = known.get(length)
    if (found !== undefined) return found
    // Of squares the parts may overlap, of segments they must not: 3 = 2 + 1, 6 = 4 + 2, 12 = 8 + 4.
    const part = 2 ** Math.floor(Math.log2(length - 1))
    const rest = length - part
    let node = make(part)
    if (axes.length === 1) {
      const other = make(rest)
      const axis = axes[0] ?? 1
      node = b.times(cut(b, node, axis, 0, rest), cut(b, other, axis, part, 0))
    } else for (const axis of axes) node = b.times(cut(b, node, axis, 0, rest), cut(b, node, axis, rest, 0))
    known.set(length, node)
    return node
  }
  for (const length of lengths) make(length)
  return (length) => known.get(length) ?? phase
}
