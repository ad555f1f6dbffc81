import type { LossPoint } from '../../contract/index.ts'
import { mean, randomStream } from '../math/index.ts'
import type { Shape } from './base-network.ts'
import { discrepancyVariance, fitDiscrepancy, openVariance, withDiscrepancy } from './discrepancy.ts'
import { withStrength } from './discrepancy-strength.ts'
import { discrepancyDraws } from './discrepancy-draws.ts'
import type { Discrepancy } from './discrepancy.ts'
import { applyFeatureMap, fitFeatureMap } from './feature-map.ts'
import type { FeatureMap } from './feature-map.ts'
import { indicesWhere } from './inner-folds.ts'
import { trainMember } from './member.ts'
import { emptyMoments, outputScale } from './moments.ts'
import type { Batch, Member } from './member.ts'
import { addMoments, meanFunction, momentSums } from './network-predict.ts'
import type { MomentSums } from './network-predict.ts'
import { takeRows } from './sample.ts'
import { settingsFor } from './training-settings.ts'
import type { TrainingSettings } from './training-settings.ts'
import type { Moments, OutputScale, Predictor, Sample } from './types.ts'

/** Smallest predictive standard deviation, in standard deviations of the training targets. */
const SD_FLOOR = 0.02

/** A fitted ensemble of hypernetworks: plain data. `points` are 2K x K latent points a member. */
export interface HypernetworkState {
  readonly kind: 'bhn'
  readonly features: FeatureMap
  readonly shape: Shape
  readonly scale: OutputScale
  readonly members: readonly { parameters: Float64Array; points: Float64Array }[]
  readonly discrepancy: Discrepancy
  readonly seed: number
}

export interface HypernetworkFit {
  readonly state: HypernetworkState
  /** Predictions of each row by the member that left its fold out, δ given the other folds, n x m. */
  readonly outOfFold: Moments
  readonly loss: LossPoint[]
  readonly settings: TrainingSettings
  readonly steps: number
}

export interface TrainingProgress {
  check(): void
  /** steps done since the last call, of steps planned. */
  advanced(steps: number, series: Record<string, [number, number]> | null): void
}

/**
 * Fits one member a fold: each leaves its fold out and keeps the snapshot that predicts it best. Members advance
 * side by side, so that the live loss is their average. folds: fold number of each row, 0..F−1.
 */
export function fitHypernetwork(
  sample: Sample,
  folds: Int32Array,
  seed: number,
  progress: TrainingProgress,
): HypernetworkFit {
  const settings = settingsFor(sample.n)
  const features = fitFeatureMap(sample.inputs, sample.x, sample.n)
  const x = applyFeatureMap(features, sample.x, sample.n)
  const scale = outputScale(sample)
  const m = sample.outputs.length
  const y = sample.y.map((v, i) => (v - scale.mean[i % m]!) / scale.sd[i % m]!)
  const d = features.kept.length
  const shape: Shape = { features: d, hidden: settings.hidden, outputs: m, latent: settings.latent }
  const batch = (rows: Int32Array): Batch => ({
    n: rows.length,
    x: takeRows(x, d, rows),
    y: takeRows(y, m, rows),
  })
  const foldCount = Math.max(...folds) + 1
  const stream = randomStream(seed, 'bhn')
  const held: Int32Array[] = []
  const members: Member[] = []
  for (let f = 0; f < foldCount; f++) {
    const out = indicesWhere(sample.n, (i) => folds[i] === f)
    const rest = indicesWhere(sample.n, (i) => folds[i] !== f)
    held.push(out)
    members.push(trainMember(shape, settings, batch(rest), batch(out), stream.child(`member ${f}`)))
  }
  const loss = advanceTogether(members, settings, progress)
  const outOfFold = emptyMoments(sample.n * m)
  const trained = members.map((member) => ({ parameters: member.best(), points: member.points }))
  trained.forEach((member, f) => {
    const rows = held[f]!
    const sums = momentSums(rows.length * m)
    addMoments(member.parameters, shape, member.points, takeRows(x, d, rows), rows.length, sums)
    const part = momentsOf(sums, scale)
    rows.forEach((row, i) => {
      for (let j = 0; j < m; j++) {
        outOfFold.mean[row * m + j] = part.mean[i * m + j]!
        outOfFold.epistemicVariance[row * m + j] = part.epistemicVariance[i * m + j]!
        outOfFold.aleatoricVariance[row * m + j] = part.aleatoricVariance[i * m + j]!
      }
    })
  })
  const open = fitDiscrepancy({ n: sample.n, x, y, folds, groups: sample.groups }, seed, progress.check)
  const discrepancy = withStrength(open.discrepancy, sample, outOfFold, open.outOfFold, scale.sd)
  const steps = members.reduce((sum, member) => sum + member.steps, 0)
  return {
    state: { kind: 'bhn', features, shape, scale, members: trained, discrepancy, seed },
    outOfFold: withDiscrepancy(outOfFold, discrepancy, open.outOfFold, scale.sd),
    loss,
    settings,
    steps,
  }
}

