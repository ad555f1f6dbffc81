import { ContractError, csvCell, type ClassPrediction } from '../../../contract/index.ts'
import type { Table } from '../../../engine/dataset/index.ts'
import type { ClassEvaluation, FitSpec, OutputGroup, Support } from '../../../engine/models/index.ts'
import { listFlag, parseNumber } from '../flags.ts'
import { UsageError, type Arguments, type Flag } from '../verb.ts'

/** How outputs are to be modelled, for «model evaluate» and «model train». */
export const outputFlags: readonly Flag[] = [
  {
    name: 'outputs',
    value: 'c,d',
    help: 'Columns to predict, numbers or categories. Needed unless --composition or --histogram names parts.',
  },
  {
    name: 'support',
    value: 'c:positive,d:0..1',
    help: 'Where outputs can lie: above 0, or between two ends. Default: anywhere.',
  },
  {
    name: 'composition',
    value: 'NAME=a+b+c',
    help: 'Columns that are the parts of a whole and sum to 1 or 100; several, separated by commas.',
  },
  {
    name: 'histogram',
    value: 'NAME=a+b+c@0:1:5:10',
    help: 'Shares of bins with their edges; mean, D10, D50 and D90 are predicted as well.',
  },
  { name: 'category', value: 'a,b', help: 'Columns whose numbers are names of categories.' },
]

export interface AskedOutputs {
  /** The table with the named categories as such. */
  readonly table: Table
  readonly outputs: string[]
  readonly spec: Pick<FitSpec, 'supports' | 'groups'>
}

/** The outputs as flags describe them. @throws UsageError, ContractError COLUMN_UNKNOWN, BAD_REQUEST */
export function outputsOf(given: Arguments, read: Table): AskedOutputs {
  const outputs = listFlag(given, 'outputs') ?? []
  const table = withCategories(read, listFlag(given, 'category') ?? [])
  const groups = [
    ...groupTexts(given, 'composition').map((text) => composition(text, table)),
    ...groupTexts(given, 'histogram').map((text) => histogram(text, table)),
  ]
  if (outputs.length + groups.length === 0) throw new UsageError('--outputs is missing.')
  const supports = supportsOf(given)
  for (const name of [...outputs, ...Object.keys(supports)]) columnOf(table, name)
  return { table, outputs, spec: { supports, groups } }
}

function columnOf(table: Table, name: string): Table['columns'][number] {
  const column = table.columns.find((one) => one.name === name)
  if (column === undefined) throw new ContractError('COLUMN_UNKNOWN', 'The table has no such column.', name)
  return column
}

/** Numbers become the levels of a category, in ascending order. */
function withCategories(table: Table, names: readonly string[]): Table {
  for (const name of names) columnOf(table, name)
  return {
    ...table,
    columns: table.columns.map((column) => {
      if (!names.includes(column.name) || column.levels !== null) return column
      const numbers = [...new Set(column.values.filter((v) => !Number.isNaN(v)))].sort((a, b) => a - b)
      return {
        ...column,
        levels: numbers.map(String),
        values: column.values.map((v) => (Number.isNaN(v) ? v : numbers.indexOf(v))),
      }
    }),
  }
}

function supportsOf(given: Arguments): Record<string, Support> {
  const entries = (listFlag(given, 'support') ?? []).map((text): [string, Support] => {
    const at = text.lastIndexOf(':')
    const [name, what] = [text.slice(0, at), text.slice(at + 1)]
    if (at <= 0) throw new UsageError(`--support takes COLUMN:positive or COLUMN:LOW..HIGH, not “${text}”.`)
    if (what === 'positive') return [name, { kind: 'positive' }]
    const ends = what.split('..')
    if (ends.length !== 2)
      throw new UsageError(`--support takes COLUMN:positive or COLUMN:LOW..HIGH, not “${text}”.`)
    const [low = Number.NaN, high = Number.NaN] = ends.map((end) => parseNumber(end, '--support'))
    if (!(low < high)) throw new UsageError(`--support needs ends that ascend, not “${what}”.`)
    return [name, { kind: 'bounded', low, high }]
  })
  return Object.fromEntries(entries)
}

interface GroupText {
  readonly name: string
  readonly columns: readonly string[]
  readonly edges: readonly number[] | null
}

function groupTexts(given: Arguments, flag: 'composition' | 'histogram'): GroupText[] {
  return (listFlag(given, flag) ?? []).map((text) => {
    const at = text.indexOf('=')
    const [parts = '', edges] = text.slice(at + 1).split('@')
    const columns = parts.split('+').map((one) => one.trim())
    if (at <= 0 || columns.includes('') || (edges === undefined) !== (flag === 'composition'))
      throw new UsageError(
        `--${flag} takes ${flag === 'composition' ? 'NAME=a+b+c' : 'NAME=a+b+c@EDGE:EDGE:…'}, not “${text}”.`,
      )
    return {
      name: text.slice(0, at).trim(),
      columns,
      edges: edges?.split(':').map((edge) => parseNumber(edge, `--${flag}`)) ?? null,
    }
  })
}

const composition = ({ name, columns }: GroupText, table: Table): OutputGroup => ({
  name,
  columns,
  kind: 'composition',
  total: totalOf(name, columns, table),
})

const histogram = ({ name, columns, edges }: GroupText, table: Table): OutputGroup => ({
  name,
  columns,
  kind: 'histogram',
  total: totalOf(name, columns, table),
  edges: edges ?? [],
})

/** 1 or 100, whichever the first complete row is nearer to; the model checks every row against it. */
function totalOf(name: string, columns: readonly string[], table: Table): 1 | 100 {
  const parts = columns.map((column) => columnOf(table, column))
  for (let i = 0; i < table.rowIds.length; i++) {
    const sum = parts.reduce((total, part) => total + part.values[i]!, 0)
    if (!Number.isNaN(sum)) return Math.abs(sum - 1) < Math.abs(sum - 100) ? 1 : 100
  }
  throw new ContractError('TOO_FEW_SPECIMENS', 'No row has all parts of the group.', name)
}

/** Held-out rows of categories: one line for each level of each row. */
export function classPredictionsCsv(predictions: ClassEvaluation['predictions']): string {
  const lines = predictions.flatMap(({ repeat, fold, row, output, observed, levels, set90 }) =>
    levels.map(({ level, probability }) =>
      [repeat, fold, row, output, observed, level, probability, set90.includes(level) ? 1 : 0]
        .map(csvCell)
        .join(','),
    ),
  )
  return ['repeat,fold,row,output,observed,level,probability,inSet90', ...lines].join('\n') + '\n'
}

/** Predicted categories of new rows: one line for each level of each row. */
export function classesCsv(rows: readonly (readonly ClassPrediction[])[]): string {
  const lines = rows.flatMap((classes, row) =>
    classes.flatMap(({ output, levels, set, level: nominal, epistemicBits, aleatoricBits }) =>
      levels.map(({ level, probability }) =>
        [row, output, level, probability, set.includes(level) ? 1 : 0, nominal, epistemicBits, aleatoricBits]
          .map(csvCell)
          .join(','),
      ),
    ),
  )
  const head = 'row,output,level,probability,inSet,setLevel,epistemicBits,aleatoricBits'
  return [head, ...lines].join('\n') + '\n'
}
