import type { GraphBuilder, NodeId } from '../../graph/index.ts'
import type { Activation, Layer } from './types.ts'

/** Weights of these layers: each layer's W row by row (outputs x inputs), then its b. */
export function weightCount(layers: readonly Layer[]): number {
  return layers.reduce((sum, layer) => sum + layer.outputs * (layer.inputs + 1), 0)
}

/** Prior sd of every weight in that order. */
export function priorSds(layers: readonly Layer[]): Float32Array {
  const out = new Float32Array(weightCount(layers))
  let at = 0
  for (const { inputs, outputs, weightSd, biasSd } of layers) {
    out.fill(weightSd, at, at + outputs * inputs)
    out.fill(biasSd, at + outputs * inputs, at + outputs * (inputs + 1))
    at += outputs * (inputs + 1)
  }
  return out
}

/** Outputs of S networks at the same rows. weights: S x weightCount; x: n x d; result: S x n x outputs of the last layer. */
export function networkOutputs(
  builder: GraphBuilder,
  layers: readonly Layer[],
  weights: NodeId,
  x: NodeId,
): NodeId {
  const draws = builder.shape(weights)[0] ?? 0
  const [n = 0, d = 0] = builder.shape(x)
  let at = 0
  let rows = builder.reshape(x, [1, n, d])
  for (const { inputs, outputs, activation } of layers) {
    const matrix = builder.reshape(builder.slice(weights, 1, at, at + outputs * inputs), [
      draws,
      outputs,
      inputs,
    ])
    at += outputs * inputs
    const bias = builder.reshape(builder.slice(weights, 1, at, at + outputs), [draws, 1, outputs])
    at += outputs
    rows = activate(
      builder,
      activation,
      builder.plus(builder.matmul(rows, matrix, { transposeB: true }), bias),
    )
  }
  return layers.length === 0 ? builder.broadcast(rows, [draws, n, d]) : rows
}

function activate(builder: GraphBuilder, activation: Activation, a: NodeId): NodeId {
  return activation === 'identity' ? a : builder.unary(activation, a)
}
