import { parse } from 'csv-parse/sync'
import { ContractError, csvCell, modelKind, type Note } from '../../../contract/index.ts'
import { groupNumbers, type Table } from '../../../engine/dataset/index.ts'
import type { EvaluationFold, EvaluationPrediction, EvaluationResult } from '../../../engine/models/index.ts'
import { choiceFlag, integerFlag, listFlag, neededFlag } from '../flags.ts'
import { UsageError, type Arguments, type Form } from '../verb.ts'
import { readTableBytes, writeWhole } from './files.ts'
import { foldsOf, groupedFolds } from './folds.ts'
import { classPredictionsCsv, outputFlags, outputsOf } from './outputs.ts'
import { readTable } from './table.ts'

const kinds = ['auto', ...modelKind.options] as const

/** «model evaluate --csv FILE --inputs a,b --outputs c,d»: held-out figures of models on a table. */
export const evaluateForm: Form = {
  summary: 'Score models on held-out rows of a table.',
  positionals: [],
  flags: [
    { name: 'csv', value: 'FILE', help: 'Table with one header line.', required: true },
    { name: 'inputs', value: 'a,b', help: 'Columns to predict from.', required: true },
    ...outputFlags,
    {
      name: 'folds',
      value: 'FILE',
      help: 'CSV: row, g1.. (grouped), r1.. (random) or s0.. (1 = test). Default: 5 folds made here.',
    },
    { name: 'split', value: 'grouped|random', help: 'Which columns of the folds file. Default: grouped.' },
    {
      name: 'group',
      value: 'COLUMN',
      help: 'Rows of one group stay together. Default: a column called group, heat, batch …, else each row its own.',
    },
    { name: 'log', value: null, help: 'Fit the natural logarithm of the outputs.' },
    {
      name: 'kind',
      value: kinds.join('|'),
      help: 'auto chooses in each fold by the training rows alone. Default: auto.',
    },
    { name: 'seed', value: 'N', help: 'Default: 1.' },
    { name: 'predictions', value: 'FILE', help: 'Write every held-out prediction as CSV.' },
    {
      name: 'class-predictions',
      value: 'FILE',
      help: 'Write every held-out probability of a category as CSV.',
    },
  ],
  run: async (context, given) => {
    const kind = choiceFlag(given, 'kind', kinds) ?? 'auto'
    const split = choiceFlag(given, 'split', ['grouped', 'random']) ?? 'grouped'
    const seed = integerFlag(given, 'seed', 0) ?? 1
    if (given.flags.has('split') && !given.flags.has('folds'))
      throw new UsageError('--split chooses columns of a folds file: give --folds FILE as well.')
    const inputs = listFlag(given, 'inputs') ?? []
    const read = tableAndFolds(given, inputs, split, seed)
    const { folds, notes } = read
    const { table, outputs, spec } = outputsOf(given, read.table)
    if (given.flags.has('log') && (given.flags.has('support') || spec.groups?.length))
      throw new UsageError('--log has no place beside --support, --composition or --histogram.')
    const { evaluateTable } = await import('../../../engine/models/index.ts')
    const { localExecutor } = await import('../../../engine/compute/index.ts')
    const result = evaluateTable(
      table,
      {
        inputs,
        outputs,
        ...spec,
        folds,
        seed,
        log: given.flags.has('log'),
        ...(kind === 'auto' ? {} : { kinds: [kind] }),
        executor: localExecutor(),
      },
      context.progress,
    )
    const kept = kind === 'auto' ? chosenOnly(result) : result
    const file = given.flags.get('predictions')
    if (file !== undefined) writeWhole(file, predictionsCsv(kept.predictions))
    const classFile = given.flags.get('class-predictions')
    if (classFile !== undefined) writeWhole(classFile, classPredictionsCsv(kept.classes.predictions))
    return {
      value: {
        kind,
        seed,
        log: given.flags.has('log'),
        split: given.flags.has('folds') ? split : 'made here',
        scores: kept.scores,
        means: meansOf(kept.scores, figures),
        ...(kept.classes.scores.length === 0
          ? {}
          : { classScores: kept.classes.scores, classMeans: meansOf(kept.classes.scores, classFigures) }),
        ...(kind === 'auto' ? { chosen: [...result.chosen, ...result.classes.chosen] } : {}),
        warnings: notes,
      },
    }
  },
}

