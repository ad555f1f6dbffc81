import type { WorkloadKind } from '../../../contract/index.ts'
import {
  GraphBuilder,
  initialState,
  sizeOf,
  trainingStep,
  type NodeId,
  type Parameters,
  type Shape,
  type StepFeeds,
  type Tensors,
  type TrainingState,
  type TrainingStep,
} from '../../graph/index.ts'
import { randomStream, type RandomStream } from '../../math/index.ts'
import { feedsOfSteps } from '../driver.ts'

/** A fixed piece of training by which executors are checked and timed. Same kind, same numbers on every machine. */
export interface Workload {
  readonly kind: WorkloadKind
  readonly step: TrainingStep
  readonly initial: TrainingState
  readonly data: Tensors
  feedsFor(firstStep: number, count: number): StepFeeds
}

/** One kind of work twice: small, where numbers are compared, and of the size of real work, where it is timed. */
export interface WorkloadPair {
  readonly kind: WorkloadKind
  readonly checked: Workload
  readonly timed: Workload
}

/** What the self-check of the program runs. */
export function standardWorkloads(): WorkloadPair[] {
  const table = tableWorkload()
  return [
    { kind: 'table', checked: table, timed: table },
    {
      kind: 'image',
      checked: imageWorkload({ batch: 2, channels: 16, doublings: 2 }),
      timed: imageWorkload(),
    },
  ]
}

const seed = 20_260_101
const rate = 1e-3

/** Parameters of normal draws with a standard deviation of `gain`/√(inputs). */
class Weights {
  readonly values: Record<string, Float32Array> = {}
  readonly #builder: GraphBuilder
  readonly #random: RandomStream
  constructor(builder: GraphBuilder, random: RandomStream) {
    this.#builder = builder
    this.#random = random
  }
  add(name: string, shape: Shape, gain = 1): NodeId {
    const scale = gain / Math.sqrt(sizeOf(shape) / (shape[shape.length - 1] ?? 1))
    this.values[name] = normals(this.#random.child(name), sizeOf(shape), scale)
    return this.#builder.parameter(name, shape)
  }
}

const normals = (random: RandomStream, size: number, scale = 1): Float32Array =>
  Float32Array.from({ length: size }, () => scale * random.normal())

function workload(
  kind: WorkloadKind,
  step: TrainingStep,
  parameters: Parameters,
  data: Tensors,
  inputsOf: (random: RandomStream) => Tensors,
): Workload {
  return {
    kind,
    step,
    initial: initialState(parameters),
    data,
    feedsFor: feedsOfSteps((i) => ({ rate, inputs: inputsOf(randomStream(seed, `${kind} step ${i}`)) })),
  }
}

const decays = (parameters: Parameters) =>
  Object.keys(parameters).map((name) => ({ name, rate: 1, decay: 0.02 }))

/**
 * A Bayesian hypernetwork over a table: z (samples × latent) → tanh → all weights of a base network of one hidden
 * layer, whose mean and log-variance meet the rows of a batch; loss = Gaussian likelihood + a penalty on the weights.
 * Sizes of a laboratory's tables (`learning` workload “lite”) unless given.
 */
export function tableWorkload({
  rows = 256,
  inputs = 16,
  hidden = 32,
  batch = 64,
  samples = 4,
} = {}): Workload {
  const latent = 8
  const width = 16
  const outputs = 4
  const random = randomStream(seed, 'table')
  const b = new GraphBuilder()
  const weights = new Weights(b, random)
  const table = b.data('x', [rows, inputs])
  const targets = b.data('y', [rows, outputs])
  const z = b.fed('z', [samples, latent])
  const picked = b.fed('rows', [batch], 'i32')

  const code = b.unary(
    'tanh',
    b.plus(b.matmul(z, weights.add('code', [latent, width])), weights.add('codeBias', [width], 0.1)),
  )
  const sizes = [inputs * hidden, hidden, hidden * 2 * outputs, 2 * outputs]
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const all = b.plus(
    b.matmul(code, weights.add('head', [width, total], 0.5)),
    weights.add('headBias', [total], 0.2),
  )
  let at = 0
  const part = (shape: Shape): NodeId => {
    const start = at
    at += sizeOf(shape)
    return b.reshape(b.slice(all, 1, start, at), [samples, ...shape])
  }
  const first = part([inputs, hidden])
  const firstBias = part([1, hidden])
  const second = part([hidden, 2 * outputs])
  const secondBias = part([1, 2 * outputs])

  const x = b.reshape(b.gather(table, picked), [1, batch, inputs])
  const y = b.reshape(b.gather(targets, picked), [1, batch, outputs])
  const activation = b.unary('relu', b.plus(b.matmul(x, first), firstBias))
  const answer = b.plus(b.matmul(activation, second), secondBias)
  const mean = b.slice(answer, 2, 0, outputs)
  const logVariance = b.scale(b.unary('tanh', b.slice(answer, 2, outputs, 2 * outputs)), 4)
  const misfit = b.times(b.unary('square', b.minus(mean, y)), b.unary('exp', b.unary('neg', logVariance)))
  const likelihood = b.scale(b.mean(b.plus(misfit, logVariance)), 0.5)
  const loss = b.plus(likelihood, b.scale(b.mean(b.unary('square', all)), 0.1))

  const data = { x: normals(random.child('x'), rows * inputs), y: normals(random.child('y'), rows * outputs) }
  return workload('table', trainingStep(b, loss, decays(weights.values)), weights.values, data, (draws) => ({
    z: normals(draws, samples * latent),
    rows: Int32Array.from({ length: batch }, () => draws.integer(rows)),
  }))
}

/**
 * A convolutional decoder: z (batch × 16) → 8 × 8 maps → three transposed convolutions to 64 × 64 px (or fewer doublings
 * when `doublings` says so) → probability of the second phase; loss = squared difference from fixed images.
 */
export function imageWorkload({ batch = 8, channels = 32, doublings = 3 } = {}): Workload {
  const latent = 16
  const start = 8
  const side = start * 2 ** doublings
  const random = randomStream(seed, 'image')
  const b = new GraphBuilder()
  const weights = new Weights(b, random)
  const z = b.fed('z', [batch, latent])
  const images = b.data('images', [batch, 1, side, side])
  let map = b.reshape(
    b.unary('silu', b.matmul(z, weights.add('dense', [latent, channels * start * start]))),
    [batch, channels, start, start],
  )
  let depth = channels
  for (let i = 0; i < doublings; i++) {
    const next = Math.max(4, depth / 2)
    const kernel = weights.add(`kernel${i}`, [depth, next, 4, 4], 4)
    const bias = b.reshape(weights.add(`bias${i}`, [next], 0.1), [1, next, 1, 1])
    map = b.unary('silu', b.plus(b.convTranspose2d(map, kernel, { stride: 2, padding: 1 }), bias))
    depth = next
  }
  const last = b.conv2d(map, weights.add('last', [1, depth, 3, 3], 2), { padding: 1 })
  const loss = b.mean(b.unary('square', b.minus(b.unary('sigmoid', last), images)))
  const pixels = randomStream(seed, 'pixels')
  const data = {
    images: Float32Array.from({ length: batch * side * side }, () => Math.round(pixels.uniform())),
  }
  return workload('image', trainingStep(b, loss, decays(weights.values)), weights.values, data, (draws) => ({
    z: normals(draws, batch * latent),
  }))
}
