import type { GraphBuilder, NodeId } from '../../graph/index.ts'
import { eliminate } from './eliminate.ts'
import type { Layer } from './types.ts'

const LN_2PI = Math.log(2 * Math.PI)

/** Targets as nodes: values with 0 where not observed, 1/0 where observed or not, n x m each; counts of observed rows. */
export interface Targets {
  readonly values: NodeId
  readonly seen: NodeId
  readonly counts: readonly number[]
}

/** −count · (½ ln 2π + ln sd), summed over outputs, [S] or [1]. */
function normalisers(builder: GraphBuilder, logNoise: NodeId, counts: readonly number[]): NodeId {
  const weighted = builder.times(
    builder.plus(logNoise, builder.scalar(0.5 * LN_2PI)),
    builder.constant(
      counts.map((count) => -count),
      [1, counts.length],
    ),
  )
  return builder.sum(weighted, [1])
}

/** ln p(y | f) / τ of every draw, [S]. outputs: S x n x m; logNoise: S x m or 1 x m. */
export function generatedLikelihood(
  builder: GraphBuilder,
  outputs: NodeId,
  logNoise: NodeId,
  targets: Targets,
  temper: number,
): NodeId {
  const residual = builder.times(builder.minus(targets.values, outputs), targets.seen)
  const squares = builder.sum(builder.unary('square', residual), [1])
  const precision = builder.unary('exp', builder.scale(logNoise, -2))
  const misfit = builder.sum(builder.times(squares, precision), [1])
  const sum = builder.minus(normalisers(builder, logNoise, targets.counts), builder.scale(misfit, 0.5))
  return builder.scale(sum, 1 / temper)
}

/** Features of the last layer in units of its priors, with a column for the bias: S x n x (H + 1). */
export function priorFeatures(builder: GraphBuilder, hidden: NodeId, last: Layer): NodeId {
  const [draws = 0, n = 0] = builder.shape(hidden)
  const bias = builder.constant(new Float32Array(n).fill(last.biasSd), [1, n, 1])
  return builder.concat([builder.scale(hidden, last.weightSd), builder.broadcast(bias, [draws, n, 1])], 2)
}

/**
 * ln ∫ p(y | Φw)^(1/τ) N(w; 0, I) dw of every draw, [S]: the last layer integrated out (Bishop 2006, eq. 3.86). With
 * β = 1/(τ sd²) and [Φ, y]ᵀ[Φ, y]β + diag(1, …, 1, 0) eliminated down to its corner: pivots give ln |I + βΦᵀΦ|, the corner
 * is βyᵀy − βyᵀΦ(I + βΦᵀΦ)⁻¹Φᵀyβ. features: S x n x F; logNoise: S x m or 1 x m.
 */
export function conditionalLikelihood(
  builder: GraphBuilder,
  features: NodeId,
  logNoise: NodeId,
  targets: Targets,
  temper: number,
): NodeId {
  const [draws = 0, n = 0, count = 0] = builder.shape(features)
  const diagonal = new Float32Array((count + 1) ** 2)
  for (let k = 0; k < count; k++) diagonal[k * (count + 1) + k] = 1
  const prior = builder.constant(diagonal, [1, count + 1, count + 1])
  let total = builder.scale(normalisers(builder, logNoise, targets.counts), 1 / temper)
  for (let output = 0; output < targets.counts.length; output++) {
    const column = (node: NodeId): NodeId =>
      builder.reshape(builder.slice(node, 1, output, output + 1), [1, n, 1])
    const y = builder.broadcast(column(targets.values), [draws, n, 1])
    const complete = targets.counts[output] === n
    const used = complete ? features : builder.times(features, column(targets.seen))
    const joined = builder.concat([used, y], 2)
    const gram = builder.matmul(joined, joined, { transposeA: true })
    const noise = builder.slice(logNoise, 1, output, output + 1)
    const precision = builder.scale(builder.unary('exp', builder.scale(noise, -2)), 1 / temper)
    const [own = 1] = builder.shape(precision)
    const system = builder.plus(builder.times(gram, builder.reshape(precision, [own, 1, 1])), prior)
    const { logDeterminant, schur } = eliminate(builder, system, count)
    const corner = builder.reshape(schur ?? logDeterminant, [draws])
    total = builder.minus(total, builder.scale(builder.plus(logDeterminant, corner), 0.5))
  }
  return total
}
