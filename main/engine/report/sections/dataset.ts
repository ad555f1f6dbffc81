import { errorCodes, type Column, type DatasetTable, type ReportSection } from '../../../contract/index.ts'
import { columnName, countOf, formatNumber, missingMark } from '../../../figures/index.ts'
import { quantile } from '../../math/index.ts'
import type { ReportInput } from '../input.ts'
import { groupNotes, instantText, sectionOf, shortHash, smallDatasetText, tableOf } from '../parts.ts'

interface ColumnLine {
  readonly column: Column
  readonly filled: number
  readonly numbers: number[]
}

function columnLines(table: DatasetTable): ColumnLine[] {
  return table.columns.map((column, at) => {
    const values = (table.values[at] ?? []).filter((value) => value !== null)
    return { column, filled: values.length, numbers: values.filter((value) => typeof value === 'number') }
  })
}

const extreme = (numbers: readonly number[], p: number) =>
  numbers.length === 0 ? missingMark : formatNumber(quantile(numbers, p), 4)

const shownLevels = 6

function levelsText(levels: readonly string[]): string {
  const rest = levels.length - shownLevels
  return levels.slice(0, shownLevels).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}

export function datasetSection(input: ReportInput): ReportSection {
  const { dataset, specimenFeatures } = input
  if (dataset === null) {
    const reason =
      specimenFeatures.length === 0
        ? `No dataset is frozen, since nothing is measured. ${errorCodes.NO_FEATURES.hint}`
        : `No dataset is frozen yet. ${errorCodes.NO_DATASET.hint}`
    return sectionOf(input, 'Dataset', { paragraphs: [reason] })
  }
  const { summary, table } = dataset
  const small = smallDatasetText(summary.rowCount, summary.groupCount)
  const rows = summary.rowCount
  return sectionOf(input, 'Dataset', {
    paragraphs: [
      `«${summary.name}», frozen ${instantText(summary.createdAt)}: ${countOf(rows, 'row')} (one per specimen), ` +
        `${countOf(summary.columns.length, 'column')}, ${countOf(summary.groupCount, 'group')}, ${countOf(summary.foldCount, 'fold')}. ` +
        `Its SHA-256 begins with ${shortHash(summary.hash)}. Rows of one group never straddle a fold, so that a model is judged on heats it has not seen.`,
      ...(small === null ? [] : [small]),
    ],
    notes: groupNotes(summary.notes),
    tables: [
      tableOf('Columns', columnLines(table), [
        { name: 'column', of: ({ column }) => columnName(column.name) },
        { name: 'unit', of: ({ column }) => (column.unit === '' ? missingMark : column.unit) },
        { name: 'role', of: ({ column }) => column.role },
        { name: 'filled', right: true, of: ({ filled }) => `${filled} of ${rows}` },
        { name: 'lowest', right: true, of: ({ numbers }) => extreme(numbers, 0) },
        { name: 'median', right: true, of: ({ numbers }) => extreme(numbers, 0.5) },
        { name: 'highest', right: true, of: ({ numbers }) => extreme(numbers, 1) },
        {
          name: 'levels',
          of: ({ column }) => (column.kind === 'number' ? '' : levelsText(column.levels)),
        },
      ]),
    ],
  })
}
