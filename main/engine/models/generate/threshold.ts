import type { GraphBuilder, NodeId } from '../../graph/index.ts'
import { rolled } from './hartley.ts'

/** Half-width of the soft interface, px, and the slope below which an extremum is left soft, standard deviations/px. */
const softness = 0.18
const leastSlope = 0.03
const newtonSteps = 4

/**
 * Where a field [R, M, n, n] lies above a level, as a number from 0 to 1 that changes over about one pixel wherever
 * the interface is: a pixel's share of the phase. The level of each image is the one that gives `fraction` [R] of its
 * area (Newton's steps from the middle). `within` limits it to another region: the fraction is still of the whole.
 */
export function softRegion(b: GraphBuilder, field: NodeId, fraction: NodeId, within: NodeId | null): NodeId {
  const rows = b.shape(field)[0] ?? 1
  const half = (axis: number): NodeId =>
    b.scale(b.minus(rolled(b, field, axis, 1), rolled(b, field, axis, -1)), 0.5)
  const slope2 = b.plus(b.unary('square', half(2)), b.unary('square', half(3)))
  const mean = b.mean(field, [2, 3], true)
  const variance = b.plus(b.mean(b.unary('square', b.minus(field, mean)), [2, 3], true), b.scalar(1e-8))
  const sd = b.unary('sqrt', variance)
  const sharp = b.over(
    b.scalar(1 / softness),
    b.unary('sqrt', b.plus(slope2, b.scale(variance, leastSlope ** 2))),
  )
  const wanted = b.reshape(fraction, [rows, 1, 1, 1])
  const inside = (p: NodeId): NodeId => (within === null ? p : b.times(p, within))
  const above = (level: NodeId): NodeId => b.unary('sigmoid', b.times(b.minus(field, level), sharp))
  let level = mean
  for (let i = 0; i < newtonSteps; i++) {
    const p = above(level)
    const excess = b.minus(b.mean(inside(p), [2, 3], true), wanted)
    const change = b.mean(inside(b.times(b.times(p, b.minus(b.scalar(1), p)), sharp)), [2, 3], true)
    const move = b.over(excess, b.plus(b.times(change, sd), b.scalar(0.01)))
    level = b.plus(level, b.times(b.clip(move, -0.5, 0.5), sd))
  }
  return inside(above(level))
}
