import type { LocalExecutor } from '../../../main/engine/graph/index.ts'
import { randomStream } from '../../../main/engine/math/index.ts'
import { calibrate } from '../../../main/engine/models/calibration.ts'
import { applyFeatureMap, fitFeatureMap } from '../../../main/engine/models/feature-map.ts'
import { gaussianNll } from '../../../main/engine/models/gaussian.ts'
import { rowsJudge, type MemberRows } from '../../../main/engine/models/hypernetwork/judge.ts'
import { trainMember } from '../../../main/engine/models/hypernetwork/member.ts'
import { SD_FLOOR } from '../../../main/engine/models/hypernetwork/networks.ts'
import { networkEvaluator, type MemberMoments } from '../../../main/engine/models/hypernetwork/predict.ts'
import type { NetworkShape } from '../../../main/engine/models/hypernetwork/shape.ts'
import { outputScale } from '../../../main/engine/models/moments.ts'
import { subset } from '../../../main/engine/models/sample.ts'
import type { TrainingSettings } from '../../../main/engine/models/training-settings.ts'
import type { Moments, Sample } from '../../../main/engine/models/types.ts'

/** Random parts of a table, 60 % to train on, 15 % to stop and calibrate by, 25 % held out, as standardised features. */
export interface Split {
  readonly whole: { readonly train: Sample; readonly validation: Sample; readonly test: Sample }
  readonly train: MemberRows
  readonly validation: MemberRows
  readonly test: MemberRows
  readonly features: number
  /** Of the target. */
  readonly centre: number
  readonly unit: number
}

export function splitTable(sample: Sample, seed: number): Split {
  const order = randomStream(seed, 'split').shuffle(Int32Array.from({ length: sample.n }, (_, i) => i))
  const [tests, validations] = [Math.round(0.25 * sample.n), Math.round(0.15 * sample.n)]
  const part = (from: number, to: number): Sample => subset(sample, order.slice(from, to))
  const test = part(0, tests)
  const validation = part(tests, tests + validations)
  const train = part(tests + validations, sample.n)
  const map = fitFeatureMap(train.inputs, train.x, train.n)
  const scale = outputScale(train)
  const [centre, unit] = [scale.mean[0]!, scale.sd[0]!]
  const rows = ({ n, x, y }: Sample): MemberRows => ({
    n,
    x: Float32Array.from(applyFeatureMap(map, x, n)),
    y: Float32Array.from(y, (v) => (v - centre) / unit),
    offset: null,
  })
  return {
    whole: { train, validation, test },
    train: rows(train),
    validation: rows(validation),
    test: rows(test),
    features: map.kept.length,
    centre,
    unit,
  }
}

/** Moment-matched mixture of equal parts in the target's unit, as it is served. */
export function mixture(parts: readonly MemberMoments[], { centre, unit }: Split): Moments {
  const n = parts[0]!.mean.length
  const out: Moments = {
    mean: new Float64Array(n),
    epistemicVariance: new Float64Array(n),
    aleatoricVariance: new Float64Array(n),
  }
  for (let i = 0; i < n; i++) {
    const average = (of: (part: MemberMoments) => number): number =>
      parts.reduce((sum, part) => sum + of(part), 0) / parts.length
    const mean = average((part) => part.mean[i]!)
    const spread = average((part) => part.spread[i]! + (part.mean[i]! - mean) ** 2)
    const noise = Math.max(
      average((part) => part.noise[i]!),
      SD_FLOOR ** 2 - spread,
    )
    out.mean[i] = centre + unit * mean
    out.epistemicVariance[i] = spread * unit * unit
    out.aleatoricVariance[i] = noise * unit * unit
  }
  return out
}

/** NLL of the held-out rows in the target's unit, each sd times the factor that calibration finds on `known`. */
export function heldOutNll(
  known: { readonly sample: Sample; readonly moments: Moments },
  test: { readonly sample: Sample; readonly moments: Moments },
): number {
  const { factor } = calibrate(known.sample, known.moments, 0)
  const { mean, epistemicVariance, aleatoricVariance } = test.moments
  let sum = 0
  for (let i = 0; i < test.sample.n; i++) {
    const sd = factor * Math.sqrt(epistemicVariance[i]! + aleatoricVariance[i]!)
    sum += gaussianNll(test.sample.y[i]!, mean[i]!, sd)
  }
  return sum / test.sample.n
}

export interface MemberRun {
  /** CPU seconds to train: making the step ready, steps and looks at the validation rows. */
  readonly seconds: number
  /** Of these, to make the step and the first look ready. */
  readonly readySeconds: number
  readonly steps: number
  /** Of each snapshot that it keeps. */
  readonly validation: readonly MemberMoments[]
  readonly test: readonly MemberMoments[]
}

const cpuNow = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** Trains `count` members of one shape on the same rows one after the other. */
export function trainRuns(
  executor: LocalExecutor,
  uncertainty: NetworkShape['uncertainty'],
  settings: TrainingSettings,
  count: number,
  split: Split,
  seed: number,
): MemberRun[] {
  const shape: NetworkShape = {
    uncertainty,
    features: split.features,
    hidden: settings.hidden,
    outputs: 1,
    latent: uncertainty === 'none' ? 0 : settings.latent,
    offset: false,
  }
  const evaluator = networkEvaluator(executor, shape)
  const judge = rowsJudge(executor, evaluator, shape, settings)
  return Array.from({ length: count }, (_, i) => {
    const before = cpuNow()
    const stream = randomStream(seed, `${uncertainty} member ${i}`)
    const member = trainMember(executor, judge, shape, settings, split.train, split.validation, stream)
    const ready = cpuNow()
    while (member.advance());
    const seconds = cpuNow() - before
    const kept = member.kept()
    member.dispose()
    const on = ({ x, n }: MemberRows): MemberMoments[] =>
      kept.map((snapshot) => evaluator.moments(snapshot, x, null, n))
    return {
      seconds,
      readySeconds: ready - before,
      steps: member.steps,
      validation: on(split.validation),
      test: on(split.test),
    }
  })
}

/** NLL of the first `count` members together, recalibrated on the validation rows. */
export function nllOf(runs: readonly MemberRun[], count: number, split: Split): number {
  const of = (part: 'validation' | 'test') => ({
    sample: split.whole[part],
    moments: mixture(
      runs.slice(0, count).flatMap((run) => run[part]),
      split,
    ),
  })
  return heldOutNll(of('validation'), of('test'))
}
