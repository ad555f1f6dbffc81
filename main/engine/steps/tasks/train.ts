import { readFileSync } from 'node:fs'
import type { DatasetTable, ModelDetail, PredictionRow } from '../../../contract/index.ts'
import { tableFromDataset } from '../../dataset/index.ts'
import type { TaskScope } from '../../jobs/index.ts'
import { deserializeModel, fitModel, posterior, serializeModel } from '../../models/index.ts'
import { progressOf } from './progress.ts'

export interface TrainInput {
  readonly table: DatasetTable
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly seed: number
}

export interface TrainOutput {
  readonly bytes: Uint8Array
  readonly detail: Omit<ModelDetail, 'id' | 'jobId' | 'datasetId' | 'createdAt' | 'seed'>
}

export function trainModel(input: TrainInput, scope: TaskScope): TrainOutput {
  const table = tableFromDataset(input.table)
  const spec = {
    inputs: [...input.inputs],
    outputs: [...input.outputs],
    folds: Int32Array.from(input.table.folds),
    seed: input.seed,
  }
  const model = fitModel(table, spec, progressOf(scope))
  return {
    bytes: serializeModel(model),
    detail: {
      inputs: [...input.inputs],
      outputs: input.outputs.map((name) => ({
        name,
        unit: table.columns.find((column) => column.name === name)?.unit ?? '1',
      })),
      recommended: model.recommended,
      scores: model.scores,
      heldOut: model.heldOut,
      loss: model.loss,
      reliability: model.reliability,
      notes: model.notes,
      hyperparameters: model.hyperparameters,
    },
  }
}

export interface PredictInput {
  readonly path: string
  readonly rows: Record<string, number | string | null>[]
  readonly level: number
}

export function predictRows({ path, rows, level }: PredictInput): PredictionRow[] {
  return posterior(deserializeModel(readFileSync(path))).predict(rows, level)
}