export function hypernetworkPredictor(state: HypernetworkState): Predictor {
  const { shape, features, scale, discrepancy } = state
  const drawn = new Map<number, ReturnType<typeof discrepancyDraws>>()
  const drawsOf = (count: number): ReturnType<typeof discrepancyDraws> => {
    const draws = drawn.get(count) ?? discrepancyDraws(discrepancy, count)
    drawn.set(count, draws)
    return draws
  }
  return {
    moments(x, n) {
      const f = applyFeatureMap(features, x, n)
      const sums = momentSums(n * shape.outputs)
      for (const member of state.members) addMoments(member.parameters, shape, member.points, f, n, sums)
      return withDiscrepancy(
        momentsOf(sums, scale),
        discrepancy,
        discrepancyVariance(discrepancy, f, n),
        scale.sd,
      )
    },
    drawMeans(x, n, count) {
      const f = applyFeatureMap(features, x, n)
      const m = shape.outputs
      const out = new Float64Array(count * n * m)
      for (let draw = 0; draw < count; draw++) {
        const member = state.members[draw % state.members.length]!
        const stream = randomStream(state.seed, `bhn draw ${draw}`)
        const z = Float64Array.from({ length: shape.latent }, () => stream.normal())
        out.set(meanFunction(member.parameters, shape, z, f, n), draw * n * m)
      }
      const delta = drawsOf(count)(f, n)
      const variance = discrepancyVariance(discrepancy, f, n)
      const share = openVariance(discrepancy, variance).map((open, i) => {
        const whole = discrepancy.outputs[i % m]!.amplitude * variance[i]!
        return whole > 0 ? Math.sqrt(open / whole) : 0
      })
      return out.map((v, i) => scale.mean[i % m]! + scale.sd[i % m]! * (v + share[i % (n * m)]! * delta[i]!))
    },
  }
}

function momentsOf(sums: MomentSums, scale: OutputScale): Moments {
  const out = emptyMoments(sums.mean.length)
  const m = scale.mean.length
  for (let i = 0; i < sums.mean.length; i++) {
    const j = i % m
    const mu = sums.mean[i]! / sums.draws
    const epistemic = Math.max(0, sums.square[i]! / sums.draws - mu * mu)
    const noise = sums.noise[i]! / sums.draws
    const lift = Math.max(0, SD_FLOOR * SD_FLOOR - epistemic - noise)
    out.mean[i] = scale.mean[j]! + scale.sd[j]! * mu
    out.epistemicVariance[i] = epistemic * scale.sd[j]! ** 2
    out.aleatoricVariance[i] = (noise + lift) * scale.sd[j]! ** 2
  }
  return out
}

function advanceTogether(
  members: readonly Member[],
  settings: TrainingSettings,
  progress: TrainingProgress,
): LossPoint[] {
  const loss: LossPoint[] = []
  let running = [...members]
  while (running.length > 0) {
    const before = running.map((member) => member.steps)
    const next = running.filter((member) => member.advance(progress.check))
    let steps = running.reduce((sum, member, i) => sum + member.steps - before[i]!, 0)
    for (const member of running) if (!next.includes(member)) steps += settings.maxSteps - member.steps
    running = next
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
