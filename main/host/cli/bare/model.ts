import { ContractError, csvCell, modelKind, type ModelKind } from '../../../contract/index.ts'
import { groupFolds, type Table } from '../../../engine/dataset/index.ts'
import type { FittedModel, InputRow, OwnRow } from '../../../engine/models/index.ts'
import { choiceFlag, integerFlag, listFlag, neededFlag, numberFlag } from '../flags.ts'
import { UsageError, type Arguments, type Form } from '../verb.ts'
import { readBytes, writeWhole } from './files.ts'
import { classesCsv, outputFlags, outputsOf } from './outputs.ts'
import { readTable } from './table.ts'

const kinds = modelKind.options
const modelFlag = { name: 'model', value: 'FILE', help: 'Written by «model train».', required: true }
const levelFlag = { name: 'level', value: 'P', help: 'Level of the intervals. Default: 0.9.' }

/** «model train --csv FILE --inputs a,b --outputs c,d --out MODEL»: fits and calibrates, and says how good it is. */
export const trainForm: Form = {
  summary: 'Fit models to a table, choose one on held-out rows, and keep them in a file.',
  positionals: [],
  flags: [
    { name: 'csv', value: 'FILE', help: 'Table with one header line.', required: true },
    { name: 'inputs', value: 'a,b', help: 'Columns to predict from.', required: true },
    ...outputFlags,
    { name: 'out', value: 'FILE', help: 'Where the model is written.', required: true },
    {
      name: 'group',
      value: 'COLUMN',
      help: 'Rows of one group stay together. Default: a column called group, heat, batch …, else each row its own.',
    },
    {
      name: 'kinds',
      value: 'a,b',
      help: `Any of ${kinds.join(', ')}. Default: all that the blend is made of.`,
    },
    { name: 'seed', value: 'N', help: 'Default: 1.' },
  ],
  run: async (context, given) => {
    const { fitModel, serializeModel } = await import('../../../engine/models/index.ts')
    const { localExecutor } = await import('../../../engine/compute/index.ts')
    const read = readTable(neededFlag(given, 'csv'), given.flags.get('group'))
    const { groupNames, notes } = read
    const { table, outputs: names, spec } = outputsOf(given, read.table)
    const seed = integerFlag(given, 'seed', 0) ?? 1
    const asked = kindsOf(given)
    const model = fitModel(
      table,
      {
        inputs: listFlag(given, 'inputs') ?? [],
        outputs: names,
        ...spec,
        folds: groupFolds(groupNames ?? table.rowIds, 5, seed),
        seed,
        executor: localExecutor(),
        ...(asked === null ? {} : { kinds: asked }),
      },
      context.progress,
    )
    writeWhole(neededFlag(given, 'out'), serializeModel(model))
    const { recommended, scores, outputs, inputs } = model
    return {
      value: {
        inputs,
        outputs,
        recommended,
        scores,
        classes: model.classes.map((one) => ({
          output: one.output,
          levels: one.levels,
          recommended: one.recommended,
          scores: one.scores,
          reliability: one.reliability,
        })),
        hyperparameters: model.hyperparameters,
        warnings: [...notes, ...model.notes],
      },
    }
  },
}

