/** What the pixels mean: `phases`, whole numbers 0..P−1 (0 is the matrix), or `grey` levels of a micrograph. */
export type ImageKind = 'phases' | 'grey'

export interface GeneratorImage {
  /** height x width, C order. */
  readonly pixels: Uint8Array | Float32Array
  readonly height: number
  readonly width: number
  /** One finite number for each of the spec's inputs. */
  readonly condition: readonly number[]
}

export interface GeneratorSettings {
  /** Side of the periodic fields it is trained on, px of the reduced images; a power of two. */
  readonly gridPx: number
  /** Convolution layers, and how many of them in a row share their kernels (layers / groups). */
  readonly layers: number
  readonly groups: number
  /** Radial bands that make up a kernel's spectrum. */
  readonly bands: number
  /** Numbers in a draw z of the weights. */
  readonly latent: number
  /** Hidden units of the hypernetwork. */
  readonly hidden: number
  readonly steps: number
  readonly conditionsPerStep: number
  /** Even: the loss is the product of two halves. */
  readonly imagesPerCondition: number
  readonly rate: number
  /** Weight of the divergence from the prior; 1 is the bound itself. */
  readonly temper: number
  /** Relative error of a statistic that the decoder is allowed, since no decoder is exact. */
  readonly discrepancy: number
}

export interface GeneratorSpec {
  readonly kind: ImageKind
  /** Names of the processing inputs, in the order of every condition. */
  readonly inputs: readonly string[]
  readonly seed: number
  readonly settings?: Partial<GeneratorSettings>
}

/** How one input is brought to the scale of the hypernetwork: (log?(value) − mean) / sd. */
export interface InputScale {
  readonly name: string
  readonly log: boolean
  readonly mean: number
  readonly sd: number
  /** Range in training. */
  readonly low: number
  readonly high: number
}

/**
 * Bayesian linear regression of several outputs on the same features: `mean` of the coefficients (features x outputs)
 * and, output after output, the lower Cholesky factor of their covariance (features x features).
 */
export interface LinearHead {
  readonly features: number
  readonly outputs: number
  readonly mean: Float64Array
  readonly root: Float64Array
}

/** A fitted generator: plain data. */
export interface GeneratorState {
  readonly version: 1
  readonly kind: ImageKind
  readonly phases: number
  readonly inputs: readonly InputScale[]
  /** Whether products of two inputs are features. */
  readonly quadratic: boolean
  readonly settings: GeneratorSettings
  /** The images were reduced by this whole factor before training; generated images are of full size. */
  readonly reduction: number
  /** Prior mean of the modulations: linear features x modulations. */
  readonly priorHead: Float32Array
  /** Trained: `head`, `spread`, `trunk`, `trunkBias`. */
  readonly parameters: Readonly<Record<string, Float32Array>>
  /** Of phases: log-odds of the fraction of each but the matrix. Of grey images: grey levels at even ranks. */
  readonly marginal: LinearHead
  /** Scatter of those log-odds from image to image (empty for grey images), and the area, px, that it was seen over. */
  readonly fractionScatter: Float64Array
  readonly scatterAreaPx: number
  /** Loss of each step. */
  readonly losses: Float32Array
  readonly images: number
  readonly conditions: number
  readonly executor: string
  readonly seed: number
}

export interface GenerateOptions {
  readonly height: number
  readonly width: number
  readonly count: number
  readonly seed: number
  /** `each` image its own draw of the weights (the predictive distribution), or the `mean` weights for all. */
  readonly weights?: 'each' | 'mean'
}

export interface GeneratedImage {
  readonly pixels: Uint8Array
  readonly height: number
  readonly width: number
  /** The draw of the weights; zeros for the mean. */
  readonly z: Float64Array
}
