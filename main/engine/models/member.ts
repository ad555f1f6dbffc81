import type { LossPoint } from '../../contract/index.ts'
import type { RandomStream } from '../math/index.ts'
import { adam } from './adam.ts'
import type { Adam } from './adam.ts'
import { backward, forward, layoutOf, workspace } from './base-network.ts'
import type { Shape, Workspace } from './base-network.ts'
import { gaussianCrps } from './gaussian.ts'
import { dataLoss } from './loss.ts'
import { cubaturePoints, marginalKl, modulateBackward, PRIOR_SD, startFactors } from './modulation.ts'
import { addMoments, drawWeights, momentSums, parameterCount, splitParameters } from './network-predict.ts'
import type { MomentSums, Parameters } from './network-predict.ts'
import { transposeInto } from './product.ts'
import { schedule } from './training-settings.ts'
import type { TrainingSettings } from './training-settings.ts'

/** Standardised rows: x is n x d features, y is n x m targets, NaN = not observed. */
export interface Batch {
  readonly n: number
  readonly x: Float64Array
  readonly y: Float64Array
}

/** One network in training on `train`; `validation` rows only choose the snapshot that is kept. */
export interface Member {
  /** Runs up to `checkInterval` steps, then checks; false when training is over. */
  advance(check: () => void): boolean
  readonly steps: number
  readonly curve: readonly LossPoint[]
  /** Parameters with the smallest validation CRPS so far, and the z points that go with them. */
  best(): Float64Array
  readonly points: Float64Array
}

export function startParameters(shape: Shape, stream: RandomStream): Float64Array {
  const flat = new Float64Array(parameterCount(shape))
  const at = layoutOf(shape)
  const { features: d, hidden: h, outputs: m, latent } = shape
  const fill = (from: number, count: number, inputs: number, factor: number): void => {
    const bound = factor / Math.sqrt(Math.max(1, inputs))
    for (let i = 0; i < count; i++) flat[from + i] = bound * (2 * stream.uniform() - 1)
  }
  fill(at.w1, h * d, d, 1)
  fill(at.b1, h, d, 1)
  fill(at.w2, h * h, h, 1)
  fill(at.b2, h, h, 1)
  fill(at.w3, 2 * m * h, h, 0.3)
  startFactors(splitParameters(flat, shape).factors, latent, stream)
  return flat
}

function optimiser(shape: Shape, settings: TrainingSettings): Adam {
  const at = layoutOf(shape)
  const size = parameterCount(shape)
  const rate = new Float64Array(size).fill(settings.hyperRate).fill(settings.weightRate, 0, at.size)
  const decay = new Float64Array(size)
  decay
    .fill(settings.decay, at.w1, at.b1)
    .fill(settings.decay, at.w2, at.b2)
    .fill(settings.decay, at.w3, at.b3)
  return adam(rate, decay)
}

/** Loss of one batch at the given z (P x K) and its gradient, which is overwritten. KL enters as tempering·KL/n. */
export function batchLoss(
  shape: Shape,
  parameters: Parameters,
  gradient: Parameters,
  space: Workspace,
  batch: Batch,
  xT: Float64Array,
  points: Float64Array,
  klWeight: number,
): { data: number; kl: number } {
  const { latent } = shape
  const draws = points.length / latent
  gradient.base.fill(0)
  gradient.mean.fill(0)
  gradient.factors.fill(0)
  let data = 0
  for (let p = 0; p < draws; p++) {
    const z = points.subarray(p * latent, (p + 1) * latent)
    drawWeights(parameters, shape, z, space)
    forward(shape, space, batch.x, batch.n)
    data += dataLoss(space.output, batch.y, batch.n, shape.outputs, 1 / draws, space.outputGradient)
    backward(parameters.base, shape, space, xT, batch.n, gradient.base)
    modulateBackward(space.gammaGradient, z, gradient.mean, gradient.factors)
  }
  const kl = marginalKl(
    parameters.mean,
    parameters.factors,
    latent,
    PRIOR_SD,
    klWeight,
    gradient.mean,
    gradient.factors,
  )
  return { data, kl: klWeight * kl }
}

