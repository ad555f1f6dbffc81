import {
  ContractError,
  type Column,
  type DatasetTable,
  type JobParams,
  type ModelDetail,
  type Note,
} from '../../contract/index.ts'
import type { Step, StepContext } from '../jobs/index.ts'
import { LEAST_GROUPS, LEAST_ROWS } from '../models/index.ts'
import { requireDataset } from './datasets.ts'
import type { TrainInput, TrainOutput } from './tasks/train.ts'

/** Composition and process columns that vary; what a model may take as inputs. */
function causeColumns(table: DatasetTable): Column[] {
  return table.columns.filter((column) => column.role === 'composition' || column.role === 'process')
}

function measured(table: DatasetTable, column: Column): { specimens: number; groups: number } {
  const values = table.values[table.columns.indexOf(column)]!
  const groups = table.groups.filter((_, row) => values[row] !== null)
  return { specimens: groups.length, groups: new Set(groups).size }
}

/**
 * Outputs worth learning by default: every property and every microstructure column that is measured often enough,
 * with a note for those that are not; all of them where none is, so that training says what is missing.
 */
function defaultOutputs(table: DatasetTable): { outputs: Column[]; notes: Note[] } {
  const numbers = table.columns.filter((column) => column.kind === 'number')
  const all = [
    ...numbers.filter((c) => c.role === 'property'),
    ...numbers.filter((c) => c.role === 'microstructure'),
  ]
  const outputs = all.filter((column) => {
    const { specimens, groups } = measured(table, column)
    return specimens >= LEAST_ROWS && groups >= LEAST_GROUPS
  })
  if (outputs.length === 0) return { outputs: all, notes: [] }
  const notes = all
    .filter((column) => !outputs.includes(column))
    .map((column): Note => {
      const { specimens, groups } = measured(table, column)
      return {
        code: 'OUTPUT_LEFT_OUT',
        message: `"${column.name}" is measured on ${specimens} specimens in ${groups} independent groups and was left out: a model needs ${LEAST_ROWS} in ${LEAST_GROUPS}.`,
        item: column.name,
      }
    })
  return { outputs, notes }
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
  // Nothing varies over one specimen, which is not what is wrong with its columns.
  if (table.specimens.length < LEAST_ROWS)
    throw new ContractError(
      'TOO_FEW_SPECIMENS',
      `Training needs at least ${LEAST_ROWS} specimens; dataset "${result.document.name}" has ${table.specimens.length}.`,
      result.document.name,
    )
  const inputs = params.inputs.length > 0 ? named(table, params.inputs) : causeColumns(table)
  const { outputs, notes } =
    params.outputs.length > 0 ? { outputs: named(table, params.outputs), notes: [] } : defaultOutputs(table)
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
  return {
    dataset: result,
    table,
    inputs: inputs.map((c) => c.name),
    outputs: outputs.map((c) => c.name),
    notes,
  }
}

export const trainStep: Step<JobParams['train']> = {
  kind: 'train',
  plan(context, params) {
    const { dataset, inputs, outputs } = chosen(context, params)
    return { inputs: { dataset: dataset.document.hash, inputs, outputs }, units: [], unitName: 'models' }
  },
  unit: () => Promise.reject(new Error('training is one unit')),
  async finish(context, params) {
    const { store, run, jobId, seed } = context
    const { dataset, table, inputs, outputs, notes } = chosen(context, params)
    const { bytes, detail } = await run<TrainInput, TrainOutput>('train', {
      table,
      inputs,
      outputs,
      kinds: params.kinds,
      seed,
    })
    return () => {
      const document: Omit<ModelDetail, 'id' | 'jobId' | 'createdAt'> = {
        ...detail,
        notes: [...notes, ...detail.notes],
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
