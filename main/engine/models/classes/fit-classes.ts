import type { LossPoint } from '../../../contract/index.ts'
import { randomStream } from '../../math/index.ts'
import type { ForestState } from '../forest/index.ts'
import { beside } from '../physics/features/features.ts'
import { physicsFeatures, type FeatureRecipe } from '../physics/index.ts'
import type { FitContext } from '../held-out.ts'
import { dealFolds } from '../inner-folds.ts'
import { settingsFor } from '../training-settings.ts'
import { calibrateClasses, softened } from './calibration.ts'
import { fitClassForest } from './forest.ts'
import { fitClassNetworks, type ClassNetworksState } from './networks.ts'
import { classShares, sharesOutOfFold } from './shares.ts'
import { CLASS_KINDS, type ClassCalibration, type ClassKind, type ClassSample } from './types.ts'

const INNER_FOLDS = 5

/** A kind of classifier as it is served: plain data, beside the components it is made of. */
export interface ClassKindModel {
  readonly kind: ClassKind
  readonly calibration: ClassCalibration
}

/** Everything that the kinds of one output are served from. */
export interface ServedClasses {
  readonly levels: readonly string[]
  /** Columns that physics derives from the inputs, behind them. */
  readonly derived: FeatureRecipe
  readonly networks: ClassNetworksState | null
  readonly forest: ForestState | null
  readonly shares: Float64Array
  /** Rows fitted on. */
  readonly n: number
  readonly seed: number
  readonly models: readonly ClassKindModel[]
}

export interface ClassFits extends ServedClasses {
  /** Stated probabilities of each row by fits that had not seen its fold, n x L, of each kind. */
  readonly outOfFold: ReadonlyMap<ClassKind, Float64Array>
  readonly loss: LossPoint[]
}

export const usesNetworks = (kind: ClassKind): boolean => kind === 'pool' || kind === 'bhn-raw'
export const usesForest = (kind: ClassKind): boolean => kind === 'pool' || kind === 'forest'

/**
 * The one procedure by which classifiers are fitted, for service and for every held-out part alike. `pool` is the equal
 * blend of hypernetwork and forest. Members, temperature and prediction sets see nothing but these rows; `name` names the
 * deal of their groups into inner folds. A level of no row keeps what the smoothed shares leave to it.
 */
export function fitClasses(
  given: ClassSample,
  kinds: readonly ClassKind[],
  name: string,
  { executor, seed, progress }: FitContext,
): ClassFits {
  const features = physicsFeatures({ ...given, outputs: [], y: new Float64Array(0) })
  const sample: ClassSample = {
    ...given,
    inputs: [...given.inputs, ...features.columns],
    x: beside(given.x, features.apply(given.x, given.n), given.n),
  }
  const { codes, groups, levels } = sample
  const folds = dealFolds(groups, INNER_FOLDS, randomStream(seed, `inner folds ${name} ${sample.output}`))
  const networks = kinds.some(usesNetworks)
    ? fitClassNetworks(executor, settingsFor(sample.n), sample, folds, seed, progress)
    : null
  const forest = kinds.some(usesForest) ? fitClassForest(sample, folds, seed, progress.check) : null
  const shares = classShares(codes, levels.length)
  const known = sharesOutOfFold(codes, folds, levels.length)
  const fitted = CLASS_KINDS.filter((kind) => kinds.includes(kind)).map((kind) => {
    const raw = blend([
      ...(networks !== null && usesNetworks(kind) ? [networks.outOfFold] : []),
      ...(forest !== null && usesForest(kind) ? [forest.outOfFold] : []),
      ...(kind === 'mean' ? [known] : []),
    ])
    const calibration = calibrateClasses(raw, codes, groups, shares)
    return { kind, calibration, raw }
  })
  return {
    levels,
    derived: features.recipe,
    networks: networks?.state ?? null,
    forest: forest?.state ?? null,
    shares,
    n: sample.n,
    seed,
    models: fitted.map(({ kind, calibration }) => ({ kind, calibration })),
    outOfFold: new Map(
      fitted.map(({ kind, calibration, raw }) => [kind, softened(raw, shares, calibration)]),
    ),
    loss: networks?.loss ?? [],
  }
}

/** Mean of several tables of probabilities. */
export function blend(parts: readonly Float64Array[]): Float64Array {
  const first = parts[0]!
  return parts.length === 1
    ? first
    : first.map((_, i) => parts.reduce((sum, part) => sum + part[i]!, 0) / parts.length)
}
