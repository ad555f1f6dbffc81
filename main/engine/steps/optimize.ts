import {
  ContractError,
  type Candidate,
  type DatasetTable,
  type JobParams,
  type Note,
  type OptimizationSummary,
} from '../../contract/index.ts'
import type { Step, StepContext } from '../jobs/index.ts'
import type { StoredResult } from '../store/index.ts'
import { chosenResult } from './current.ts'
import { readDataset } from './datasets.ts'
import type { ProposeInput, ProposeOutput } from './tasks/optimize.ts'

interface Chosen {
  readonly model: StoredResult<'model'>
  readonly causal: StoredResult<'causal'> | null
  readonly table: DatasetTable
  readonly objective: string
}

function chosen({ store }: StepContext, params: JobParams['optimize']): Chosen {
  const model = chosenResult(store, 'model', params.modelId)
  if (model === null) throw new ContractError('NO_MODEL', 'There is no trained model to search with.')
  // A category has no largest or smallest value.
  const numbers = model.document.outputs.filter((output) => output.levels === undefined)
  const objective = params.objective ?? numbers[0]?.name
  if (objective === undefined || !numbers.some((output) => output.name === objective)) {
    throw new ContractError(
      'COLUMN_UNKNOWN',
      `The model does not predict a number "${objective ?? ''}".`,
      objective ?? null,
    )
  }
  const dataset = store.results.get('dataset', model.document.datasetId)
  const columns = params.bounds.map(({ column }) => column)
  const twice = columns.find((column, i) => columns.indexOf(column) < i)
  if (twice !== undefined) throw new ContractError('BAD_REQUEST', `Column "${twice}" has two bounds.`, twice)
  return {
    model,
    causal: chosenResult(store, 'causal', params.causalId),
    table: readDataset(store, dataset),
    objective,
  }
}

/** Numeric inputs of the model that the causal map finds critical for the objective; all of them when it finds none. */
function variedByDefault({ model, causal, table, objective }: Chosen): { varied: string[]; notes: Note[] } {
  const numeric = model.document.inputs.filter(
    (name) => table.columns.find((column) => column.name === name)?.kind === 'number',
  )
  const ranking = causal?.document.ranking.filter((row) => row.outcome === objective) ?? []
  const critical = ranking.filter((row) => row.critical).map((row) => row.treatment)
  const varied = numeric.filter((name) => critical.includes(name))
  if (varied.length > 0) return { varied, notes: [] }
  const message =
    causal === null
      ? 'There is no causal map: every numeric input is varied.'
      : `The causal map finds no parameter whose effect on ${objective} can be told from zero: every numeric input is varied.`
  return { varied: numeric, notes: [{ code: 'NO_CRITICAL_PARAMETER', message }] }
}

interface Varied {
  readonly varied: string[]
  /** Columns that would be varied, had the person not left them out. */
  readonly switchedOff: string[]
  readonly notes: Note[]
}

/** The columns a person named, else the default ones and those with a bound. */
function variedColumns(all: Chosen, { vary, bounds }: JobParams['optimize']): Varied {
  const { inputs } = all.model.document
  const unknown = vary.find((name) => !inputs.includes(name))
  if (unknown !== undefined)
    throw new ContractError('COLUMN_UNKNOWN', `The model has no input "${unknown}".`, unknown)
  const { varied, notes } = variedByDefault(all)
  if (vary.length > 0)
    return {
      varied: [...new Set(vary)],
      switchedOff: varied.filter((name) => !vary.includes(name)),
      notes: [],
    }
  return { varied: [...new Set([...varied, ...bounds.map(({ column }) => column)])], switchedOff: [], notes }
}

/** Candidates over the critical parameters, from the model's posterior, within bounds and constraints. */
export const optimizeStep: Step<JobParams['optimize']> = {
  kind: 'optimize',
  plan(context, params) {
    const all = chosen(context, params)
    const { model, causal, objective } = all
    // Refused here already, before the job waits for its turn.
    variedColumns(all, params)
    return {
      inputs: { model: model.blob, causal: causal === null ? null : causal.document.ranking, objective },
      units: [],
      unitName: 'searches',
    }
  },
  unit: () => Promise.reject(new Error('optimising is one unit')),
  async finish(context, params) {
    const { store, run, jobId, seed } = context
    const all = chosen(context, params)
    const { varied, switchedOff, notes } = variedColumns(all, params)
    const found = await run<ProposeInput, ProposeOutput>('optimize', {
      modelPath: store.files.path(all.model.blob!),
      table: all.table,
      inputs: all.model.document.inputs,
      varied,
      switchedOff,
      bounds: params.bounds,
      objective: all.objective,
      direction: params.direction,
      constraints: params.constraints,
      batch: params.batch,
      seed,
    })
    return () => {
      const document: Omit<OptimizationSummary, 'id' | 'jobId' | 'createdAt'> = {
        datasetId: all.model.document.datasetId,
        modelId: all.model.id,
        causalId: all.causal?.id ?? null,
        objective: all.objective,
        unit: all.model.document.outputs.find((output) => output.name === all.objective)?.unit ?? '1',
        direction: params.direction,
        incumbent: found.incumbent,
        varied: found.space,
        fixed: found.fixed,
        constraints: params.constraints,
        candidates: found.candidates satisfies Candidate[],
        evaluated: found.evaluated,
        notes: [...notes, ...found.notes],
        seed,
      }
      return { optimizationId: store.results.insert('optimization', jobId, document, null) }
    }
  },
}
