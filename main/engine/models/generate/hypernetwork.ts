import type { GraphBuilder, NodeId } from '../../graph/index.ts'
import type { Modulations } from './modulations.ts'
import type { GeneratorSettings } from './types.ts'

/** Sizes of the hypernetwork; `features` counts the linear ones of `inputs.ts`. */
export interface HyperShape {
  readonly inputs: number
  readonly features: number
  readonly hidden: number
  readonly latent: number
}

export interface HyperNodes {
  readonly modulation: NodeId
  /** Divergence of the weights' posterior from their prior, nats. */
  readonly divergence: NodeId
}

/** Prior standard deviation of the weights of the hidden units. */
const hiddenPrior = 0.5

/**
 * γ = features·prior + scale ∘ ψ(x)·(head + Σₖ zₖ spreadₖ), ψ = (linear features, tanh(x·trunk + trunkBias)): the
 * modulations [R, D] of every weight draw. The weights of the last layer are normal with mean `head` and covariance
 * Σₖ spreadₖ spreadₖᵀ, so the spread of γ grows with ψ away from the data as in Bayesian linear regression. Nodes x
 * [R, d], features [R, F], z [R, K]. The divergence is that of the marginals from N(0, prior²).
 */
export function hypernetwork(
  b: GraphBuilder,
  shape: HyperShape,
  layout: Modulations,
  priorHead: Float32Array,
  featurePriors: readonly number[],
  nodes: { readonly x: NodeId; readonly features: NodeId; readonly z: NodeId },
): HyperNodes {
  const { inputs, features, hidden, latent } = shape
  const rows = b.shape(nodes.x)[0] ?? 1
  const wide = features + hidden
  const size = layout.size
  const trunk = b.parameter('trunk', [inputs, hidden])
  const trunkBias = b.parameter('trunkBias', [1, hidden])
  const head = b.parameter('head', [wide, size])
  const spread = b.parameter('spread', [latent, wide * size])
  const units = b.unary('tanh', b.plus(b.matmul(nodes.x, trunk), trunkBias))
  const psi = b.concat([nodes.features, units], 1)
  const mean = b.matmul(psi, head)
  const drawn = b.reshape(b.matmul(nodes.z, spread), [rows, wide, size])
  const deviation = b.reshape(b.matmul(b.reshape(psi, [rows, 1, wide]), drawn), [rows, size])
  const base = b.matmul(nodes.features, b.constant(priorHead, [features, size]))
  const modulation = b.plus(base, b.times(b.plus(mean, deviation), b.constant(layout.scale, [1, size])))

  const priors = [...featurePriors, ...new Array<number>(hidden).fill(hiddenPrior)]
  const precision = b.constant(
    Float32Array.from(priors, (sd) => 1 / sd ** 2),
    [wide, 1],
  )
  const variance = b.reshape(b.sum(b.unary('square', spread), [0]), [wide, size])
  const ratio = b.times(variance, precision)
  const off = b.times(b.unary('square', head), precision)
  const terms = b.minus(b.plus(ratio, off), b.unary('log', b.plus(ratio, b.scalar(1e-8))))
  const trunkTerms = b.plus(b.sum(b.unary('square', trunk)), b.sum(b.unary('square', trunkBias)))
  const divergence = b.scale(b.plus(b.plus(b.sum(terms), b.scalar(-wide * size)), trunkTerms), 0.5)
  return { modulation, divergence }
}

/** How far a draw of the weights goes at the start of training, prior standard deviations. */
const startSpread = 0.05

export function startWeights(
  shape: HyperShape,
  size: number,
  settings: GeneratorSettings,
  normal: () => number,
): Record<string, Float32Array> {
  const wide = shape.features + shape.hidden
  const draws = (length: number, sd: number): Float32Array =>
    Float32Array.from({ length }, () => sd * normal())
  return {
    trunk: draws(shape.inputs * shape.hidden, 0.7),
    trunkBias: draws(shape.hidden, 0.7),
    head: new Float32Array(wide * size),
    spread: draws(settings.latent * wide * size, startSpread / Math.sqrt(settings.latent)),
  }
}
