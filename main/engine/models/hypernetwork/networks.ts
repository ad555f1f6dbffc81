import type { LossPoint } from '../../../contract/index.ts'
import type { LocalExecutor } from '../../graph/index.ts'
import { mean, randomStream } from '../../math/index.ts'
import { applyFeatureMap, fitFeatureMap, type FeatureMap } from '../feature-map.ts'
import { indicesWhere } from '../inner-folds.ts'
import { emptyMoments, outputScale } from '../moments.ts'
import type { PhysicsFeatures } from '../physics/index.ts'
import { takeRows } from '../sample.ts'
import type { TrainingSettings } from '../training-settings.ts'
import type { Moments, OutputScale, Predictor, Sample } from '../types.ts'
import { rowsJudge, type MemberRows } from './judge.ts'
import { trainMember, type Member } from './member.ts'
import { networkEvaluator, type MemberMoments, type MemberState, type NetworkEvaluator } from './predict.ts'
import { drawSize, type NetworkShape } from './shape.ts'

/** Smallest predictive standard deviation, in standard deviations of the training targets. */
export const SD_FLOOR = 0.02
/** Bounds of a mean function's log-variance, in those of the training targets: what a sum of two bounded terms allows. */
const LOG_VARIANCE_LIMIT = 8

/** Networks of one shape, each trained without one fold, or snapshots of one on the way: plain data. */
export interface NetworksState {
  readonly features: FeatureMap
  readonly shape: NetworkShape
  readonly scale: OutputScale
  readonly members: readonly MemberState[]
  readonly seed: number
}

export interface NetworksFit {
  readonly state: NetworksState
  /** Predictions of each row by the member that left its fold out, n x m. */
  readonly outOfFold: Moments
  readonly loss: LossPoint[]
  readonly steps: number
}

export interface TrainingProgress {
  check(): void
  /** steps done since the last call, of steps planned. */
  advanced(steps: number, series: Record<string, [number, number]> | null): void
}

/**
 * Fits one member a fold: each leaves its fold out and keeps the snapshot that predicts it best. Members advance
 * side by side, so that the live loss is their average. folds: fold number of each row, 0..F−1; rows of fold
 * −1 are in no member's validation part and have no out-of-fold moments.
 */
export function fitNetworks(
  executor: LocalExecutor,
  uncertainty: NetworkShape['uncertainty'],
  meanFunction: Moments | null,
  settings: TrainingSettings,
  sample: Sample,
  folds: Int32Array,
  seed: number,
  progress: TrainingProgress,
): NetworksFit {
  const features = fitFeatureMap(sample.inputs, sample.x, sample.n)
  const scale = outputScale(sample)
  const m = sample.outputs.length
  const y = standardise(sample.y, scale)
  const given = meanFunction === null ? null : offsetOf(meanFunction, scale)
  const x = withOffset(applyFeatureMap(features, sample.x, sample.n), given, sample.n)
  const d = x.length / sample.n
  const shape: NetworkShape = {
    uncertainty,
    features: d,
    hidden: settings.hidden,
    outputs: m,
    latent: uncertainty === 'modulation' ? settings.latent : 0,
    offset: given !== null,
  }
  const rowsOf = (rows: Int32Array): MemberRows => ({
    n: rows.length,
    x: Float32Array.from(takeRows(x, d, rows)),
    y: Float32Array.from(takeRows(y, m, rows)),
    offset: given === null ? null : Float32Array.from(takeRows(given, 2 * m, rows)),
  })
  const evaluator = networkEvaluator(executor, shape)
  const judge = rowsJudge(executor, evaluator, shape, settings)
  const stream = randomStream(seed, `${uncertainty} ${meanFunction === null ? 'raw' : 'offset'}`)
  const held: Int32Array[] = []
  const members: Member[] = []
  for (let f = 0; f <= Math.max(...folds); f++) {
    const out = indicesWhere(sample.n, (i) => folds[i] === f)
    const rest = indicesWhere(sample.n, (i) => folds[i] !== f)
    held.push(out)
    const own = stream.child(`member ${f}`)
    members.push(trainMember(executor, judge, shape, settings, rowsOf(rest), rowsOf(out), own))
  }
  const loss = advanceTogether(members, settings, progress)
  const trained = members.map((member) => member.kept())
  const outOfFold = emptyMoments(sample.n * m)
  trained.forEach((snapshots, f) => {
    const rows = held[f]!
    const part = rowsOf(rows)
    const moments = inUnits(
      snapshots.map((snapshot) => evaluator.moments(snapshot, part.x, part.offset, part.n)),
      scale,
    )
    rows.forEach((row, i) => {
      for (let j = 0; j < m; j++) {
        outOfFold.mean[row * m + j] = moments.mean[i * m + j]!
        outOfFold.epistemicVariance[row * m + j] = moments.epistemicVariance[i * m + j]!
        outOfFold.aleatoricVariance[row * m + j] = moments.aleatoricVariance[i * m + j]!
      }
    })
  })
  const steps = members.reduce((sum, member) => sum + member.steps, 0)
  for (const member of members) member.dispose()
  return { state: { features, shape, scale, members: trained.flat(), seed }, outOfFold, loss, steps }
}

