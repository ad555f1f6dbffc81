import {
  GraphBuilder,
  initialState,
  trainingStep,
  type LocalEvaluator,
  type LocalExecutor,
  type NodeId,
} from '../../graph/index.ts'
import type { RandomStream } from '../../math/index.ts'
import { gaussianCrps } from '../gaussian.ts'
import { dataLoss } from '../hypernetwork/objective.ts'
import type { NetworkOutputs } from '../hypernetwork/network.ts'

/** Side of the square crops that the network sees, px. */
export const CROP = 64
const BATCH = 32
const STEPS = 300
const CHECK_EVERY = 20
const PATIENCE = 100
const RATE = 2e-3
const WARM_UP = 20

const LAYERS = [
  { inputs: 1, outputs: 8, size: 5 },
  { inputs: 8, outputs: 16, size: 3 },
  { inputs: 16, outputs: 32, size: 3 },
] as const
const POOLED = 32

/** Crops (n x CROP x CROP) of specimens; target: n x m, standardised, NaN = not measured. */
export interface Crops {
  readonly n: number
  readonly pixels: Float32Array
  readonly target: Float32Array
}

export type ConvolutionalState = Readonly<Record<string, Float32Array>>

function outputsOf(g: GraphBuilder, crops: NodeId, outputs: number): NetworkOutputs {
  let signal = crops
  LAYERS.forEach(({ inputs, outputs: channels, size }, i) => {
    const kernel = g.parameter(`k${i}`, [channels, inputs, size, size])
    const bias = g.parameter(`c${i}`, [1, channels, 1, 1])
    signal = g.unary('silu', g.plus(g.conv2d(signal, kernel, { stride: 2, padding: (size - 1) / 2 }), bias))
  })
  const pooled = g.mean(signal, [2, 3])
  const dense = g.plus(
    g.matmul(pooled, g.parameter('w', [POOLED, 2 * outputs])),
    g.parameter('b', [1, 2 * outputs]),
  )
  const drawn = g.plus(dense, g.constant([0], [1, 1, 1]))
  const raw = g.scale(g.unary('tanh', g.scale(g.slice(drawn, 2, outputs, 2 * outputs), 0.25)), 4)
  return { mean: g.slice(drawn, 2, 0, outputs), logVariance: g.minus(raw, g.scalar(1)) }
}

function start(outputs: number, stream: RandomStream): Record<string, Float32Array> {
  const parameters: Record<string, Float32Array> = {}
  LAYERS.forEach(({ inputs, outputs: channels, size }, i) => {
    const fan = inputs * size * size
    parameters[`k${i}`] = Float32Array.from(
      { length: channels * fan },
      () => Math.sqrt(2 / fan) * stream.normal(),
    )
    parameters[`c${i}`] = new Float32Array(channels)
  })
  parameters.w = Float32Array.from(
    { length: POOLED * 2 * outputs },
    () => 0.3 * (stream.normal() / Math.sqrt(POOLED)),
  )
  parameters.b = new Float32Array(2 * outputs)
  return parameters
}

/**
 * A small convolutional network (three strided layers, mean over the crop, Gaussian head) trained on `train`; the
 * snapshot with the smallest mean CRPS on `validation` is kept.
 */
export function fitConvolutional(
  executor: LocalExecutor,
  train: Crops,
  validation: Crops,
  stream: RandomStream,
  check: () => void,
): ConvolutionalState {
  const m = train.target.length / train.n
  const g = new GraphBuilder()
  const rows = g.fed('rows', [BATCH], 'i32')
  const pick = (name: string, shape: number[]): NodeId => g.gather(g.data(name, [train.n, ...shape]), rows)
  const outputs = outputsOf(g, pick('pixels', [1, CROP, CROP]), m)
  const loss = dataLoss(g, outputs, pick('target', [m]), pick('observed', [m]))
  const rules = [...LAYERS.flatMap((_, i) => [`k${i}`, `c${i}`]), 'w', 'b'].map((name) => ({
    name,
    rate: 1,
    decay: name.startsWith('k') || name === 'w' ? 0.02 : 0,
  }))
  const trainer = executor.trainer(trainingStep(g, loss, rules), initialState(start(m, stream)), {
    pixels: train.pixels,
    target: train.target.map((v) => (Number.isNaN(v) ? 0 : v)),
    observed: train.target.map((v) => (Number.isNaN(v) ? 0 : 1)),
  })
  const order = stream.child('order')
  const predict = convolutionalPredictor(executor, m)
  let best = trainer.state().parameters
  let bestScore = Infinity
  let bestStep = 0
  for (let step = 0; step < STEPS && step - bestStep < PATIENCE; step += CHECK_EVERY) {
    check()
    const feed = Int32Array.from({ length: CHECK_EVERY * BATCH }, () => order.integer(train.n))
    const rates = Float32Array.from({ length: CHECK_EVERY }, (_, i) => rateAt(step + i))
    trainer.run({ count: CHECK_EVERY, rates, inputs: { rows: feed } })
    const parameters = trainer.state().parameters
    const score = crpsOf(predict(parameters, validation.pixels, validation.n), validation)
    if (score !== null && score >= bestScore) continue
    bestScore = score ?? bestScore
    bestStep = step
    best = parameters
  }
  trainer.dispose()
  return best
}

const rateAt = (step: number): number =>
  RATE *
  (step < WARM_UP
    ? (step + 1) / WARM_UP
    : 0.5 * (1 + Math.cos((Math.PI * (step - WARM_UP)) / (STEPS - WARM_UP))))

/** n x m each, standardised. */
export interface CropMoments {
  readonly mean: Float32Array
  readonly variance: Float32Array
}

/** Predicts crops with given parameters; the graph is made ready once. */
export function convolutionalPredictor(
  executor: LocalExecutor,
  outputs: number,
): (parameters: ConvolutionalState, pixels: Float32Array, n: number) => CropMoments {
  let ready: LocalEvaluator | null = null
  const size = CROP * CROP
  return (parameters, pixels, n) => {
    ready ??= prepare(executor, outputs)
    const moments = { mean: new Float32Array(n * outputs), variance: new Float32Array(n * outputs) }
    for (let from = 0; from < n; from += BATCH) {
      const count = Math.min(BATCH, n - from)
      const batch = new Float32Array(BATCH * size)
      batch.set(pixels.subarray(from * size, (from + count) * size))
      const [mean, logVariance] = ready.run({ pixels: batch }, parameters)
      moments.mean.set(mean!.subarray(0, count * outputs), from * outputs)
      moments.variance.set(
        logVariance!.subarray(0, count * outputs).map((l) => Math.exp(l)),
        from * outputs,
      )
    }
    return moments
  }
}

function prepare(executor: LocalExecutor, outputs: number): LocalEvaluator {
  const g = new GraphBuilder()
  const { mean, logVariance } = outputsOf(g, g.data('pixels', [BATCH, 1, CROP, CROP]), outputs)
  return executor.evaluator(g.graph, [mean, logVariance])
}

function crpsOf({ mean, variance }: CropMoments, { target }: Crops): number | null {
  let sum = 0
  let count = 0
  target.forEach((y, i) => {
    if (Number.isNaN(y)) return
    sum += gaussianCrps(y, mean[i]!, Math.sqrt(variance[i]!))
    count++
  })
  return count === 0 ? null : sum / count
}