function tableAndFolds(
  given: Arguments,
  columns: readonly string[],
  split: 'grouped' | 'random',
  seed: number,
): { table: Table; folds: EvaluationFold[]; notes: readonly Note[] } {
  const groupColumn = given.flags.get('group')
  const { table, groupNames, notes } = readTable(neededFlag(given, 'csv'), groupColumn)
  for (const name of columns)
    if (!table.columns.some((column) => column.name === name))
      throw new ContractError('COLUMN_UNKNOWN', 'The table has no such column.', name)
  const rowCount = table.rowIds.length
  const single = Int32Array.from({ length: rowCount }, (_, row) => row)
  const foldsPath = given.flags.get('folds')
  if (foldsPath === undefined) {
    const groups = groupNames === null ? single : groupNumbers(groupNames)
    return { table: { ...table, groups }, folds: groupedFolds(groups, 5, seed), notes }
  }
  const records = parse(Buffer.from(readTableBytes(foldsPath)), { bom: true, skip_empty_lines: true })
  const file = foldsOf(records, split, rowCount)
  // A random split takes rows apart as if they were independent; then calibration does so too.
  const names =
    groupColumn !== undefined ? groupNames : split === 'grouped' ? (file.groups ?? groupNames) : null
  return {
    table: { ...table, groups: names === null ? single : groupNumbers(names) },
    folds: file.folds,
    notes,
  }
}

function chosenOnly(result: EvaluationResult): Omit<EvaluationResult, 'chosen'> {
  const key = (one: { output: string; repeat: number; fold: number; model: string }): string =>
    JSON.stringify([one.output, one.repeat, one.fold, one.model])
  const chosen = new Set([...result.chosen, ...result.classes.chosen].map(key))
  const { classes } = result
  return {
    scores: result.scores.filter((score) => chosen.has(key(score))),
    predictions: result.predictions.filter((prediction) => chosen.has(key(prediction))),
    classes: {
      chosen: classes.chosen,
      scores: classes.scores.filter((score) => chosen.has(key(score))),
      predictions: classes.predictions.filter((prediction) => chosen.has(key(prediction))),
    },
  }
}

const classFigures = ['logLoss', 'brier', 'accuracy', 'calibrationError', 'coverage90', 'setSize90'] as const
const figures = ['rmse', 'mae', 'r2', 'accuracy', 'nll', 'crps', 'coverage90', 'width90', 'fitCpuS'] as const

/** Mean of each figure over the folds of an output; null where a fold has none. */
function meansOf<Name extends string>(
  scores: readonly ({ readonly output: string } & Record<Name, number | null>)[],
  names: readonly Name[],
): Record<string, unknown>[] {
  return [...new Set(scores.map(({ output }) => output))].map((output) => {
    const mine = scores.filter((score) => score.output === output)
    const mean = (name: Name): number | null => {
      const values = mine.map((score) => score[name])
      return values.some((value) => value === null)
        ? null
        : values.reduce<number>((sum, value) => sum + (value ?? 0), 0) / values.length
    }
    return { output, folds: mine.length, ...Object.fromEntries(names.map((name) => [name, mean(name)])) }
  })
}

function predictionsCsv(predictions: readonly EvaluationPrediction[]): string {
  const heads = [
    'repeat',
    'fold',
    'row',
    'output',
    'y',
    'mean',
    'sd',
    'q05',
    'q50',
    'q95',
    'nll',
    'crps',
  ] as const
  const lines = predictions.map((one) => heads.map((head) => csvCell(one[head])).join(','))
  return [heads.join(','), ...lines].join('\n') + '\n'
}
