import type { GraphBuilder, NodeId } from '../../graph/index.ts'
import type { RandomStream } from '../../math/index.ts'
import { eliminate, logDeterminant } from './eliminate.ts'
import type { HeadGraph, HeadParameter } from './types.ts'

const LN_2PI = Math.log(2 * Math.PI)
/** Sd of every coordinate before training, in units of the prior. */
export const START_SD = 0.3
/**
 * A coordinate moves by the sum of its up to D entries of T: at the full rate the noise of their gradients undoes what they
 * learn (100 coordinates: bound lower by 4 nats after 2,000 steps).
 */
const lowerRate = (size: number): number => Math.min(1, 10 / size)
/** Spread of the start means, in units of the prior: units of a network must not start alike. */
const START_SPREAD = 0.5

/**
 * KL(N(m, Σ) ‖ N(0, I)) = ½ (mᵀm + tr Σ − D − ln |Σ|) in nats, [] (Rasmussen & Williams 2006, A.23).
 * mean: [D] or [1, D]; trace and logDeterminant of Σ: [].
 */
export function gaussianDivergence(
  builder: GraphBuilder,
  mean: NodeId,
  trace: NodeId,
  logDeterminantOfCovariance: NodeId,
): NodeId {
  const size = builder.shape(mean).reduce((product, axis) => product * axis, 1)
  const square = builder.plus(builder.sum(builder.unary('square', mean)), trace)
  return builder.scale(
    builder.minus(builder.minus(square, logDeterminantOfCovariance), builder.scalar(size)),
    0.5,
  )
}

function gaussianEntropy(builder: GraphBuilder, size: number, logDeterminantOfCovariance: NodeId): NodeId {
  return builder.plus(
    builder.scale(logDeterminantOfCovariance, 0.5),
    builder.scalar(0.5 * size * (1 + LN_2PI)),
  )
}

/** −½ (quadratic + ln |Σ| + D ln 2π), quadratic: [S]. */
function gaussianLogDensity(
  builder: GraphBuilder,
  size: number,
  quadratic: NodeId,
  logDeterminantOfCovariance: NodeId,
): NodeId {
  const sum = builder.plus(quadratic, logDeterminantOfCovariance)
  return builder.scale(builder.plus(sum, builder.scalar(size * LN_2PI)), -0.5)
}

function startMean(size: number, stream: RandomStream): Float32Array {
  return Float32Array.from({ length: size }, () => START_SPREAD * stream.normal())
}

/**
 * u = m + diag(e^s)(I + T) z with T strictly lower triangular: any covariance of full rank. ln |Σ| = 2 Σ s.
 * draws z: S x D. D² + 2D parameters.
 */
export function fullCovarianceHead(
  builder: GraphBuilder,
  z: NodeId,
  size: number,
  stream: RandomStream,
): HeadGraph {
  const parameters: HeadParameter[] = [
    { name: 'mean', shape: [1, size], start: startMean(size, stream), rate: 1, decay: 0 },
    {
      name: 'logScale',
      shape: [1, size],
      start: new Float32Array(size).fill(Math.log(START_SD)),
      rate: 1,
      decay: 0,
    },
    {
      name: 'lower',
      shape: [size, size],
      start: new Float32Array(size * size),
      rate: lowerRate(size),
      decay: 0,
    },
  ]
  const [mean = 0, logScale = 0, lower = 0] = parameters.map((p) => builder.parameter(p.name, p.shape))
  const mask = new Float32Array(size * size)
  for (let i = 0; i < size; i++) mask.fill(1, i * size, i * size + i)
  const strict = builder.times(lower, builder.constant(mask, [size, size]))
  const scale = builder.unary('exp', logScale)
  const correlated = builder.plus(z, builder.matmul(z, strict, { transposeB: true }))
  const rowNorms = builder.plus(
    builder.sum(builder.unary('square', strict), [1]),
    builder.constant(new Float32Array(size).fill(1), [size]),
  )
  const trace = builder.sum(
    builder.times(builder.unary('square', scale), builder.reshape(rowNorms, [1, size])),
  )
  const logDet = builder.scale(builder.sum(logScale), 2)
  return {
    samples: builder.plus(mean, builder.times(correlated, scale)),
    divergence: gaussianDivergence(builder, mean, trace, logDet),
    entropy: gaussianEntropy(builder, size, logDet),
    exact: true,
    parameters,
    logDensity: () => gaussianLogDensity(builder, size, builder.sum(builder.unary('square', z), [1]), logDet),
  }
}

/** What KL needs of N(m, UᵀU + diag(d²)); `factors` U is K x D, `scale` d is [1, D]. */
export interface LowRankCovariance {
  readonly trace: NodeId
  readonly logDeterminant: NodeId
  /** I + U diag(d⁻²) Uᵀ, K x K. */
  readonly capacitance: NodeId
}

