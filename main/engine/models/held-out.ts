import type { ModelKind } from '../../contract/index.ts'
import { randomStream } from '../math/index.ts'
import { distanceWidening, intervalMultiplier } from './calibration.ts'
import { fitKind, predictorOf } from './fit-kind.ts'
import type { CalibratedModel, KindFit } from './fit-kind.ts'
import type { TrainingProgress } from './hypernetwork.ts'
import { dealFolds } from './inner-folds.ts'
import type { Calibration, Moments, Sample } from './types.ts'

const INNER_FOLDS = 5

/** Predictive of a calibrated model, n x m each; `rawSd` is before calibration, what intervals multiply. */
export interface Calibrated {
  readonly mean: Float64Array
  readonly epistemicSd: Float64Array
  readonly aleatoricSd: Float64Array
  readonly sd: Float64Array
  readonly rawSd: Float64Array
  readonly support?: Float64Array
}

export function applyCalibration(moments: Moments, calibration: readonly Calibration[]): Calibrated {
  const size = moments.mean.length
  const m = calibration.length
  const out: Calibrated = {
    mean: moments.mean,
    epistemicSd: new Float64Array(size),
    aleatoricSd: new Float64Array(size),
    sd: new Float64Array(size),
    rawSd: new Float64Array(size),
    ...(moments.support === undefined ? {} : { support: moments.support }),
  }
  for (let i = 0; i < size; i++) {
    const { factor } = calibration[i % m]!
    const raw = Math.sqrt(moments.epistemicVariance[i]! + moments.aleatoricVariance[i]!)
    out.epistemicSd[i] = factor * Math.sqrt(moments.epistemicVariance[i]!)
    out.aleatoricSd[i] = factor * Math.sqrt(moments.aleatoricVariance[i]!)
    out.sd[i] = factor * raw
    out.rawSd[i] = raw
  }
  return out
}

/** Half widths of the central interval at `level`, n x m. */
export function halfWidths(
  predicted: Calibrated,
  calibration: readonly Calibration[],
  level: number,
): Float64Array {
  const multiplier = calibration.map((c) => intervalMultiplier(c, level))
  const m = calibration.length
  const widenings = calibration.map(() => new Map<number, number>())
  const widen = (i: number): number => {
    const support = predicted.support?.[i]
    if (support === undefined) return 1
    const known = widenings[i % m]!
    const widening = known.get(support) ?? distanceWidening(level, support, calibration[i % m]!.groups)
    known.set(support, widening)
    return widening
  }
  return predicted.rawSd.map((sd, i) => sd * multiplier[i % m]! * widen(i))
}

/**
 * The one procedure by which models are fitted, for service and for every held-out part alike: groups of these rows
 * are dealt into five inner folds; members, penalty and calibration see nothing but these rows.
 */
export function fitOn(
  kind: ModelKind,
  training: Sample,
  seed: number,
  name: string,
  progress: TrainingProgress,
): KindFit {
  const folds = dealFolds(training.groups, INNER_FOLDS, randomStream(seed, `inner folds ${name}`))
  return fitKind(kind, training, folds, seed, progress)
}

export interface HeldOutPart {
  readonly fit: KindFit
  readonly predicted: Calibrated
  /** CPU seconds of fit and prediction. */
  readonly cpuS: number
}

/** Fits on `training`, predicts `test`, and says what it cost. */
export function fitAndPredict(
  kind: ModelKind,
  training: Sample,
  test: Sample,
  seed: number,
  name: string,
  progress: TrainingProgress,
): HeldOutPart {
  const before = process.cpuUsage()
  const fit = fitOn(kind, training, seed, name, progress)
  const predicted = predictCalibrated(fit, test.x, test.n)
  const used = process.cpuUsage(before)
  return { fit, predicted, cpuS: (used.user + used.system) / 1e6 }
}

export function predictCalibrated(model: CalibratedModel, x: Float64Array, n: number): Calibrated {
  return applyCalibration(predictorOf(model.state).moments(x, n), model.calibration)
}

/** Most member steps one fit may take, for progress. */
export function plannedSteps(kind: ModelKind, maxSteps: number): number {
  return kind === 'bhn' ? INNER_FOLDS * maxSteps : 0
}
