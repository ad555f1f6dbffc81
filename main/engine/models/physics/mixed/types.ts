/** A block of coefficients under one prior scale that is learnt from the data. */
export interface ScaleBlock {
  /** Pseudo-observations behind the first guess: what keeps a scale finite with few coefficients. */
  readonly strength: number
  /** First guess of the variance. */
  readonly guess: number
}

/**
 * Linear mixed model y = X w + Z b_g + ε, w_j ~ N(m_j, v_j), b_g ~ N(0, diag Ω), ε ~ N(0, σ²). X: n x p, Z: n x q.
 * v_j is given, or the learnt variance of the block that `blockOf[j]` names (−1: given).
 */
export interface MixedProblem {
  readonly n: number
  readonly p: number
  readonly q: number
  readonly y: Float64Array
  readonly x: Float64Array
  readonly z: Float64Array
  /** 0..groupCount − 1 for each row. */
  readonly groups: Int32Array
  readonly groupCount: number
  readonly priorMean: Float64Array
  readonly priorVariance: Float64Array
  readonly blockOf: Int32Array
  readonly blocks: readonly ScaleBlock[]
  readonly noise: ScaleBlock
  readonly random: readonly ScaleBlock[]
}

/** Variances that are learnt: of the blocks, the q random effects, and the noise. */
export interface MixedScales {
  readonly blocks: Float64Array
  readonly random: Float64Array
  readonly noise: number
}

export interface MixedSolution {
  readonly weights: Float64Array
  /** Posterior covariance of the weights (random effects integrated out), p x p. */
  readonly covariance: Float64Array
  /** Posterior means of the random effects, groupCount x q. */
  readonly effects: Float64Array
  /** ln of the marginal likelihood of y at these scales, with the priors of the scales. */
  readonly logEvidence: number
  /** The scales that the next step of the fixed-point rule takes. */
  readonly next: MixedScales
}