/** Serves the members together; `meanFunction` is that of the fit, fitted on all rows, `derived` the columns behind the raw ones. */
export function networksPredictor(
  executor: LocalExecutor,
  state: NetworksState,
  meanFunction: Predictor | null,
  derived: PhysicsFeatures | null = null,
): Predictor {
  const { shape, features, scale, members } = state
  const m = shape.outputs
  let evaluator: NetworkEvaluator | null = null
  const ready = (): NetworkEvaluator => (evaluator ??= networkEvaluator(executor, shape))
  const inputsOf = (x: Float64Array, n: number): { x: Float32Array; offset: Float32Array | null } => {
    const given = meanFunction === null ? null : offsetOf(meanFunction.moments(x, n), scale)
    const inputs = derived === null ? x : withDerived(x, derived, n)
    return {
      x: Float32Array.from(withOffset(applyFeatureMap(features, inputs, n), given, n)),
      offset: given === null ? null : Float32Array.from(given),
    }
  }
  return {
    moments(x, n) {
      const inputs = inputsOf(x, n)
      return inUnits(
        members.map((member) => ready().moments(member, inputs.x, inputs.offset, n)),
        scale,
      )
    },
    drawMeans(x, n, count) {
      const inputs = inputsOf(x, n)
      const out = new Float64Array(count * n * m)
      members.forEach((member, f) => {
        const own = Array.from({ length: count }, (_, s) => s).filter((s) => s % members.length === f)
        if (own.length === 0) return
        const size = drawSize(shape)
        const values = new Float32Array(own.length * size)
        own.forEach((s, i) => {
          values.set(drawOf(state, member, s), i * size)
        })
        // Plain weights have one function a member, whichever draw is asked for.
        const asked = size === 0 ? 1 : own.length
        const means = ready().means(member, { count: asked, values }, inputs.x, inputs.offset, n)
        own.forEach((s, i) => {
          const from = (size === 0 ? 0 : i) * n * m
          for (let at = 0; at < n * m; at++) {
            const j = at % m
            out[s * n * m + at] = scale.mean[j]! + scale.sd[j]! * means[from + at]!
          }
        })
      })
      return out
    },
  }
}

function withDerived(x: Float64Array, derived: PhysicsFeatures, n: number): Float64Array {
  const extra = derived.apply(x, n)
  return withOffset(x, extra.length === 0 ? null : extra, n)
}

function drawOf(state: NetworksState, member: MemberState, draw: number): Float32Array {
  const size = drawSize(state.shape)
  if (state.shape.uncertainty !== 'modulation') {
    const pass = draw % member.draws.count
    return member.draws.values.subarray(pass * size, (pass + 1) * size)
  }
  const stream = randomStream(state.seed, `bhn draw ${draw}`)
  return Float32Array.from({ length: size }, () => stream.normal())
}

