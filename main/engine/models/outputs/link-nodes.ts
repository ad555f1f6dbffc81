import type { GraphBuilder, NodeId } from '../../graph/index.ts'
import type { OutputColumn } from '../types.ts'
import { CARRIED_NODES } from './carried.ts'
import { INSET, isPlain, linkOf } from './support.ts'

/** A prediction as nodes of a graph, rows x m each. */
export interface StatedNodes {
  readonly mean: NodeId
  readonly epistemicSd: NodeId
  readonly aleatoricSd: NodeId
  readonly low: NodeId
  readonly high: NodeId
}

/** `carried` (carried.ts) and the ends of intervals as nodes: from latent units to those of the outputs. */
export function carriedNodes(
  g: GraphBuilder,
  outputs: readonly OutputColumn[],
  latent: StatedNodes,
): StatedNodes {
  if (outputs.every(isPlain)) return latent
  const columns = outputs.map((output, j) => {
    const own = (node: NodeId): NodeId => g.slice(node, 1, j, j + 1)
    const [mean, epistemicSd, aleatoricSd, low, high] = [
      own(latent.mean),
      own(latent.epistemicSd),
      own(latent.aleatoricSd),
      own(latent.low),
      own(latent.high),
    ]
    if (isPlain(output)) return { mean, epistemicSd, aleatoricSd, low, high }
    const variance = g.plus(g.unary('square', epistemicSd), g.unary('square', aleatoricSd))
    const sd = g.unary('sqrt', variance)
    const moments = momentNodes(g, output, mean, sd, variance)
    const share = g.over(moments.sd, sd)
    return {
      mean: moments.mean,
      epistemicSd: g.times(share, epistemicSd),
      aleatoricSd: g.times(share, aleatoricSd),
      low: fromLatentNode(g, output, low),
      high: fromLatentNode(g, output, high),
    }
  })
  const beside = (of: (column: StatedNodes) => NodeId): NodeId =>
    columns.length === 1 ? of(columns[0]!) : g.concat(columns.map(of), 1)
  return {
    mean: beside((c) => c.mean),
    epistemicSd: beside((c) => c.epistemicSd),
    aleatoricSd: beside((c) => c.aleatoricSd),
    low: beside((c) => c.low),
    high: beside((c) => c.high),
  }
}

function momentNodes(
  g: GraphBuilder,
  output: OutputColumn,
  mean: NodeId,
  sd: NodeId,
  variance: NodeId,
): { mean: NodeId; sd: NodeId } {
  if (linkOf(output.support).moments !== undefined) {
    const half = g.scale(variance, 0.5)
    const centre = g.unary('exp', g.plus(mean, half))
    // exp(v) − 1 = 2t / (1 − t) with t = tanh(v/2): exact in float32 for a small v.
    const t = g.unary('tanh', half)
    const relative = g.unary('sqrt', g.over(g.scale(t, 2), g.minus(g.scalar(1), t)))
    return { mean: centre, sd: g.times(centre, relative) }
  }
  const { at, weights } = CARRIED_NODES
  const along = (values: Float64Array): NodeId => g.constant(Float32Array.from(values), [values.length, 1, 1])
  const values = fromLatentNode(g, output, g.plus(mean, g.times(sd, along(at))))
  const centre = g.sum(g.times(values, along(weights)), [0])
  const square = g.sum(g.times(g.unary('square', g.minus(values, centre)), along(weights)), [0])
  return { mean: centre, sd: g.unary('sqrt', square) }
}

/** `Link.fromLatent` as a node. */
function fromLatentNode(g: GraphBuilder, { support }: OutputColumn, u: NodeId): NodeId {
  if (support?.kind === 'positive') {
    const value = g.unary('exp', u)
    return support.most === undefined ? value : g.clip(value, 0, support.most)
  }
  if (support?.kind !== 'bounded') return u
  const share = g.scale(g.minus(g.unary('sigmoid', u), g.scalar(INSET)), 1 / (1 - 2 * INSET))
  const { low, high } = support
  return g.plus(g.scale(g.clip(share, 0, 1), high - low), g.scalar(low))
}
