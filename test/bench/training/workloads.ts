import { GraphBuilder, initialState, trainingStep } from '../../../main/engine/graph/index.ts'
import type { NodeId, Shape } from '../../../main/engine/graph/index.ts'
import { randomStream } from '../../../main/engine/math/index.ts'
import type { TrainingCase } from '../../support/training-cases.ts'

/** A workload whose twin in PyTorch is built from `twin` (see peer.py): the same parameters, feeds and loss. */
export interface Workload extends TrainingCase {
  readonly twin: Readonly<Record<string, number | string>>
}

const normals = (name: string, n: number, scale: number): Float32Array => {
  const stream = randomStream(11, name)
  return Float32Array.from({ length: n }, () => scale * stream.normal())
}

const plainAdam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

/**
 * The reference workload of a hypernetwork: 1000 rows, 16 inputs, 4 outputs each with a mean and a log-variance; base
 * network 16-H-H-8 with ReLU, head K → tanh → all its weights, `samples` draws of z, batches of 128, Adam, Gaussian
 * likelihood. Products are those counted in the design: 54 MF a step for small, 542 for big, about 10 for lite.
 */
export function hypernetwork(
  name: string,
  { h, latent, hidden, samples }: Readonly<Record<'h' | 'latent' | 'hidden' | 'samples', number>>,
): Workload {
  const [n, inputs, outputs, batch] = [1000, 16, 4, 128]
  const b = new GraphBuilder()
  const rows = b.fed('rows', [batch], 'i32')
  const x = b.gather(b.data('x', [n, inputs]), rows)
  const y = b.gather(b.data('y', [n, outputs]), rows)
  const z = b.fed('z', [samples, latent])
  const layers: readonly Shape[] = [
    [inputs, h],
    [1, h],
    [h, h],
    [1, h],
    [h, 2 * outputs],
    [1, 2 * outputs],
  ]
  const sizes = layers.map(([p = 1, q = 1]) => p * q)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const features = b.unary(
    'tanh',
    b.plus(b.matmul(z, b.parameter('u', [latent, hidden])), b.parameter('c', [hidden])),
  )
  const weights = b.plus(
    b.matmul(features, b.parameter('head', [hidden, total])),
    b.parameter('mean', [total]),
  )
  let start = 0
  const parts = layers.map((shape, i) => {
    const part = b.slice(weights, 1, start, start + sizes[i]!)
    start += sizes[i]!
    return b.reshape(part, [samples, ...shape])
  })
  const layer = (from: NodeId, i: number): NodeId => b.plus(b.matmul(from, parts[2 * i]!), parts[2 * i + 1]!)
  const out = layer(b.unary('relu', layer(b.unary('relu', layer(x, 0)), 1)), 2)
  const mean = b.slice(out, 2, 0, outputs)
  const logVariance = b.slice(out, 2, outputs, 2 * outputs)
  const squared = b.times(b.unary('square', b.minus(y, mean)), b.unary('exp', b.unary('neg', logVariance)))
  const loss = b.scale(b.mean(b.plus(squared, logVariance)), 0.5)

  const parameters = {
    u: normals(`${name} u`, latent * hidden, 1 / Math.sqrt(latent)),
    c: new Float32Array(hidden),
    head: normals(`${name} head`, hidden * total, 0.05 / Math.sqrt(hidden)),
    mean: normals(`${name} mean`, total, 0.1),
  }
  const rules = Object.keys(parameters).map((own) => ({ name: own, rate: 1, decay: 0 }))
  const table = normals(`${name} x`, n * inputs, 1)
  const targets = Float32Array.from({ length: n * outputs }, (_, i) => {
    const row = Math.floor(i / outputs) * inputs
    return Math.sin(table[row + (i % outputs)]!) + 0.5 * table[row + 5]! * table[row + 6]!
  })
  return {
    name,
    twin: { kind: 'hypernetwork', inputs, outputs, h },
    step: trainingStep(b, loss, rules, plainAdam),
    initial: initialState(parameters),
    data: { x: table, y: targets },
    feeds(from, count) {
      const stream = randomStream(from, `${name} rows`)
      return {
        count,
        rates: new Float32Array(count).fill(1e-4),
        inputs: {
          rows: Int32Array.from({ length: count * batch }, () => stream.integer(n)),
          z: normals(`${name} z ${from}`, count * samples * latent, 1),
        },
      }
    },
  }
}

/** A decoder of 64-pixel images: 16 latent numbers → 64 x 8 x 8 → 32 → 16 → 1 channel by three transposed convolutions. */
export function decoder(): Workload {
  const [batch, latent, size] = [16, 16, 64]
  const channels = [64, 32, 16, 1] as const
  const b = new GraphBuilder()
  const z = b.fed('z', [batch, latent])
  const y = b.fed('y', [batch, 1, size, size])
  const dense = b.plus(b.matmul(z, b.parameter('w', [latent, 4096])), b.parameter('c', [4096]))
  let image = b.reshape(b.unary('relu', dense), [batch, 64, 8, 8])
  const sizes: Record<string, number> = { w: latent * 4096, c: 4096 }
  for (let i = 0; i < 3; i++) {
    const [from, to] = [channels[i]!, channels[i + 1]!]
    const kernel = b.parameter(`k${i}`, [from, to, 4, 4])
    image = b.plus(
      b.convTranspose2d(image, kernel, { stride: 2, padding: 1 }),
      b.parameter(`b${i}`, [1, to, 1, 1]),
    )
    if (i < 2) image = b.unary('relu', image)
    sizes[`k${i}`] = from * to * 16
    sizes[`b${i}`] = to
  }
  const loss = b.mean(b.unary('square', b.minus(b.unary('sigmoid', image), y)))
  const scale = (own: string): number => (own.startsWith('k') ? 0.1 : own === 'w' ? 0.25 : 0)
  return {
    name: 'decoder',
    twin: { kind: 'decoder' },
    step: trainingStep(
      b,
      loss,
      Object.keys(sizes).map((own) => ({ name: own, rate: 1, decay: 0 })),
      plainAdam,
    ),
    initial: initialState(
      Object.fromEntries(
        Object.entries(sizes).map(([own, n]) => [own, normals(`decoder ${own}`, n, scale(own))]),
      ),
    ),
    data: {},
    feeds(from, count) {
      return {
        count,
        rates: new Float32Array(count).fill(1e-3),
        inputs: {
          z: normals(`decoder z ${from}`, count * batch * latent, 1),
          y: normals(`decoder y ${from}`, count * batch * size * size, 1).map((v) => (v > 0 ? 1 : 0)),
        },
      }
    },
  }
}

export const workloads: Readonly<Record<string, () => Workload>> = {
  small: () => hypernetwork('small', { h: 64, latent: 32, hidden: 64, samples: 8 }),
  big: () => hypernetwork('big', { h: 224, latent: 32, hidden: 64, samples: 8 }),
  lite: () => hypernetwork('lite', { h: 64, latent: 8, hidden: 16, samples: 2 }),
  decoder,
}