export function trainMember(
  shape: Shape,
  settings: TrainingSettings,
  train: Batch,
  validation: Batch,
  stream: RandomStream,
): Member {
  const flat = startParameters(shape, stream.child('start'))
  const flatGradient = new Float64Array(flat.length)
  const parameters = splitParameters(flat, shape)
  const gradient = splitParameters(flatGradient, shape)
  const points = cubaturePoints(shape.latent, stream.child('points'))
  const noise = stream.child('noise')
  const order = stream.child('order')
  const update = optimiser(shape, settings)
  const klWeight = settings.tempering / train.n
  const batches = batchesOf(train, shape, settings.batch, order)
  const space = workspace(shape, Math.min(train.n, settings.batch))
  const curve: LossPoint[] = []
  let best = flat.slice()
  let bestScore = Infinity
  let bestStep = 0
  let step = 0

  return {
    get steps() {
      return step
    },
    curve,
    points,
    best: () => best,
    advance(check) {
      let sum = 0
      const until = Math.min(step + settings.checkInterval, settings.maxSteps)
      const count = until - step
      for (; step < until; step++) {
        check()
        const { batch, xT } = batches()
        const z = antithetic(settings.pairs, shape.latent, noise)
        sum += batchLoss(shape, parameters, gradient, space, batch, xT, z, klWeight).data
        update.step(flat, flatGradient, schedule(settings, step))
      }
      const { crps, loss } = validate(flat, shape, points, validation)
      curve.push({ step, train: sum / count, validation: loss })
      if (crps === null || crps < bestScore) {
        bestScore = crps ?? bestScore
        bestStep = step
        best = flat.slice()
      }
      return step < settings.maxSteps && step - bestStep < settings.patience
    },
  }
}

function antithetic(pairs: number, latent: number, noise: RandomStream): Float64Array {
  const z = new Float64Array(2 * pairs * latent)
  for (let p = 0; p < pairs; p++) {
    for (let k = 0; k < latent; k++) {
      const v = noise.normal()
      z[2 * p * latent + k] = v
      z[(2 * p + 1) * latent + k] = -v
    }
  }
  return z
}

/** The next batch at every call: all rows when they fit, else the rows of a new shuffle after another. */
function batchesOf(
  train: Batch,
  shape: Shape,
  size: number,
  order: RandomStream,
): () => { batch: Batch; xT: Float64Array } {
  const { features: d, outputs: m } = shape
  if (train.n <= size) {
    const xT = new Float64Array(train.x.length)
    transposeInto(train.x, xT, train.n, d)
    return () => ({ batch: train, xT })
  }
  const rows = Int32Array.from({ length: train.n }, (_, i) => i)
  const batch = { n: size, x: new Float64Array(size * d), y: new Float64Array(size * m) }
  const xT = new Float64Array(size * d)
  let next = train.n
  return () => {
    if (next + size > train.n) {
      order.shuffle(rows)
      next = 0
    }
    for (let i = 0; i < size; i++) {
      const r = rows[next + i]!
      batch.x.set(train.x.subarray(r * d, (r + 1) * d), i * d)
      batch.y.set(train.y.subarray(r * m, (r + 1) * m), i * m)
    }
    next += size
    transposeInto(batch.x, xT, size, d)
    return { batch, xT }
  }
}

/** Mean CRPS of the moment-matched predictive over observed cells, and the data loss of the mean over z. */
function validate(
  flat: Float64Array,
  shape: Shape,
  points: Float64Array,
  rows: Batch,
): { crps: number | null; loss: number | null } {
  const sums = momentSums(rows.y.length)
  addMoments(flat, shape, points, rows.x, rows.n, sums)
  let crps = 0
  let loss = 0
  let count = 0
  for (let i = 0; i < rows.y.length; i++) {
    const y = rows.y[i]!
    if (Number.isNaN(y)) continue
    const { mean, sd } = mixture(sums, i)
    const c = gaussianCrps(y, mean, sd)
    crps += c
    loss += 0.5 * (0.9189385332046727 + Math.log(sd) + 0.5 * ((y - mean) / sd) ** 2) + 2 * c
    count++
  }
  return count === 0 ? { crps: null, loss: null } : { crps: crps / count, loss: loss / rows.n }
}

function mixture(sums: MomentSums, i: number): { mean: number; sd: number } {
  const mean = sums.mean[i]! / sums.draws
  const spread = Math.max(0, sums.square[i]! / sums.draws - mean * mean)
  return { mean, sd: Math.sqrt(spread + sums.noise[i]! / sums.draws) }
}