/**
 * ln |UᵀU + diag(d²)| = ln |I_K + U diag(d⁻²) Uᵀ| + Σ ln d² (matrix determinant lemma; Harville 1997, theorem 18.1.1):
 * K³/6 work in place of D³/6. K up to some thirty.
 */
export function lowRankCovariance(
  builder: GraphBuilder,
  factors: NodeId,
  logScale: NodeId,
): LowRankCovariance {
  const rank = builder.shape(factors)[0] ?? 0
  const identity = new Float32Array(rank * rank)
  for (let k = 0; k < rank; k++) identity[k * rank + k] = 1
  const scaled = builder.times(factors, builder.unary('exp', builder.unary('neg', logScale)))
  const capacitance = builder.plus(
    builder.constant(identity, [rank, rank]),
    builder.matmul(scaled, scaled, { transposeB: true }),
  )
  const variance = builder.unary('exp', builder.scale(logScale, 2))
  return {
    trace: builder.plus(builder.sum(builder.unary('square', factors)), builder.sum(variance)),
    logDeterminant: builder.plus(
      logDeterminant(builder, capacitance),
      builder.scale(builder.sum(logScale), 2),
    ),
    capacitance,
  }
}

/**
 * KL(N(m, UᵀU + diag(e^2s)) ‖ N(0, priorSd² I)) in nats, [], exact and with a finite gradient as long as s is: for heads
 * that draw γ = m + z₁U + e^s ⊙ z₂ themselves. mean, logScale: [1, D]; factors: [K, D], K up to some thirty.
 */
export function lowRankDivergence(
  builder: GraphBuilder,
  mean: NodeId,
  factors: NodeId,
  logScale: NodeId,
  priorSd: number,
): NodeId {
  const covariance = lowRankCovariance(
    builder,
    builder.scale(factors, 1 / priorSd),
    builder.minus(logScale, builder.scalar(Math.log(priorSd))),
  )
  const standard = builder.scale(mean, 1 / priorSd)
  return gaussianDivergence(builder, standard, covariance.trace, covariance.logDeterminant)
}

/**
 * u = m + z₁U + e^s ⊙ z₂, z = (z₁, z₂): a covariance of K free directions and an independent part that keeps the density
 * proper. draws z: S x (K + D). (K + 2) D parameters.
 */
export function lowRankHead(
  builder: GraphBuilder,
  z: NodeId,
  size: number,
  rank: number,
  stream: RandomStream,
): HeadGraph {
  const factorSd = START_SD / Math.sqrt(2 * rank)
  const parameters: HeadParameter[] = [
    { name: 'mean', shape: [1, size], start: startMean(size, stream), rate: 1, decay: 0 },
    {
      name: 'logScale',
      shape: [1, size],
      start: new Float32Array(size).fill(Math.log(START_SD / Math.SQRT2)),
      rate: 1,
      decay: 0,
    },
    {
      name: 'factors',
      shape: [rank, size],
      start: Float32Array.from({ length: rank * size }, () => factorSd * stream.normal()),
      rate: 1,
      decay: 0,
    },
  ]
  const [mean = 0, logScale = 0, factors = 0] = parameters.map((p) => builder.parameter(p.name, p.shape))
  const draws = builder.shape(z)[0] ?? 0
  const scale = builder.unary('exp', logScale)
  const shared = builder.matmul(builder.slice(z, 1, 0, rank), factors)
  const own = builder.times(builder.slice(z, 1, rank, rank + size), scale)
  const offset = builder.plus(shared, own)
  const covariance = lowRankCovariance(builder, factors, logScale)
  /** vᵀΣ⁻¹v by Woodbury: ‖v/d‖² − wᵀC⁻¹w with w = U(v/d²), for all draws in one elimination of [[C, W], [Wᵀ, Q]]. */
  const quadratic = (): NodeId => {
    const whitened = builder.over(offset, scale)
    const w = builder.matmul(factors, builder.over(whitened, scale), { transposeB: true })
    const gram = builder.matmul(whitened, whitened, { transposeB: true })
    const top = builder.concat([covariance.capacitance, w], 1)
    const bottom = builder.concat([builder.transpose(w, [1, 0]), gram], 1)
    const { schur } = eliminate(builder, builder.concat([top, bottom], 0), rank)
    const diagonal = new Float32Array(draws * draws)
    for (let s = 0; s < draws; s++) diagonal[s * draws + s] = 1
    return builder.sum(builder.times(schur ?? gram, builder.constant(diagonal, [draws, draws])), [1])
  }
  return {
    samples: builder.plus(mean, offset),
    divergence: gaussianDivergence(builder, mean, covariance.trace, covariance.logDeterminant),
    entropy: gaussianEntropy(builder, size, covariance.logDeterminant),
    exact: true,
    parameters,
    logDensity: () => gaussianLogDensity(builder, size, quadratic(), covariance.logDeterminant),
  }
}