function standardise(y: Float64Array, scale: OutputScale): Float64Array {
  const m = scale.mean.length
  return y.map((v, i) => (v - scale.mean[i % m]!) / scale.sd[i % m]!)
}

/** Standardised means and log-variances of a mean function, n x 2m. */
function offsetOf(moments: Moments, scale: OutputScale): Float64Array {
  const m = scale.mean.length
  const n = moments.mean.length / m
  const out = new Float64Array(n * 2 * m)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++) {
      const at = i * m + j
      const variance = (moments.epistemicVariance[at]! + moments.aleatoricVariance[at]!) / scale.sd[j]! ** 2
      const mu = (moments.mean[at]! - scale.mean[j]!) / scale.sd[j]!
      // A row the mean function could not predict stands at the training mean with the targets' variance.
      out[i * 2 * m + j] = Number.isNaN(mu) ? 0 : mu
      const l = Number.isNaN(variance) ? 0 : Math.log(Math.max(variance, 1e-12))
      out[i * 2 * m + m + j] = Math.max(-LOG_VARIANCE_LIMIT, Math.min(LOG_VARIANCE_LIMIT, l))
    }
  return out
}

/** The mean function is an input beside the features as well: how far to trust it may depend on what it says. */
function withOffset(features: Float64Array, offset: Float64Array | null, n: number): Float64Array {
  if (offset === null) return features
  const d = features.length / n
  const extra = offset.length / n
  const out = new Float64Array(n * (d + extra))
  for (let i = 0; i < n; i++) {
    out.set(features.subarray(i * d, (i + 1) * d), i * (d + extra))
    out.set(offset.subarray(i * extra, (i + 1) * extra), i * (d + extra) + d)
  }
  return out
}

/** Moments of members of equal weight, in the outputs' units. */
function inUnits(parts: readonly MemberMoments[], scale: OutputScale): Moments {
  const size = parts[0]!.mean.length
  const m = scale.mean.length
  const out = emptyMoments(size)
  for (let i = 0; i < size; i++) {
    const unit = scale.sd[i % m]!
    const centre = mean(parts.map((part) => part.mean[i]!))
    const spread = mean(parts.map((part) => part.spread[i]! + (part.mean[i]! - centre) ** 2))
    const noise = mean(parts.map((part) => part.noise[i]!))
    const lift = Math.max(0, SD_FLOOR * SD_FLOOR - spread - noise)
    out.mean[i] = scale.mean[i % m]! + unit * centre
    out.epistemicVariance[i] = spread * unit * unit
    out.aleatoricVariance[i] = (noise + lift) * unit * unit
  }
  return out
}

/** Advances members side by side until all are done; their average loss at each look. */
export function advanceTogether(
  members: readonly Member[],
  settings: TrainingSettings,
  progress: TrainingProgress,
): LossPoint[] {
  const loss: LossPoint[] = []
  let running = [...members]
  while (running.length > 0) {
    let steps = 0
    running = running.filter((member) => {
      progress.check()
      const before = member.steps
      const more = member.advance()
      // One that stops early has done its share.
      steps += (more ? member.steps : settings.maxSteps) - before
      return more
    })
    const point = averagePoint(members)
    loss.push(point)
    const series: Record<string, [number, number]> = { train: [point.step, point.train] }
    if (point.validation !== null) series.validation = [point.step, point.validation]
    progress.advanced(steps, series)
  }
  return loss
}

/** Average over members at the newest step; one that stopped early keeps its last value. */
function averagePoint(members: readonly Member[]): LossPoint {
  const last = members.map((member) => member.curve.at(-1)!)
  const validation = last.map((p) => p.validation).filter((v) => v !== null)
  return {
    step: Math.max(...last.map((p) => p.step)),
    train: mean(last.map((p) => p.train)),
    validation: validation.length === 0 ? null : mean(validation),
  }
}
