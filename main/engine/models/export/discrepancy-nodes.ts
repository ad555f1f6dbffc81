import type { GraphBuilder, NodeId } from '../../graph/index.ts'
import type { Discrepancy } from '../discrepancy.ts'
import { inverseTransposed } from '../surface.ts'

/**
 * `withDiscrepancy` as nodes, standardised. features: rows x d; spread, noise: rows x m of the networks. `freedom`
 * counts for each output the groups that were as far out when held out, rows x 1.
 */
export function discrepancyNodes(
  g: GraphBuilder,
  { kernel, outputs }: Discrepancy,
  strengths: readonly number[],
  features: NodeId,
  spread: NodeId,
  noise: NodeId,
): { epistemic: NodeId; aleatoric: NodeId; freedom: NodeId[] } {
  const own = g.scale(g.sum(g.unary('square', features), [1], true), 1 / kernel.power)
  const parts = outputs.map((output, j) => {
    const { anchors, factor, reach, amplitude } = output
    const count = anchors.length / kernel.width
    const square = reach * reach
    const value = (similar: NodeId): NodeId =>
      g.unary('square', g.scale(g.plus(similar, g.scalar(square)), 1 / (square + 1)))
    const at = g.constant(Float32Array.from(anchors), [count, kernel.width])
    const cross = value(g.scale(g.matmul(features, at, { transposeB: true }), 1 / kernel.power))
    const solved = g.matmul(cross, g.constant(inverseTransposed(factor, count), [count, count]))
    const known = g.sum(g.unary('square', solved), [1], true)
    const variance = g.unary('relu', g.minus(value(own), known))
    const open = g.scale(g.clip(g.scale(variance, amplitude), 0, 1), strengths[j] ?? 1)
    const held = Float32Array.from(output.heldOut)
    // Counts entries ≥ variance; float32 decides ties that float64 might decide otherwise, which moves one group.
    const reached = g.unary('step', g.minus(g.constant(held, [1, held.length]), variance))
    return { open, freedom: g.sum(reached, [1], true), noise: amplitude * output.noise }
  })
  const column = (nodes: readonly NodeId[]): NodeId => (nodes.length === 1 ? nodes[0]! : g.concat(nodes, 1))
  const floor = g.constant(
    parts.map((part) => part.noise),
    [1, parts.length],
  )
  return {
    epistemic: g.plus(spread, column(parts.map((part) => part.open))),
    aleatoric: g.scale(g.plus(noise, floor), 0.5),
    freedom: parts.map((part) => part.freedom),
  }
}
