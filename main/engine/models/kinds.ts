import type { ModelKind } from '../../contract/index.ts'
import type { ClassKind } from './classes/types.ts'
import type { ComponentName } from './components.ts'
import { followsGrowthLaw } from './physics/index.ts'
import type { Sample } from './types.ts'

/** Up to this many rows a Gaussian process is the smooth part of the pool; beyond, boosting does better at less cost. */
const POOLED_GP_ROWS = 220

/** Kinds in the order in which they are shown; the simplest last, which wins a tie. */
export const ALL_KINDS: readonly ModelKind[] = [
  'pool',
  'bhn',
  'bhn-raw',
  'forest',
  'gp',
  'boosting',
  'ensemble',
  'dropout',
  'ridge',
  'mean',
]

/** Fitted unless others are asked for: what the pool is made of, and what it must beat. */
export const DEFAULT_KINDS: readonly ModelKind[] = ['pool', 'bhn', 'bhn-raw', 'forest', 'ridge', 'mean']

/** The components that must be fitted for a kind on the training rows; it is their equal blend, the pool that of some (pool.ts). */
export function partsOf(kind: ModelKind, sample: Pick<Sample, 'n' | 'outputs'>): ComponentName[] {
  const { n } = sample
  switch (kind) {
    case 'pool':
      return [
        'network',
        'networkOnForest',
        'forest',
        ...(n <= POOLED_GP_ROWS ? (['gp'] as const) : (['boosting'] as const)),
        ...(hasGrowthLaw(sample) || n <= POOLED_GP_ROWS ? (['physics'] as const) : []),
        'ridge',
        'mean',
      ]
    case 'bhn':
      return ['network', 'networkOnForest']
    case 'bhn-raw':
      return ['network']
    default:
      return [kind]
  }
}

/** Whether physics knows the form of every output, so that its law is a mean function and a part of the pool by itself. */
export function hasGrowthLaw({ outputs }: Pick<Sample, 'outputs'>): boolean {
  return outputs.length > 0 && outputs.every(followsGrowthLaw)
}

/** The components whose blend is the mean function of `networkOnForest`. */
export function meanFunctionOf(sample: Pick<Sample, 'outputs'>): ComponentName[] {
  return hasGrowthLaw(sample) ? ['forest', 'physics'] : ['forest']
}

/** Parts of the pool that held-out rows must ask for; what is not here is in it from the start. */
export function mayJoin(sample: Pick<Sample, 'outputs'>): ComponentName[] {
  return hasGrowthLaw(sample) ? ['ridge', 'mean'] : ['physics', 'ridge', 'mean']
}

/** Kinds whose members extrapolate alike and therefore carry the discrepancy δ (discrepancy.ts). */
export function carriesDiscrepancy(kind: ModelKind): boolean {
  return kind === 'pool' || kind === 'bhn' || kind === 'bhn-raw'
}

export const nameOfKind: Readonly<Record<ModelKind, string>> = {
  pool: 'the blend of hypernetwork, forest and others',
  bhn: 'the Bayesian hypernetwork',
  'bhn-raw': 'the Bayesian hypernetwork without a mean function',
  forest: 'the random forest',
  gp: 'the Gaussian process',
  boosting: 'gradient boosting',
  ensemble: 'the deep ensemble',
  dropout: 'the dropout network',
  ridge: 'ridge regression',
  mean: 'the mean of the training rows',
}

/** Kinds of classifier that go with the kinds asked for; the blend where none does. */
export function classKindsOf(asked: readonly ModelKind[]): ClassKind[] {
  const kinds = asked.flatMap((kind): ClassKind[] => {
    if (kind === 'bhn') return ['bhn-raw']
    return kind === 'pool' || kind === 'bhn-raw' || kind === 'forest' || kind === 'mean' ? [kind] : []
  })
  return kinds.length > 0 ? [...new Set(kinds)] : ['pool']
}
