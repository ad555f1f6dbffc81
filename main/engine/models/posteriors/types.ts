import type { NodeId, Parameters, Shape } from '../../graph/index.ts'

/** A parameter of a head with its values before the first step and its factors of the step's rate and decay. */
export interface HeadParameter {
  readonly name: string
  readonly shape: Shape
  readonly start: Float32Array
  readonly rate: number
  readonly decay: number
}

/**
 * A distribution q over D coordinates u, as part of a graph. Coordinates are in units of the prior, u ~ N(0, I) a
 * priori; what they stand for is the caller's. S draws z are fed; `samples` are u = h(z; θ).
 */
export interface HeadGraph {
  /** S x D. */
  readonly samples: NodeId
  /** KL(q ‖ N(0, I)) in nats, []. */
  readonly divergence: NodeId
  /** Entropy of q in nats, []: what a flow on top needs. */
  readonly entropy: NodeId
  /** Whether `divergence` is the KL at any draws; otherwise its expectation over draws is the KL or more. */
  readonly exact: boolean
  readonly parameters: readonly HeadParameter[]
  /** Appends ln q(u) at the samples, S; of an implicit head that of the mixture that the draws are a sample of. */
  logDensity(): NodeId
}

export interface FullCovarianceSpec {
  readonly kind: 'full-covariance'
}

export interface LowRankSpec {
  readonly kind: 'low-rank'
  /** Columns K of U; K + D numbers are drawn for each sample. */
  readonly rank: number
}

export interface FlowSpec {
  readonly kind: 'flow'
  readonly base: FullCovarianceSpec | LowRankSpec
  /** `coupling`: each layer moves one half given the other; `autoregressive`: every coordinate given those before. */
  readonly transform: 'coupling' | 'autoregressive'
  readonly layers: number
  readonly hidden: number
}

/** u = f(z₁) + e^s ⊙ z₂ with a network f of one hidden layer: q has no closed density, its KL is bounded from above. */
export interface ImplicitSpec {
  readonly kind: 'implicit'
  /** Length of z₁. */
  readonly latent: number
  readonly hidden: number
}

export type DistributionSpec = FullCovarianceSpec | LowRankSpec | FlowSpec | ImplicitSpec

/** Directions of each unit's weights are parameters; lengths and biases are drawn (Krueger et al. 2017). */
export interface LayerScalesSpec {
  readonly kind: 'layer-scales'
  readonly scales: DistributionSpec
}

export type HeadSpec = DistributionSpec | LayerScalesSpec

export type Activation = 'tanh' | 'silu' | 'relu' | 'identity'

/** One dense layer, outputs = activation(W inputs + b), with the sds of the zero-mean normal priors of W and b. */
export interface Layer {
  readonly inputs: number
  readonly outputs: number
  readonly activation: Activation
  readonly weightSd: number
  readonly biasSd: number
}

/**
 * Normal noise on every output: known, or one ln sd an output that is inferred with the weights, with prior
 * N(logSdMean, logSdSd²). Units are those of y.
 */
export type Likelihood =
  | { readonly kind: 'known'; readonly sd: readonly number[] }
  | { readonly kind: 'learned'; readonly logSdMean: number; readonly logSdSd: number }

/**
 * `generated`: the head gives all weights. `conditional`: the head gives those of the hidden layers (and the noise), and
 * the last layer, linear in its weights, follows given them in closed form.
 */
export type OutputLayer = 'generated' | 'conditional'

/** Everything that defines the posterior sought and how; plain data. */
export interface PosteriorSpec {
  readonly layers: readonly Layer[]
  readonly likelihood: Likelihood
  readonly head: HeadSpec
  readonly outputLayer: OutputLayer
  /** Weight τ of the KL; 1 is Bayes' posterior, below 1 a sharper one. */
  readonly temper: number
  readonly seed: number
}

/** Rows to learn from: x is n x d, y n x m, row-major; NaN in y = not observed. */
export interface PosteriorRows {
  readonly n: number
  readonly x: Float64Array
  readonly y: Float64Array
}

/** What makes a trained head draw: plain data. */
export interface TrainedHead {
  readonly spec: PosteriorSpec
  /** Axes along which the first layer's weights are drawn; null: as they are. */
  readonly frame: Float32Array | null
  readonly parameters: Parameters
  readonly rows: PosteriorRows
}
