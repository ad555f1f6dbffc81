import type { GraphBuilder, NodeId } from '../../graph/index.ts'
import { gammaSize, headSize, type NetworkShape } from './shape.ts'

/** Parameters of a network as nodes of a graph; `mean` and `factors` make γ = mean + z·factors. */
export interface NetworkNodes {
  readonly weights: readonly { readonly w: NodeId; readonly b: NodeId }[]
  readonly mean: NodeId | null
  readonly factors: NodeId | null
}

export function networkParameters(g: GraphBuilder, shape: NetworkShape): NetworkNodes {
  const { features: d, hidden: h, latent } = shape
  const layer = (index: number, inputs: number, outputs: number): { w: NodeId; b: NodeId } => ({
    w: g.parameter(`w${index}`, [inputs, outputs]),
    b: g.parameter(`b${index}`, [1, outputs]),
  })
  const modulated = shape.uncertainty === 'modulation'
  return {
    weights: [layer(1, d, h), layer(2, h, h), layer(3, h, headSize(shape))],
    mean: modulated ? g.parameter('mean', [1, gammaSize(shape)]) : null,
    factors: modulated ? g.parameter('factors', [latent, gammaSize(shape)]) : null,
  }
}

export interface NetworkOutputs {
  /** S x B x m, standardised. */
  readonly mean: NodeId
  readonly logVariance: NodeId
}

/**
 * Last layer of B rows of features under S draws, S x B x `headSize`. x: B x d; draws: S x `drawSize` (null for plain
 * weights, S = 1).
 */
export function networkSignal(
  g: GraphBuilder,
  shape: NetworkShape,
  nodes: NetworkNodes,
  x: NodeId,
  draws: NodeId | null,
): NodeId {
  const h = shape.hidden
  const count = draws === null ? 1 : (g.shape(draws)[0] ?? 1)
  const part = slices(
    g,
    shape,
    nodes,
    draws,
    (inputs) => [count, inputs, 1],
    (width) => [count, 1, width],
  )
  let signal = x
  nodes.weights.forEach(({ w, b }, layer) => {
    const scaled = part === null ? w : g.times(part.scale(layer), w)
    const bias = part === null ? b : g.plus(part.shift(layer), b)
    signal = g.plus(g.matmul(signal, scaled), bias)
    if (layer === 2) return
    signal = g.unary('silu', signal)
    if (shape.uncertainty === 'dropout' && draws !== null)
      signal = g.times(signal, g.reshape(g.slice(draws, 1, layer * h, (layer + 1) * h), [count, 1, h]))
  })
  // Plain weights have no axis of draws until here; rows stay a free axis, so that the graph can be exported.
  return draws === null ? g.plus(signal, g.constant([0], [1, 1, 1])) : signal
}

/**
 * Outputs of B rows of features under S draws. x: B x d; draws: S x `drawSize` (null for plain weights, S = 1);
 * offset: B x 2m means and log-variances of the mean function. The log-variance is bounded, 4 tanh(raw/4) about −1 or the
 * offset's, so that no residual can make it run away.
 */
export function networkOutputs(
  g: GraphBuilder,
  shape: NetworkShape,
  nodes: NetworkNodes,
  x: NodeId,
  draws: NodeId | null,
  offset: NodeId | null,
): NetworkOutputs {
  const { outputs: m } = shape
  const signal = networkSignal(g, shape, nodes, x, draws)
  return meanAndNoise(g, m, signal, offset)
}

/**
 * Outputs of B rows, each under a draw of its own: draws B x `drawSize`; mean and logVariance are 1 x B x m. Row i is what
 * `networkOutputs` gives for row i under draw i. Rows are scaled, not weights, so that a step costs about what
 * one under a single draw costs, and the draws of a batch are as many as its rows.
 */
export function rowwiseOutputs(
  g: GraphBuilder,
  shape: NetworkShape,
  nodes: NetworkNodes,
  x: NodeId,
  draws: NodeId,
  offset: NodeId | null,
): NetworkOutputs {
  const { hidden: h, outputs: m } = shape
  const rows = g.shape(x)[0] ?? 1
  const part = slices(
    g,
    shape,
    nodes,
    draws,
    (inputs) => [rows, inputs],
    (width) => [rows, width],
  )
  let signal = x
  nodes.weights.forEach(({ w, b }, layer) => {
    if (part !== null) signal = g.times(signal, part.scale(layer))
    const bias = part === null ? b : g.plus(part.shift(layer), b)
    signal = g.plus(g.matmul(signal, w), bias)
    if (layer === 2) return
    signal = g.unary('silu', signal)
    if (shape.uncertainty === 'dropout')
      signal = g.times(signal, g.slice(draws, 1, layer * h, (layer + 1) * h))
  })
  return meanAndNoise(g, m, g.reshape(signal, [1, rows, 2 * m]), offset)
}

/** signal: S x B x 2m, what the last layer gives. */
function meanAndNoise(g: GraphBuilder, m: number, signal: NodeId, offset: NodeId | null): NetworkOutputs {
  const raw = g.slice(signal, 2, m, 2 * m)
  const bounded = g.scale(g.unary('tanh', g.scale(raw, 0.25)), 4)
  const mean = g.slice(signal, 2, 0, m)
  if (offset === null) return { mean, logVariance: g.minus(bounded, g.scalar(1)) }
  return {
    mean: g.plus(mean, g.slice(offset, 1, 0, m)),
    logVariance: g.plus(bounded, g.slice(offset, 1, m, 2 * m)),
  }
}

/** γ of each draw, cut into what scales the inputs of a layer and what shifts it, each in its shape. */
function slices(
  g: GraphBuilder,
  shape: NetworkShape,
  nodes: NetworkNodes,
  z: NodeId | null,
  scaleShape: (inputs: number) => number[],
  shiftShape: (outputs: number) => number[],
): { scale: (layer: number) => NodeId; shift: (layer: number) => NodeId } | null {
  if (nodes.mean === null || nodes.factors === null || z === null) return null
  const { features: d, hidden: h } = shape
  const gamma = g.plus(g.matmul(z, nodes.factors), nodes.mean)
  const widths = [
    [d, h],
    [h, h],
    [h, headSize(shape)],
  ] as const
  let at = 0
  const cut = widths.map(([inputs, outputs]) => {
    const scale = g.plus(g.reshape(g.slice(gamma, 1, at, at + inputs), scaleShape(inputs)), g.scalar(1))
    const shift = g.reshape(g.slice(gamma, 1, at + inputs, at + inputs + outputs), shiftShape(outputs))
    at += inputs + outputs
    return { scale, shift }
  })
  const of = (layer: number): { scale: NodeId; shift: NodeId } => {
    const found = cut[layer]
    if (found === undefined) throw new Error(`the network has no layer ${layer}`)
    return found
  }
  return { scale: (layer) => of(layer).scale, shift: (layer) => of(layer).shift }
}