/** «model predict --model FILE --csv ROWS»: predictive distributions of new rows. */
export const predictForm: Form = {
  summary: 'Predict the rows of a table with a model from a file.',
  positionals: [],
  flags: [
    modelFlag,
    {
      name: 'csv',
      value: 'FILE',
      help: 'Rows with the inputs of the model; an empty cell is missing.',
      required: true,
    },
    { name: 'kind', value: kinds.join('|'), help: 'Default: the one recommended.' },
    {
      name: 'own',
      value: 'FILE',
      help: 'Measured rows of the same heat or laboratory, with inputs and outputs; the recommended kind learns its offset from them.',
    },
    levelFlag,
    { name: 'out', value: 'FILE', help: 'Write the predictions as CSV.' },
    { name: 'classes-out', value: 'FILE', help: 'Write the probabilities of categories as CSV.' },
  ],
  run: async (_context, given) => {
    const { posterior, predictWithOwnRows } = await import('../../../engine/models/index.ts')
    const { localExecutor } = await import('../../../engine/compute/index.ts')
    const model = await readModel(given)
    const kind = choiceFlag(given, 'kind', kinds)
    const level = numberFlag(given, 'level') ?? 0.9
    const rows = inputRows(model, readTable(neededFlag(given, 'csv')).table)
    const ownFile = given.flags.get('own')
    if (ownFile !== undefined && kind !== undefined)
      throw new UsageError('--own moves the recommended kind: leave out --kind.')
    const served = posterior(model, localExecutor(), kind === undefined ? {} : { kind })
    const predicted =
      ownFile === undefined
        ? served.predict(rows, level)
        : predictWithOwnRows(model, localExecutor(), ownRows(model, readTable(ownFile).table), rows, level)
    const heads = [
      'row',
      'output',
      'unit',
      'mean',
      'sd',
      'low',
      'high',
      'level',
      'epistemicSd',
      'aleatoricSd',
      'insideDomain',
      'nearest',
    ] as const
    const lines = predicted.flatMap(({ predictions, insideDomain, nearestSpecimen }, row) =>
      predictions.map((one) => ({ row, ...one, insideDomain, nearest: nearestSpecimen })),
    )
    const file = given.flags.get('out')
    if (file !== undefined)
      writeWhole(
        file,
        [
          heads.join(','),
          ...lines.map((line) => heads.map((head) => csvCell(String(line[head]))).join(',')),
        ].join('\n') + '\n',
      )
    const classes = predicted.map((row) => row.classes ?? [])
    const classFile = given.flags.get('classes-out')
    if (classFile !== undefined) writeWhole(classFile, classesCsv(classes))
    return {
      value: {
        kind: served.kind,
        predictions: lines,
        classes: classes.flatMap((own, row) => own.map((one) => ({ row, ...one }))),
      },
    }
  },
}

/** «model export --model FILE --out FILE.onnx»: the hypernetwork as an ONNX model with its scalers and calibration inside. */
export const exportForm: Form = {
  summary: 'Write the hypernetwork of a model as ONNX.',
  positionals: [],
  flags: [
    modelFlag,
    { name: 'out', value: 'FILE', help: 'Where the ONNX model is written.', required: true },
    levelFlag,
  ],
  run: async (_context, given) => {
    const { exportModel } = await import('../../../engine/steps/tasks/export-model.ts')
    const model = await readModel(given)
    const { bytes, metadata, agreement } = await exportModel(model, numberFlag(given, 'level') ?? 0.9)
    writeWhole(neededFlag(given, 'out'), bytes)
    return { value: { bytes: bytes.length, metadata, agreement } }
  },
}

/** The inputs of the model for each row of a table. @throws ContractError COLUMN_UNKNOWN */
function inputRows(model: FittedModel, table: Table): InputRow[] {
  const columns = model.inputs.map((name) => {
    const column = table.columns.find((one) => one.name === name)
    if (column === undefined)
      throw new ContractError('COLUMN_UNKNOWN', 'The table lacks an input of the model.', name)
    return column
  })
  return table.rowIds.map((_, i) =>
    Object.fromEntries(
      columns.map(({ name, levels, values }) => {
        const value = values[i] ?? Number.NaN
        return [name, Number.isNaN(value) ? null : levels === null ? value : (levels[value] ?? null)]
      }),
    ),
  )
}

/** Inputs and whichever outputs were measured. */
function ownRows(model: FittedModel, table: Table): OwnRow[] {
  const columns = table.columns.filter(({ name }) => model.outputs.some((output) => output.name === name))
  if (columns.length === 0)
    throw new ContractError('COLUMN_UNKNOWN', 'The table of own rows has no output of the model.', null)
  return inputRows(model, table).map((inputs, i) => ({
    inputs,
    measured: Object.fromEntries(
      columns.map(({ name, values }) => [name, Number.isNaN(values[i]) ? null : (values[i] ?? null)]),
    ),
  }))
}

async function readModel(given: Arguments): Promise<FittedModel> {
  const { deserializeModel } = await import('../../../engine/models/index.ts')
  return deserializeModel(readBytes(neededFlag(given, 'model')))
}

function kindsOf(given: Arguments): ModelKind[] | null {
  const asked = listFlag(given, 'kinds')
  if (asked === undefined) return null
  return asked.map((name) => {
    const kind = kinds.find((one) => one === name)
    if (kind === undefined)
      throw new ContractError('BAD_REQUEST', `There is no kind of model called "${name}".`, name)
    return kind
  })
}
