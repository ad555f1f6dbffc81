import { GraphBuilder, initialState, trainingStep } from '../../main/engine/graph/index.ts'
import type { StepFeeds, Tensors, TrainingState, TrainingStep } from '../../main/engine/graph/index.ts'
import { randomStream } from '../../main/engine/math/index.ts'

export interface TrainingCase {
  readonly name: string
  readonly step: TrainingStep
  readonly initial: TrainingState
  readonly data: Tensors
  /** `count` steps from step `from` on: the same steps however they are cut into calls. */
  feeds(from: number, count: number): StepFeeds
}

const normals = (seed: number, name: string, n: number, scale = 1): Float32Array => {
  const stream = randomStream(seed, name)
  return Float32Array.from({ length: n }, () => scale * stream.normal())
}

const rates = (from: number, count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => 0.01 * Math.min(1, (from + i + 1) / 5))

/** Per-step values drawn by the number of the step. */
const perStep = (from: number, count: number, size: number, name: string): Float32Array => {
  const all = new Float32Array(count * size)
  for (let i = 0; i < count; i++) all.set(normals(from + i, name, size), i * size)
  return all
}

/**
 * A table of 40 rows and a small hypernetwork: rows gathered by number, weights made from z, a frozen parameter, decay on
 * some; mean and log-variance of one output.
 */
export function tabularCase(): TrainingCase {
  const b = new GraphBuilder()
  const [n, d, batch, samples, k, h] = [40, 5, 16, 3, 4, 8]
  const rows = b.fed('rows', [batch], 'i32')
  const x = b.gather(b.data('x', [n, d]), rows)
  const y = b.gather(b.data('y', [n, 1]), rows)
  const z = b.fed('z', [samples, k])
  const size = d * h + h + h * 2
  const head = b.plus(
    b.matmul(b.unary('tanh', b.matmul(z, b.parameter('u', [k, 6]))), b.parameter('head', [6, size])),
    b.parameter('mean', [size]),
  )
  const part = (from: number, shape: readonly number[]): number =>
    b.reshape(b.slice(head, 1, from, from + shape.reduce((p, q) => p * q, 1)), [samples, ...shape])
  const hidden = b.unary('silu', b.plus(b.matmul(x, part(0, [d, h])), part(d * h, [1, h])))
  const out = b.plus(b.matmul(hidden, part(d * h + h, [h, 2])), b.parameter('offset', [2]))
  const mean = b.slice(out, 2, 0, 1)
  const logVariance = b.clip(b.slice(out, 2, 1, 2), -6, 6)
  const error = b.unary('square', b.minus(y, mean))
  const loss = b.mean(b.plus(b.times(error, b.unary('exp', b.unary('neg', logVariance))), logVariance))
  const step = trainingStep(b, loss, [
    { name: 'head', rate: 0.3, decay: 0 },
    { name: 'u', rate: 1, decay: 0.1 },
    { name: 'mean', rate: 1, decay: 0.02 },
  ])
  const parameters = {
    u: normals(1, 'u', k * 6, 0.5),
    head: normals(1, 'head', 6 * size, 0.2),
    mean: normals(1, 'mean', size, 0.4),
    offset: Float32Array.of(0.1, -0.2),
  }
  const table = normals(2, 'x', n * d)
  return {
    name: 'a hypernetwork on a table',
    step,
    initial: initialState(parameters),
    data: {
      x: table,
      y: Float32Array.from({ length: n }, (_, i) => Math.sin(table[i * d]!) + 0.3 * table[i * d + 1]!),
    },
    feeds(from, count) {
      const chosen = new Int32Array(count * batch)
      for (let i = 0; i < count; i++) {
        const stream = randomStream(from + i, 'rows')
        for (let j = 0; j < batch; j++) chosen[i * batch + j] = stream.integer(n)
      }
      return {
        count,
        rates: rates(from, count),
        inputs: { rows: chosen, z: perStep(from, count, samples * k, 'z') },
      }
    },
  }
}

/** A decoder of images: dense, transposed and plain convolutions, softmax over two classes of pixel. */
export function imageCase(): TrainingCase {
  const b = new GraphBuilder()
  const batch = 3
  const z = b.fed('z', [batch, 4])
  const labels = b.fed('labels', [batch, 8, 8, 2])
  const first = b.reshape(b.unary('relu', b.matmul(z, b.parameter('dense', [4, 24]))), [batch, 6, 2, 2])
  const second = b.unary(
    'silu',
    b.plus(
      b.convTranspose2d(first, b.parameter('up1', [6, 4, 4, 4]), { stride: 2, padding: 1 }),
      b.parameter('bias', [1, 4, 1, 1]),
    ),
  )
  const third = b.unary(
    'silu',
    b.convTranspose2d(second, b.parameter('up2', [4, 3, 3, 3]), { stride: 2, padding: 1, outputPadding: 1 }),
  )
  const last = b.conv2d(third, b.parameter('out', [2, 3, 3, 3]), { padding: 1 })
  const logits = b.logSoftmax(b.transpose(last, [0, 2, 3, 1]))
  const loss = b.scale(b.sum(b.times(labels, logits)), -1 / (batch * 64))
  const sizes = { dense: 96, up1: 6 * 4 * 16, bias: 4, up2: 4 * 3 * 9, out: 2 * 3 * 9 }
  const names = Object.keys(sizes) as (keyof typeof sizes)[]
  return {
    name: 'a decoder of images',
    step: trainingStep(
      b,
      loss,
      names.map((name) => ({ name, rate: 1, decay: 0.01 })),
      { beta1: 0.9, beta2: 0.99, epsilon: 1e-7 },
    ),
    initial: initialState(
      Object.fromEntries(names.map((name) => [name, normals(3, name, sizes[name], 0.3)])),
    ),
    data: {},
    feeds(from, count) {
      const inputs = perStep(from, count, batch * 4, 'image z')
      const labelled = new Float32Array(count * batch * 128)
      for (let i = 0; i < count * batch * 64; i++)
        labelled[2 * i + (inputs[Math.floor(i / 64) * 4]! + (i % 8) / 8 > 0.5 ? 1 : 0)] = 1
      return { count, rates: rates(from, count), inputs: { z: inputs, labels: labelled } }
    },
  }
}

/** A head of more than 16384 weights with decay, fed by four samples: what executors may treat apart from small ones. */
export function wideCase(): TrainingCase {
  const b = new GraphBuilder()
  const [samples, k, width] = [4, 8, 2100]
  const z = b.fed('z', [samples, k])
  const wide = b.plus(b.matmul(z, b.parameter('head', [k, width])), b.parameter('mean', [width]))
  const target = b.data('target', [width])
  const loss = b.mean(b.unary('softplus', b.unary('square', b.minus(b.unary('tanh', wide), target))))
  return {
    name: 'a wide head',
    step: trainingStep(b, loss, [
      { name: 'head', rate: 0.5, decay: 0.05 },
      { name: 'mean', rate: 1, decay: 0 },
    ]),
    initial: initialState({
      head: normals(5, 'wide head', k * width, 0.3),
      mean: normals(5, 'wide mean', width, 0.3),
    }),
    data: { target: normals(6, 'target', width) },
    feeds: (from, count) => ({
      count,
      rates: rates(from, count),
      inputs: { z: perStep(from, count, samples * k, 'wide z') },
    }),
  }
}
