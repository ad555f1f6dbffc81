import { readFileSync } from 'node:fs'
import {
  ContractError,
  type Candidate,
  type DatasetTable,
  type Note,
  type OptimizeParams,
} from '../../../contract/index.ts'
import { tableFromDataset } from '../../dataset/index.ts'
import type { Table, TableColumn } from '../../dataset/table.ts'
import type { TaskScope } from '../../jobs/index.ts'
import { localExecutor } from '../../compute/index.ts'
import { deserializeModel, posterior, type InputRow, type Posterior } from '../../models/index.ts'
import { proposeCandidates, type PosteriorFn } from '../../optimize/index.ts'
import { progressOf } from './progress.ts'

export interface ProposeInput {
  readonly modelPath: string
  readonly table: DatasetTable
  readonly inputs: readonly string[]
  readonly varied: readonly string[]
  /** Columns that would be varied, had the person not left them out. */
  readonly switchedOff: readonly string[]
  readonly bounds: OptimizeParams['bounds']
  readonly objective: string
  readonly direction: OptimizeParams['direction']
  readonly constraints: OptimizeParams['constraints']
  readonly batch: number
  readonly seed: number
}

export interface ProposeOutput {
  readonly candidates: Candidate[]
  readonly incumbent: { specimen: string; value: number }
  readonly space: OptimizeParams['bounds']
  readonly fixed: { column: string; value: number; reason: string }[]
  readonly evaluated: number
  readonly notes: Note[]
}

/** The model room's posterior in the form the optimiser takes. rows: n x d in the order of the model's inputs. */
function asPosteriorFn(model: Posterior): PosteriorFn {
  const named = (rows: Float64Array, n: number): InputRow[] =>
    Array.from({ length: n }, (_, i) =>
      Object.fromEntries(
        model.inputs.map((input, j) => {
          const value = rows[i * model.inputs.length + j]!
          return [
            input.name,
            Number.isNaN(value) ? null : input.levels === null ? value : (input.levels[value] ?? null),
          ]
        }),
      ),
    )
  return {
    outputs: model.outputs,
    predict: (rows, n) => model.moments(rows, n),
    samples: (rows, n, count) => model.samples(rows, n, count),
    interval(rows, n, level) {
      const flat = model.predict(named(rows, n), level).flatMap((row) => row.predictions)
      return { low: Float64Array.from(flat, (p) => p.low), high: Float64Array.from(flat, (p) => p.high) }
    },
  }
}

/** Rows of the table in which every input is known, with the best predicted one first. */
function bestKnownRow(
  model: Posterior,
  table: Table,
  columns: readonly TableColumn[],
  objective: number,
  sign: number,
): number {
  const known = table.rowIds
    .map((_, row) => row)
    .filter((row) => columns.every((column) => !Number.isNaN(column.values[row]!)))
  if (known.length === 0)
    throw new ContractError('TOO_FEW_SPECIMENS', 'No specimen has a value in every input of the model.')
  const x = Float64Array.from(known.flatMap((row) => columns.map((column) => column.values[row]!)))
  const { mean } = model.moments(x, known.length)
  const m = model.outputs.length
  return known.reduce(
    (best, row, i) =>
      sign * mean[i * m + objective]! > sign * mean[known.indexOf(best) * m + objective]! ? row : best,
    known[0]!,
  )
}

function whyFixed(column: TableColumn, { switchedOff, objective }: ProposeInput): string {
  if (switchedOff.includes(column.name)) return 'Not varied by choice'
  if (column.levels !== null) return 'A category is not varied'
  return `Not critical for ${objective} by the causal map`
}

/** Candidates over the varied columns; every other input keeps the value of the best specimen made so far. */
export function propose(input: ProposeInput, scope: TaskScope): ProposeOutput {
  const model = posterior(deserializeModel(readFileSync(input.modelPath)), localExecutor())
  const table = tableFromDataset(input.table)
  const columns = input.inputs.map((name) => {
    const column = table.columns.find((entry) => entry.name === name)
    if (column === undefined)
      throw new ContractError('COLUMN_UNKNOWN', 'The dataset lost an input of the model.', name)
    return column
  })
  const objective = model.outputs.findIndex((output) => output.name === input.objective)
  const best = bestKnownRow(model, table, columns, objective, input.direction === 'maximise' ? 1 : -1)
  const fixed = columns
    .filter((column) => !input.varied.includes(column.name))
    .map((column) => ({
      column: column.name,
      value: column.values[best]!,
      reason: `${whyFixed(column, input)}; kept as in ${table.rowIds[best]!}, the best specimen so far.`,
    }))
  const { varied, ...found } = proposeCandidates(
    {
      posterior: asPosteriorFn(model),
      table,
      inputs: input.inputs,
      space: input.varied.map(
        (column) => input.bounds.find((bound) => bound.column === column) ?? { column },
      ),
      fixed: Object.fromEntries(fixed.map(({ column, value }) => [column, value])),
      objective: input.objective,
      direction: input.direction,
      constraints: input.constraints,
      batch: input.batch,
      seed: input.seed,
    },
    progressOf(scope),
  )
  return { ...found, space: varied, fixed }
}
