import type { LossPoint, ModelKind } from '../../contract/index.ts'
import { calibrate } from './calibration.ts'
import { fitHypernetwork, hypernetworkPredictor } from './hypernetwork.ts'
import type { HypernetworkState, TrainingProgress } from './hypernetwork.ts'
import { fitMean, meanPredictor } from './mean-model.ts'
import type { MeanState } from './mean-model.ts'
import { fitRidge, ridgePredictor } from './ridge.ts'
import type { RidgeState } from './ridge.ts'
import type { Calibration, Hyperparameters, Moments, Predictor, Sample } from './types.ts'

export type PredictorState = HypernetworkState | RidgeState | MeanState

/** A fitted model of one kind with the calibration of each output. */
export interface CalibratedModel {
  readonly state: PredictorState
  readonly calibration: readonly Calibration[]
}

export interface KindFit extends CalibratedModel {
  readonly outOfFold: Moments
  readonly loss: LossPoint[]
  readonly hyperparameters: Hyperparameters
}

export function predictorOf(state: PredictorState): Predictor {
  switch (state.kind) {
    case 'bhn':
      return hypernetworkPredictor(state)
    case 'ridge':
      return ridgePredictor(state)
    case 'mean':
      return meanPredictor(state)
  }
}

/** Fits one kind and calibrates it on the rows that each inner fold left out. folds: 0..F−1 a row. */
export function fitKind(
  kind: ModelKind,
  sample: Sample,
  folds: Int32Array,
  seed: number,
  progress: TrainingProgress,
): KindFit {
  const fit = fitState(kind, sample, folds, seed, progress)
  return { ...fit, calibration: sample.outputs.map((_, j) => calibrate(sample, fit.outOfFold, j)) }
}

function fitState(
  kind: ModelKind,
  sample: Sample,
  folds: Int32Array,
  seed: number,
  progress: TrainingProgress,
): Omit<KindFit, 'calibration'> {
  if (kind === 'mean') return { ...fitMean(sample, folds, seed), loss: [], hyperparameters: {} }
  if (kind === 'ridge') {
    const fit = fitRidge(sample, folds, seed, progress.check)
    const hyperparameters: Hyperparameters = {}
    fit.state.outputs.forEach((output, j) => {
      hyperparameters[`ridge penalty, ${sample.outputs[j]!.name}`] = output.penalty
    })
    return { ...fit, loss: [], hyperparameters }
  }
  const fit = fitHypernetwork(sample, folds, seed, progress)
  const { hidden, latent, maxSteps, pairs, weightRate, hyperRate, decay, tempering } = fit.settings
  return {
    ...fit,
    hyperparameters: {
      'hidden width': hidden,
      'latent size': latent,
      features: fit.state.shape.features,
      members: fit.state.members.length,
      'most steps': maxSteps,
      'steps taken, all members': fit.steps,
      'latent draws a step': 2 * pairs,
      'rate of weights': weightRate,
      'rate of hypernetwork': hyperRate,
      'weight decay': decay,
      'KL weight': tempering,
      ...Object.fromEntries(
        fit.state.discrepancy.outputs.map(({ strength }, j) => [
          `strength of the discrepancy, ${sample.outputs[j]!.name}`,
          strength,
        ]),
      ),
    },
  }
}
