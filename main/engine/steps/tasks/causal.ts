import type { CausalSummary, DatasetTable, Effect, Knowledge } from '../../../contract/index.ts'
import { causalMap, estimateEffect } from '../../causal/index.ts'
import { tableFromDataset } from '../../dataset/index.ts'
import type { TaskScope } from '../../jobs/index.ts'
import { progressOf } from './progress.ts'

export interface MapInput {
  readonly table: DatasetTable
  readonly alpha: number | null
  readonly resamples: number
  readonly knowledge: Knowledge
  readonly seed: number
}

export type MapOutput = Omit<CausalSummary, 'id' | 'jobId' | 'datasetId' | 'createdAt'>

export function mapCauses({ table, ...options }: MapInput, scope: TaskScope): MapOutput {
  return causalMap(tableFromDataset(table), { ...options, test: 'fisher-z' }, progressOf(scope))
}

export interface EffectInput {
  readonly dataset: DatasetTable
  readonly map: CausalSummary
  readonly treatment: string
  readonly outcome: string
}

export function effectOf({ dataset, map, treatment, outcome }: EffectInput, scope: TaskScope): Effect {
  return estimateEffect(tableFromDataset(dataset), map, { treatment, outcome }, progressOf(scope))
}
