import type { GraphBuilder, NodeId } from '../../graph/index.ts'
import type { RandomStream } from '../../math/index.ts'
import { START_SD } from './gaussian-heads.ts'
import type { HeadGraph, HeadParameter, ImplicitSpec } from './types.ts'

const LN_2PI = Math.log(2 * Math.PI)

/**
 * Semi-implicit head (Yin & Zhou 2018, arXiv 1805.11183): u = f(z₁) + e^s ⊙ z₂, f an MLP. q(u) = E_z₁ N(u; f(z₁), e^2s)
 * has no closed form; over S draws ln q is replaced by that of the kernel mixture (1/S) Σ_j N(u; f(z₁ⱼ), e^2s), own
 * component included. The mean of that is at least E_q ln q, so the divergence is never too small in expectation and the
 * bound stays a bound; it tightens as S grows. draws z: S x (latent + D).
 */
export function implicitHead(
  builder: GraphBuilder,
  z: NodeId,
  size: number,
  spec: ImplicitSpec,
  stream: RandomStream,
): HeadGraph {
  const { latent, hidden } = spec
  const normals = (count: number, sd: number): Float32Array =>
    Float32Array.from({ length: count }, () => sd * stream.normal())
  const parameters: HeadParameter[] = [
    {
      name: 'inner',
      shape: [hidden, latent],
      start: normals(hidden * latent, 1 / Math.sqrt(latent)),
      rate: 0.3,
      decay: 0,
    },
    { name: 'innerBias', shape: [1, hidden], start: normals(hidden, 0.5), rate: 0.3, decay: 0 },
    {
      name: 'outer',
      shape: [size, hidden],
      start: normals(size * hidden, START_SD / Math.sqrt(hidden)),
      rate: 0.3,
      decay: 0,
    },
    { name: 'mean', shape: [1, size], start: normals(size, START_SD), rate: 1, decay: 0 },
    {
      name: 'logScale',
      shape: [1, size],
      start: new Float32Array(size).fill(Math.log(START_SD)),
      rate: 1,
      decay: 0,
    },
  ]
  const [inner = 0, innerBias = 0, outer = 0, mean = 0, logScale = 0] = parameters.map((p) =>
    builder.parameter(p.name, p.shape),
  )
  const [draws = 0] = builder.shape(z)
  const code = builder.slice(z, 1, 0, latent)
  const active = builder.unary(
    'tanh',
    builder.plus(builder.matmul(code, inner, { transposeB: true }), innerBias),
  )
  const centres = builder.plus(builder.matmul(active, outer, { transposeB: true }), mean)
  const scale = builder.unary('exp', logScale)
  const own = builder.slice(z, 1, latent, latent + size)
  const samples = builder.plus(centres, builder.times(own, scale))
  const density = mixtureLogDensity(builder, samples, centres, logScale, draws, size)
  const entropy = builder.unary('neg', builder.mean(density))
  const square = builder.mean(builder.sum(builder.unary('square', samples), [1]))
  const surprise = builder.scale(builder.plus(square, builder.scalar(size * LN_2PI)), 0.5)
  return {
    samples,
    divergence: builder.minus(surprise, entropy),
    entropy,
    exact: false,
    parameters,
    logDensity: () => density,
  }
}

/** ln (1/S) Σ_j N(u_i; c_j, e^2s) for every i, [S]; distances as differences, since squares of float32 would cancel. */
function mixtureLogDensity(
  builder: GraphBuilder,
  samples: NodeId,
  centres: NodeId,
  logScale: NodeId,
  draws: number,
  size: number,
): NodeId {
  const inverse = builder.unary('exp', builder.unary('neg', logScale))
  const spread = (node: NodeId, shape: readonly number[]): NodeId =>
    builder.reshape(builder.times(node, inverse), shape)
  const difference = builder.minus(spread(samples, [draws, 1, size]), spread(centres, [1, draws, size]))
  const kernels = builder.scale(builder.sum(builder.unary('square', difference), [2]), -0.5)
  // ln Σ_j e^{k_ij} = k_i0 − logSoftmax(k_i)_0, safe at any size of k.
  const first = builder.slice(kernels, 1, 0, 1)
  const share = builder.slice(builder.logSoftmax(kernels), 1, 0, 1)
  const logSum = builder.reshape(builder.minus(first, share), [draws])
  const constant = builder.scalar(-Math.log(draws) - 0.5 * size * LN_2PI)
  return builder.plus(builder.minus(logSum, builder.sum(logScale)), constant)
}
