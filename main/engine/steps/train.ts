import {
  ContractError,
  type Column,
  type DatasetTable,
  type JobParams,
  type ModelDetail,
} from '../../contract/index.ts'
import type { Step, StepContext } from '../jobs/index.ts'
import { requireDataset } from './datasets.ts'
import type { TrainInput, TrainOutput } from './tasks/train.ts'

/** Composition and process columns that vary; what a model may take as inputs. */
export function causeColumns(table: DatasetTable): Column[] {
  return table.columns.filter((column) => column.role === 'composition' || column.role === 'process')
}

/** Properties, or the microstructure where no property was measured. */
export function outcomeColumns(table: DatasetTable): Column[] {
  const numbers = table.columns.filter((column) => column.kind === 'number')
  const properties = numbers.filter((column) => column.role === 'property')
  return properties.length > 0 ? properties : numbers.filter((column) => column.role === 'microstructure')
}

/** Outputs worth learning by default: every property and every microstructure column. */
function defaultOutputs(table: DatasetTable): Column[] {
  const numbers = table.columns.filter((column) => column.kind === 'number')
  return [
    ...numbers.filter((c) => c.role === 'property'),
    ...numbers.filter((c) => c.role === 'microstructure'),
  ]
}

function named(table: DatasetTable, names: readonly string[]): Column[] {
  return names.map((name) => {
    const column = table.columns.find((entry) => entry.name === name)
    if (column === undefined)
      throw new ContractError('COLUMN_UNKNOWN', `The dataset has no column "${name}".`, name)
    return column
  })
}

function chosen({ store }: StepContext, params: JobParams['train']) {
  const { result, table } = requireDataset(store, params.datasetId)
  const inputs = params.inputs.length > 0 ? named(table, params.inputs) : causeColumns(table)
  const outputs = params.outputs.length > 0 ? named(table, params.outputs) : defaultOutputs(table)
  if (inputs.length === 0) {
    throw new ContractError(
      'NO_INPUTS',
      'The dataset has no composition or process column that varies.',
      result.document.name,
    )
  }
  if (outputs.length === 0) {
    throw new ContractError(
      'NO_OUTPUTS',
      'The dataset has no property or microstructure column that varies.',
      result.document.name,
    )
  }
  return { dataset: result, table, inputs: inputs.map((c) => c.name), outputs: outputs.map((c) => c.name) }
}

export const trainStep: Step<JobParams['train']> = {
  kind: 'train',
  plan(context, params) {
    const { dataset, inputs, outputs } = chosen(context, params)
    return { inputs: { dataset: dataset.document.hash, inputs, outputs }, units: [], unitName: 'steps' }
  },
  unit: () => Promise.reject(new Error('training is one unit')),
  async finish(context, params) {
    const { store, run, jobId, seed } = context
    const { dataset, table, inputs, outputs } = chosen(context, params)
    const { bytes, detail } = await run<TrainInput, TrainOutput>('train', { table, inputs, outputs, seed })
    return () => {
      const document: Omit<ModelDetail, 'id' | 'jobId' | 'createdAt'> = {
        ...detail,
        datasetId: dataset.id,
        seed,
      }
      const id = store.results.insert(
        'model',
        jobId,
        document,
        store.putBlob(bytes, 'application/octet-stream'),
      )
      return { modelId: id }
    }
  },
}
