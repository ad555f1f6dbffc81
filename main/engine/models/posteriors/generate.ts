import type { GraphBuilder, NodeId } from '../../graph/index.ts'
import { randomStream } from '../../math/index.ts'
import { unrotated } from './frame.ts'
import { distributionHead, latentSize } from './head.ts'
import { layerScaleWeights, scaleCount } from './layer-scales.ts'
import { priorSds, weightCount } from './network.ts'
import type { HeadGraph, HeadParameter, Layer, PosteriorSpec } from './types.ts'

/** Layers whose weights the head gives: all, or all but the last one. */
export function generatedLayers(spec: PosteriorSpec): readonly Layer[] {
  return spec.outputLayer === 'generated' ? spec.layers : spec.layers.slice(0, -1)
}

export function outputCount(spec: PosteriorSpec): number {
  return spec.layers[spec.layers.length - 1]?.outputs ?? 0
}

/** Coordinates D of the head: weights, or lengths and biases, of the generated layers, then ln sd of inferred noise. */
export function coordinateCount(spec: PosteriorSpec): number {
  const layers = generatedLayers(spec)
  const weights = spec.head.kind === 'layer-scales' ? scaleCount(layers) : weightCount(layers)
  return weights + (spec.likelihood.kind === 'learned' ? outputCount(spec) : 0)
}

/** Width of z. */
export function drawWidth(spec: PosteriorSpec): number {
  return latentSize(spec.head.kind === 'layer-scales' ? spec.head.scales : spec.head, coordinateCount(spec))
}

export interface Generated {
  readonly head: HeadGraph
  readonly parameters: readonly HeadParameter[]
  /** Weights of the generated layers in their own units, S x weightCount(generatedLayers). */
  readonly weights: NodeId
  /** ln sd of the noise, S x m or 1 x m. */
  readonly logNoise: NodeId
}

/**
 * Appends h(z; θ): the head and the weights it stands for. Feeds `z`, draws x drawWidth(spec). frame: `principalFrame` of
 * the rows that were learnt from.
 */
export function generate(
  builder: GraphBuilder,
  spec: PosteriorSpec,
  frame: Float32Array | null,
  draws: number,
): Generated {
  const stream = randomStream(spec.seed, 'posterior start')
  const layers = generatedLayers(spec)
  const size = coordinateCount(spec)
  const z = builder.fed('z', [draws, drawWidth(spec)])
  const distribution = spec.head.kind === 'layer-scales' ? spec.head.scales : spec.head
  const head = distributionHead(builder, distribution, z, size, stream.child('head'))
  const noiseCount = spec.likelihood.kind === 'learned' ? outputCount(spec) : 0
  const own = noiseCount === 0 ? head.samples : builder.slice(head.samples, 1, 0, size - noiseCount)
  const scaled =
    spec.head.kind === 'layer-scales' ? layerScaleWeights(builder, own, layers, stream.child('scales')) : null
  const [first] = layers
  const standard = scaled?.weights ?? (first === undefined ? own : unrotated(builder, own, first, frame))
  const sds = priorSds(layers)
  return {
    head,
    parameters: [...head.parameters, ...(scaled?.parameters ?? [])],
    weights: builder.times(standard, builder.constant(sds, [1, sds.length])),
    logNoise: logNoise(builder, spec, head.samples, size - noiseCount),
  }
}

function logNoise(builder: GraphBuilder, spec: PosteriorSpec, samples: NodeId, from: number): NodeId {
  const { likelihood } = spec
  const outputs = outputCount(spec)
  if (likelihood.kind === 'known')
    return builder.constant(
      likelihood.sd.map((sd) => Math.log(sd)),
      [1, outputs],
    )
  const standard = builder.slice(samples, 1, from, from + outputs)
  return builder.plus(builder.scale(standard, likelihood.logSdSd), builder.scalar(likelihood.logSdMean))
}
