import type { LossPoint, ModelKind } from '../../contract/index.ts'
import type { LocalExecutor } from '../graph/index.ts'
import { blendMoments, blendPredictor } from './blend.ts'
import { calibrate } from './calibration.ts'
import {
  componentPredictors,
  fitComponent,
  isNetwork,
  needsOf,
  type ComponentContext,
  type ComponentFit,
  type ComponentName,
  type Components,
} from './components.ts'
import {
  discrepancyOf,
  discrepantPredictor,
  fitTableDiscrepancy,
  type TableDiscrepancy,
} from './discrepant.ts'
import { carriesDiscrepancy, meanFunctionOf, partsOf } from './kinds.ts'
import { choosePool } from './pool.ts'
import { physicsFeatures, withPhysicsFeatures, type FeatureRecipe } from './physics/index.ts'
import type { Calibration, Hyperparameters, Moments, Predictor, Sample } from './types.ts'

/** A kind as it is served: plain data, beside the components it names. */
export interface KindModel {
  readonly kind: ModelKind
  readonly parts: readonly ComponentName[]
  /** Strength of the discrepancy of each output; null for kinds without. */
  readonly strengths: readonly number[] | null
  readonly calibration: readonly Calibration[]
}

export interface KindFit extends KindModel {
  readonly outOfFold: Moments
  readonly loss: LossPoint[]
  readonly hyperparameters: Hyperparameters
  /** CPU seconds of its components, a shared one counted in full. */
  readonly cpuS: number
}

/** Everything that the fitted kinds are served from. */
export interface ServedParts {
  readonly components: Components
  readonly discrepancy: TableDiscrepancy | null
  /** Columns that physics derives from the inputs. */
  readonly derived: FeatureRecipe
  /** Components whose blend networks are added to. */
  readonly meanFunction: readonly ComponentName[]
}

export interface KindFits extends ServedParts {
  readonly fits: readonly KindFit[]
}

/** Fits the components of the kinds once each, and calibrates each kind on the rows that inner folds left out. */
export function fitKinds(kinds: readonly ModelKind[], given: Omit<ComponentContext, 'derived'>): KindFits {
  const { sample, folds, seed, progress } = given
  const features = physicsFeatures(sample)
  const context: ComponentContext = { ...given, derived: withPhysicsFeatures(sample, features) }
  const fitted = new Map<ComponentName, ComponentFit>()
  const fitNeeded = (name: ComponentName): void => {
    if (fitted.has(name)) return
    needsOf(name, sample).forEach(fitNeeded)
    progress.check()
    fitted.set(name, fitComponent(name, context, fitted))
  }
  for (const kind of kinds) partsOf(kind, sample).forEach(fitNeeded)
  const discrepancy = kinds.some(carriesDiscrepancy)
    ? fitTableDiscrepancy(sample, folds, seed, progress.check)
    : null
  const fits = kinds.map((kind): KindFit => {
    const parts = chosenParts(kind, sample, fitted)
    const own = parts.map((name) => fitted.get(name)!)
    const blended = blendMoments(own.map((fit) => fit.outOfFold))
    const carried =
      discrepancy !== null && carriesDiscrepancy(kind) ? discrepancyOf(discrepancy, sample, blended) : null
    const outOfFold = carried?.outOfFold ?? blended
    const strengths = carried?.strengths ?? null
    const hyperparameters: Hyperparameters = Object.assign({}, ...own.map((fit) => fit.hyperparameters))
    if (kind === 'pool') hyperparameters['parts of the blend'] = parts.join(', ')
    strengths?.forEach((strength, j) => {
      hyperparameters[`strength of the discrepancy, ${sample.outputs[j]!.name}`] = strength
    })
    return {
      kind,
      parts,
      strengths,
      calibration: sample.outputs.map((_, j) => calibrate(sample, outOfFold, j)),
      outOfFold,
      loss: own.find((fit) => fit.loss.length > 0)?.loss ?? [],
      hyperparameters,
      cpuS: [...new Set(parts.flatMap((name) => [...needsOf(name, sample), name]))].reduce(
        (sum, name) => sum + fitted.get(name)!.cpuS,
        0,
      ),
    }
  })
  const components: Components = Object.fromEntries(
    [...fitted].map(([name, fit]) => [name, fit.state] as const),
  )
  return {
    components,
    discrepancy: discrepancy?.state ?? null,
    derived: features.recipe,
    meanFunction: servedMean(sample, fitted),
    fits,
  }
}

/** The parts a kind is served from: for the pool those that held-out rows speak for. */
function chosenParts(
  kind: ModelKind,
  sample: Sample,
  fitted: ReadonlyMap<ComponentName, ComponentFit>,
): ComponentName[] {
  const names = partsOf(kind, sample)
  if (kind !== 'pool') return names
  return choosePool(sample, new Map(names.map((name) => [name, fitted.get(name)!.outOfFold])))
}

/** What the mean function is made of: the same parts as out of fold (`blendKnown`). */
function servedMean(
  sample: Sample,
  fitted: ReadonlyMap<ComponentName, ComponentFit>,
): readonly ComponentName[] {
  const complete = meanFunctionOf(sample).filter((name) =>
    fitted.get(name)?.outOfFold.mean.every((v) => !Number.isNaN(v)),
  )
  return complete.length > 0 ? complete : ['forest']
}

/** Predictors of the kinds of one fit; components shared between kinds are made ready once. */
export function kindPredictors(
  executor: LocalExecutor,
  served: ServedParts,
): (model: KindModel) => Predictor {
  const { components, discrepancy } = served
  const component = componentPredictors(executor, components, served)
  return ({ parts, strengths }) => {
    const blended = blendPredictor(parts.map(component))
    return discrepancy === null || strengths === null
      ? blended
      : discrepantPredictor(blended, discrepancy, strengths)
  }
}

/** Steps that the networks of these kinds take at most, for progress. */
export function networkCount(kinds: readonly ModelKind[], n: number): number {
  const parts = kinds.flatMap((kind) => partsOf(kind, { n, outputs: [] }))
  return new Set(parts.filter(isNetwork)).size
}
