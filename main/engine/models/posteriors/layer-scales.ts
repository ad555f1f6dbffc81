import type { GraphBuilder, NodeId } from '../../graph/index.ts'
import type { RandomStream } from '../../math/index.ts'
import type { HeadParameter, Layer } from './types.ts'

/** How many numbers the scales head draws for these layers: a length and a bias a unit. */
export function scaleCount(layers: readonly Layer[]): number {
  return layers.reduce((sum, layer) => sum + 2 * layer.outputs, 0)
}

/**
 * Weight normalisation (Salimans & Kingma 2016, arXiv 1602.07868) with drawn lengths: row j of a layer's weights is
 * √d · g_j · v_j/‖v_j‖, d its inputs. g_j ~ N(0, 1) a priori gives the row the expected squared length of d independent
 * N(0, 1) weights. g and the biases are drawn, the directions v are parameters without a distribution: the divergence is
 * that of (g, b) alone. scales: S x scaleCount in the order lengths, biases of each layer; result: S x weights in units
 * of their priors, each layer's W row by row, then b.
 */
export function layerScaleWeights(
  builder: GraphBuilder,
  scales: NodeId,
  layers: readonly Layer[],
  stream: RandomStream,
): { weights: NodeId; parameters: HeadParameter[] } {
  const draws = builder.shape(scales)[0] ?? 0
  const parameters: HeadParameter[] = []
  const parts: NodeId[] = []
  let at = 0
  layers.forEach(({ inputs, outputs }, l) => {
    const parameter: HeadParameter = {
      name: `directions${l}`,
      shape: [outputs, inputs],
      start: Float32Array.from({ length: outputs * inputs }, stream.normal),
      rate: 1,
      decay: 0,
    }
    parameters.push(parameter)
    const v = builder.parameter(parameter.name, parameter.shape)
    const norm = builder.unary('sqrt', builder.sum(builder.unary('square', v), [1], true))
    const unit = builder.scale(builder.over(v, norm), Math.sqrt(inputs))
    const lengths = builder.reshape(builder.slice(scales, 1, at, at + outputs), [draws, outputs, 1])
    parts.push(builder.reshape(builder.times(lengths, unit), [draws, outputs * inputs]))
    parts.push(builder.slice(scales, 1, at + outputs, at + 2 * outputs))
    at += 2 * outputs
  })
  return { weights: builder.concat(parts, 1), parameters }
}
