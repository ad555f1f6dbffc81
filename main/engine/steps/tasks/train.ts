import type { DatasetTable, ModelDetail, ModelKind } from '../../../contract/index.ts'
import { tableFromDataset } from '../../dataset/index.ts'
import type { TaskScope } from '../../jobs/index.ts'
import { localExecutor } from '../../compute/index.ts'
import { fitModel, serializeModel, supportOf } from '../../models/index.ts'
import { progressOf } from './progress.ts'

export interface TrainInput {
  readonly table: DatasetTable
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Empty: those that are fitted when none is named. */
  readonly kinds: readonly ModelKind[]
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
    executor: localExecutor(),
    supports: Object.fromEntries(
      table.columns.map(({ name, unit, role, values }) => [name, supportOf(unit, role, values)]),
    ),
    ...(input.kinds.length === 0 ? {} : { kinds: input.kinds }),
  }
  const model = fitModel(table, spec, progressOf(scope))
  return {
    bytes: serializeModel(model),
    detail: {
      inputs: [...input.inputs],
      outputs: [
        ...model.outputs.map(({ name, unit }) => ({ name, unit })),
        ...model.classes.map(({ output, levels }) => ({ name: output, unit: '1', levels: [...levels] })),
      ],
      recommended: model.recommended,
      scores: model.scores,
      heldOut: model.heldOut,
      loss: model.loss,
      reliability: model.reliability,
      notes: model.notes,
      hyperparameters: model.hyperparameters,
      ...(model.classes.length === 0
        ? {}
        : {
            classScores: model.classes.flatMap(({ scores }) => scores),
            heldOutClasses: model.classes.flatMap(({ heldOut }) => heldOut),
            classReliability: model.classes.map(({ output, reliability }) => ({
              output,
              points: [...reliability],
            })),
          }),
    },
  }
}
