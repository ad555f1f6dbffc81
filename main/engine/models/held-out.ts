import type { ModelKind } from '../../contract/index.ts'
import type { LocalExecutor } from '../graph/index.ts'
import { randomStream } from '../math/index.ts'
import { distanceWidening, intervalMultiplier } from './calibration.ts'
import {
  fitKinds,
  kindPredictors,
  networkCount,
  type KindFit,
  type KindFits,
  type KindModel,
  type ServedParts,
} from './fit-kinds.ts'
import type { TrainingProgress } from './hypernetwork/networks.ts'
import { dealFolds } from './inner-folds.ts'
import { fitWithParts } from './outputs/fit-parts.ts'
import { statedPredictor, type PartsState } from './outputs/parts.ts'
import { settingsFor } from './training-settings.ts'
import type { Calibration, Moments, Predictor, Sample } from './types.ts'

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

/** What a fit needs beside the rows. */
export interface FitContext {
  readonly executor: LocalExecutor
  readonly seed: number
  readonly progress: TrainingProgress
}

/**
 * The one procedure by which models are fitted, for service and for every held-out part alike: groups of these rows
 * are dealt into five inner folds; members, penalty and calibration see nothing but these rows.
 */
export function fitOn(
  kinds: readonly ModelKind[],
  training: Sample,
  name: string,
  { executor, seed, progress }: FitContext,
): KindFits & Served {
  const folds = dealFolds(training.groups, INNER_FOLDS, randomStream(seed, `inner folds ${name}`))
  return fitWithParts(training, seed, (sample) =>
    fitKinds(kinds, { executor, sample, folds, seed, progress }),
  )
}

/** Everything that predictions are served from: the fitted kinds, and what makes parts of coordinates. */
export interface Served extends ServedParts {
  readonly wholes: PartsState | null
}

/** Predictors of the outputs as they are stated, in the latent units of their links. */
export function servedPredictors(executor: LocalExecutor, served: Served): (model: KindModel) => Predictor {
  const predictor = kindPredictors(executor, served)
  const { wholes } = served
  return (model) => {
    const own = predictor(model)
    return wholes === null ? own : statedPredictor(wholes, model.kind, own)
  }
}

export interface HeldOutPart {
  readonly fit: KindFit
  readonly predicted: Calibrated
  /** CPU seconds of fit and prediction. */
  readonly cpuS: number
}

/** Fits the kinds on `training`, predicts `test` with each, and says what it cost. */
export function fitAndPredict(
  kinds: readonly ModelKind[],
  training: Sample,
  test: Sample,
  name: string,
  context: FitContext,
): HeldOutPart[] {
  const fitted = fitOn(kinds, training, name, context)
  const predictor = servedPredictors(context.executor, fitted)
  return fitted.fits.map((fit) => {
    const before = process.cpuUsage()
    const predicted = applyCalibration(predictor(fit).moments(test.x, test.n), fit.calibration)
    const used = process.cpuUsage(before)
    return { fit, predicted, cpuS: fit.cpuS + (used.user + used.system) / 1e6 }
  })
}

/** Most steps that the networks of one fit may take, for progress. */
export function plannedSteps(kinds: readonly ModelKind[], n: number): number {
  return networkCount(kinds, n) * INNER_FOLDS * settingsFor(n).maxSteps
}
