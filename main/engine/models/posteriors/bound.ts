import { GraphBuilder } from '../../graph/index.ts'
import type { NodeId, Tensors } from '../../graph/index.ts'
import { generate, generatedLayers, outputCount } from './generate.ts'
import type { Generated } from './generate.ts'
import { conditionalLikelihood, generatedLikelihood, priorFeatures } from './likelihood.ts'
import type { Targets } from './likelihood.ts'
import { networkOutputs } from './network.ts'
import type { PosteriorRows, PosteriorSpec } from './types.ts'

const LN_2PI = Math.log(2 * Math.PI)

/** The tempered evidence lower bound as a graph. Feeds `z`; data `x`, `y`, `seen` of `boundData`. */
export interface BoundGraph {
  readonly builder: GraphBuilder
  readonly generated: Generated
  /** E_q ln p(y | γ)/τ − KL(q ‖ prior) over the fed draws, in nats, []. */
  readonly bound: NodeId
  /** ln p(y | γ)/τ of each draw, [S]. */
  readonly logLikelihood: NodeId
}

export function boundGraph(
  spec: PosteriorSpec,
  frame: Float32Array | null,
  rows: PosteriorRows,
  draws: number,
): BoundGraph {
  const builder = new GraphBuilder()
  const outputs = outputCount(spec)
  const x = builder.data('x', [rows.n, rows.x.length / rows.n])
  const targets: Targets = {
    values: builder.data('y', [rows.n, outputs]),
    seen: builder.data('seen', [rows.n, outputs]),
    counts: observedCounts(rows, outputs),
  }
  const generated = generate(builder, spec, frame, draws)
  const inner = networkOutputs(builder, generatedLayers(spec), generated.weights, x)
  const last = spec.layers[spec.layers.length - 1]
  const logLikelihood =
    spec.outputLayer === 'generated' || last === undefined
      ? generatedLikelihood(builder, inner, generated.logNoise, targets, spec.temper)
      : conditionalLikelihood(
          builder,
          priorFeatures(builder, inner, last),
          generated.logNoise,
          targets,
          spec.temper,
        )
  const bound = builder.minus(builder.mean(logLikelihood), generated.head.divergence)
  return { builder, generated, bound, logLikelihood }
}

/** ln p(y | γ)/τ + ln p(γ) − ln q(γ) of each draw, [S]: their mean estimates the bound, their spread how good q is. */
export function logWeights({ builder, generated, logLikelihood }: BoundGraph): NodeId {
  const [, size = 0] = builder.shape(generated.head.samples)
  const square = builder.sum(builder.unary('square', generated.head.samples), [1])
  const logPrior = builder.scale(builder.plus(square, builder.scalar(size * LN_2PI)), -0.5)
  return builder.minus(builder.plus(logLikelihood, logPrior), generated.head.logDensity())
}

export function boundData(rows: PosteriorRows): Tensors {
  return {
    x: Float32Array.from(rows.x),
    y: Float32Array.from(rows.y, (v) => (Number.isNaN(v) ? 0 : v)),
    seen: Float32Array.from(rows.y, (v) => (Number.isNaN(v) ? 0 : 1)),
  }
}

function observedCounts(rows: PosteriorRows, outputs: number): number[] {
  const counts = new Array<number>(outputs).fill(0)
  rows.y.forEach((v, i) => {
    if (!Number.isNaN(v)) counts[i % outputs]! += 1
  })
  return counts
}
