import type { GraphBuilder, NodeId } from '../../graph/index.ts'
import type { RandomStream } from '../../math/index.ts'
import type { FlowSpec, HeadGraph, HeadParameter } from './types.ts'

const LN_2PI = Math.log(2 * Math.PI)
/** Most that one layer may stretch a coordinate, in nats: a flow that explodes early never comes back. */
const STRETCH = 1.5

/** Which inputs reach which hidden units, and which hidden units reach which coordinates; 1 or 0. */
interface Masks {
  /** hidden x D. */
  readonly first: Float32Array
  /** D x hidden. */
  readonly second: Float32Array
  /** 1 where the layer moves the coordinate, D. */
  readonly moved: Float32Array
}

/**
 * q of u = T_L ∘ … ∘ T_1 (u₀), u₀ from `base`: each layer is u′ = u ⊙ e^σ + t on the coordinates it moves, with σ and t
 * from a network of one hidden layer that sees none of what it moves out of turn, so the Jacobian is triangular and
 * ln |∂u′/∂u| = Σ σ exactly. Coupling: Dinh et al. 2017, arXiv 1605.08803; inverse autoregressive: Kingma et al. 2016,
 * arXiv 1606.04934, masks as in Germain et al. 2015, arXiv 1502.03509. Starts as the identity.
 */
export function flowHead(
  builder: GraphBuilder,
  base: HeadGraph,
  spec: FlowSpec,
  size: number,
  stream: RandomStream,
): HeadGraph {
  const parameters: HeadParameter[] = [...base.parameters]
  let samples = base.samples
  const jacobians: NodeId[] = []
  for (let layer = 0; layer < spec.layers; layer++) {
    const masks = masksOf(spec, size, layer, stream.child(`masks ${layer}`))
    const own = layerParameters(layer, size, spec.hidden, masks, stream.child(`layer ${layer}`))
    parameters.push(...own)
    const { moved, logJacobian } = transform(builder, samples, own, masks, size, spec.hidden)
    samples = moved
    jacobians.push(logJacobian)
  }
  const [first, ...more] = jacobians
  const logJacobian =
    first === undefined
      ? builder.sum(builder.scale(samples, 0), [1])
      : more.reduce((sum, term) => builder.plus(sum, term), first)
  const entropy = builder.plus(base.entropy, builder.mean(logJacobian))
  const square = builder.mean(builder.sum(builder.unary('square', samples), [1]))
  const surprise = builder.scale(builder.plus(square, builder.scalar(size * LN_2PI)), 0.5)
  return {
    samples,
    divergence: builder.minus(surprise, entropy),
    entropy,
    exact: false,
    parameters,
    logDensity: () => builder.minus(base.logDensity(), logJacobian),
  }
}

function layerParameters(
  layer: number,
  size: number,
  hidden: number,
  masks: Masks,
  stream: RandomStream,
): HeadParameter[] {
  let seen = 0
  for (const m of masks.first) seen += m
  const sd = 1 / Math.sqrt(Math.max(1, seen / hidden))
  const named = (name: string, shape: readonly number[], start: Float32Array): HeadParameter => ({
    name: `flow${layer}.${name}`,
    shape,
    start,
    rate: 0.3,
    decay: 0,
  })
  const zeros = (count: number): Float32Array => new Float32Array(count)
  return [
    named(
      'inner',
      [hidden, size],
      Float32Array.from({ length: hidden * size }, () => sd * stream.normal()),
    ),
    named('innerBias', [1, hidden], zeros(hidden)),
    named('stretch', [size, hidden], zeros(size * hidden)),
    named('stretchBias', [1, size], zeros(size)),
    named('shift', [size, hidden], zeros(size * hidden)),
    named('shiftBias', [1, size], zeros(size)),
  ]
}

function transform(
  builder: GraphBuilder,
  u: NodeId,
  parameters: readonly HeadParameter[],
  masks: Masks,
  size: number,
  hidden: number,
): { moved: NodeId; logJacobian: NodeId } {
  const [inner = 0, innerBias = 0, stretch = 0, stretchBias = 0, shift = 0, shiftBias = 0] = parameters.map(
    (p) => builder.parameter(p.name, p.shape),
  )
  const first = builder.times(inner, builder.constant(masks.first, [hidden, size]))
  const open = builder.constant(masks.second, [size, hidden])
  const moves = builder.constant(masks.moved, [1, size])
  const active = builder.unary(
    'tanh',
    builder.plus(builder.matmul(u, first, { transposeB: true }), innerBias),
  )
  const read = (weights: NodeId, bias: NodeId): NodeId =>
    builder.plus(builder.matmul(active, builder.times(weights, open), { transposeB: true }), bias)
  const bounded = builder.scale(
    builder.unary('tanh', builder.scale(read(stretch, stretchBias), 1 / STRETCH)),
    STRETCH,
  )
  const sigma = builder.times(bounded, moves)
  const offset = builder.times(read(shift, shiftBias), moves)
  return {
    moved: builder.plus(builder.times(u, builder.unary('exp', sigma)), offset),
    logJacobian: builder.sum(sigma, [1]),
  }
}

function masksOf(spec: FlowSpec, size: number, layer: number, stream: RandomStream): Masks {
  const { hidden } = spec
  const first = new Float32Array(hidden * size)
  const second = new Float32Array(size * hidden)
  const moved = new Float32Array(size)
  if (spec.transform === 'coupling') {
    // Two layers in a row move complementary halves; the split is drawn anew for every pair of layers.
    const order = stream.shuffle(Array.from({ length: size }, (_, i) => i))
    const half = layer % 2 === 0 ? order.slice(0, size >> 1) : order.slice(size >> 1)
    for (const i of half) moved[i] = 1
    for (let h = 0; h < hidden; h++) for (let i = 0; i < size; i++) first[h * size + i] = 1 - moved[i]!
    for (let i = 0; i < size; i++) if (moved[i] === 1) second.fill(1, i * hidden, (i + 1) * hidden)
    return { first, second, moved }
  }
  moved.fill(1)
  const place = stream.shuffle(Array.from({ length: size }, (_, i) => i))
  for (let h = 0; h < hidden; h++) {
    const degree = size > 1 ? h % (size - 1) : -1
    for (let i = 0; i < size; i++) {
      if (place[i]! <= degree) first[h * size + i] = 1
      if (place[i]! > degree && degree >= 0) second[i * hidden + h] = 1
    }
  }
  return { first, second, moved }
}
