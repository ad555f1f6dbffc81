import type { LossPoint } from '../../contract/index.ts'
import { blendKnown, blendPredictor } from './blend.ts'
import { meanFunctionOf } from './kinds.ts'
import type { Progress } from '../dataset/table.ts'
import type { LocalExecutor } from '../graph/index.ts'
import { boostingPredictor, fitBoosting, type BoostingState } from './boosting/index.ts'
import { fitForest, forestPredictor, type ForestState } from './forest/index.ts'
import {
  fitGaussianProcess,
  gaussianProcessPredictor,
  type GaussianProcessState,
} from './gaussian-process/index.ts'
import {
  fitNetworks,
  networksPredictor,
  type NetworksState,
  type TrainingProgress,
} from './hypernetwork/networks.ts'
import type { NetworkShape } from './hypernetwork/shape.ts'
import { fitMean, meanPredictor, type MeanState } from './mean-model.ts'
import {
  featuresOf,
  fitPhysics,
  physicsPredictor,
  type FeatureRecipe,
  type PhysicsState,
} from './physics/index.ts'
import { fitRidge, ridgePredictor, type RidgeState } from './ridge.ts'
import { settingsFor } from './training-settings.ts'
import type { Hyperparameters, Moments, Predictor, Sample } from './types.ts'

/** What kinds of model are made of: each is fitted once, however many kinds take it as a part. */
export interface ComponentStates {
  network: NetworksState
  networkOnForest: NetworksState
  ensemble: NetworksState
  dropout: NetworksState
  forest: ForestState
  boosting: BoostingState
  gp: GaussianProcessState
  ridge: RidgeState
  physics: PhysicsState
  mean: MeanState
}
export type ComponentName = keyof ComponentStates

export interface ComponentFit<Name extends ComponentName = ComponentName> {
  readonly state: ComponentStates[Name]
  /** Predictions of each row by a fit that had not seen the row's fold, n x m. */
  readonly outOfFold: Moments
  readonly loss: LossPoint[]
  readonly hyperparameters: Hyperparameters
  readonly cpuS: number
}

export type Components = { [Name in ComponentName]?: ComponentStates[Name] }

const networks: Partial<Record<ComponentName, NetworkShape['uncertainty']>> = {
  network: 'modulation',
  networkOnForest: 'modulation',
  ensemble: 'none',
  dropout: 'dropout',
}

export function isNetwork(name: ComponentName): boolean {
  return networks[name] !== undefined
}

/** What a component must have fitted before it. */
export function needsOf(name: ComponentName, sample: Sample): ComponentName[] {
  return name === 'networkOnForest' ? meanFunctionOf(sample) : []
}

export interface ComponentContext {
  readonly executor: LocalExecutor
  readonly sample: Sample
  /** The sample with what physics derives from its inputs behind them (physics/). */
  readonly derived: Sample
  /** 0..F−1 a row. */
  readonly folds: Int32Array
  readonly seed: number
  readonly progress: TrainingProgress
}

/** Fits one component; `fitted` holds those it needs. */
export function fitComponent(
  name: ComponentName,
  context: ComponentContext,
  fitted: ReadonlyMap<ComponentName, ComponentFit>,
): ComponentFit {
  const before = process.cpuUsage()
  const fit = fitOne(name, context, fitted)
  const used = process.cpuUsage(before)
  return { ...fit, cpuS: (used.user + used.system) / 1e6 }
}

function fitOne(
  name: ComponentName,
  context: ComponentContext,
  fitted: ReadonlyMap<ComponentName, ComponentFit>,
): Omit<ComponentFit, 'cpuS'> {
  const { sample, folds, seed, progress } = context
  const plain = { loss: [], hyperparameters: {} }
  switch (name) {
    case 'mean':
      return { ...plain, ...fitMean(sample, folds, seed) }
    case 'ridge': {
      const fit = fitRidge(sample, folds, seed, progress.check)
      const hyperparameters: Hyperparameters = {}
      fit.state.outputs.forEach((output, j) => {
        hyperparameters[`ridge penalty, ${sample.outputs[j]!.name}`] = output.penalty
      })
      return { ...fit, loss: [], hyperparameters }
    }
    case 'forest':
      return { ...plain, ...fitForest(sample, folds, seed, progress.check) }
    case 'boosting':
      return { ...plain, ...fitBoosting(sample, folds, seed, progress.check) }
    case 'gp':
      return { ...plain, ...fitGaussianProcess(sample, folds, seed, progress.check) }
    case 'physics':
      return { ...plain, ...fitPhysics(sample, folds, seed, { progress: quiet(progress) }) }
    case 'network':
    case 'networkOnForest':
    case 'ensemble':
    case 'dropout':
      return fitNetwork(name, context, fitted)
  }
}

function fitNetwork(
  name: ComponentName,
  { executor, sample: raw, derived, folds, seed, progress }: ComponentContext,
  fitted: ReadonlyMap<ComponentName, ComponentFit>,
): Omit<ComponentFit, 'cpuS'> {
  const uncertainty = networks[name] ?? 'none'
  let meanFunction: Moments | null = null
  const parts = needsOf(name, raw).map((part) => fitted.get(part)!.outOfFold)
  if (parts.length > 0) meanFunction = blendKnown(parts)
  const sample = meanFunction === null ? raw : derived
  const settings = settingsFor(sample.n, meanFunction !== null)
  const fit = fitNetworks(executor, uncertainty, meanFunction, settings, sample, folds, seed, progress)
  return {
    ...fit,
    hyperparameters: {
      'computed by': executor.name,
      'hidden width': settings.hidden,
      'latent size': settings.latent,
      features: fit.state.shape.features,
      members: fit.state.members.length,
      'most steps': settings.maxSteps,
      [`steps taken, all members of ${name}`]: fit.steps,
      'latent draws a step': 2 * settings.pairs,
      'rate of weights': settings.weightRate,
      'rate of hypernetwork': settings.hyperRate,
      'KL weight': settings.tempering,
    },
  }
}

const quiet = ({ check }: TrainingProgress): Progress => ({ check, report: () => undefined })

/** Predictors of fitted components, each made once. derived: what physics makes of the inputs. */
export function componentPredictors(
  executor: LocalExecutor,
  components: Components,
  { derived: recipe, meanFunction }: { derived: FeatureRecipe; meanFunction: readonly ComponentName[] },
): (name: ComponentName) => Predictor {
  const made = new Map<ComponentName, Predictor>()
  const of = (name: ComponentName): Predictor => {
    const known = made.get(name) ?? make(name)
    made.set(name, known)
    return known
  }
  const stateOf = <Name extends ComponentName>(name: Name): ComponentStates[Name] => {
    const state = components[name]
    if (state === undefined) throw new Error(`the model has no component ${name}`)
    return state
  }
  const make = (name: ComponentName): Predictor => {
    switch (name) {
      case 'mean':
        return meanPredictor(stateOf(name))
      case 'ridge':
        return ridgePredictor(stateOf(name))
      case 'forest':
        return forestPredictor(stateOf(name))
      case 'boosting':
        return boostingPredictor(stateOf(name))
      case 'gp':
        return gaussianProcessPredictor(stateOf(name))
      case 'networkOnForest':
        return networksPredictor(
          executor,
          stateOf(name),
          blendPredictor(meanFunction.map(of)),
          featuresOf(recipe),
        )
      case 'physics':
        return physicsPredictor(stateOf(name))
      case 'network':
      case 'ensemble':
      case 'dropout':
        return networksPredictor(executor, stateOf(name), null)
    }
  }
  return of
}
