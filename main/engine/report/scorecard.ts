import type { ReportSection, ScoreRow } from '../../contract/index.ts'
import {
  formatNumber,
  missingMark,
  namedMeasures,
  scorecardBars,
  scorecardUnits,
  unitText,
} from '../../figures/index.ts'
import type { SectionName } from './parts.ts'
import { tableOf } from './parts.ts'

const homes: readonly [RegExp, SectionName][] = [
  [/segment|outline|label/i, 'Segmentation'],
  [/measure|feature|field|micro/i, 'Measures'],
  [/caus|graph|edge|effect/i, 'Causal map'],
  [/optim|candidate/i, 'Candidates'],
  [/model|predict|train|calibr|cover/i, 'Model'],
  [/data/i, 'Dataset'],
  [/import|simul/i, 'Import'],
]

function homeOf(group: string): SectionName {
  return homes.find(([pattern]) => pattern.test(group))?.[1] ?? 'Manifest'
}

/** Puts each group of the scorecard into the section it judges; what fits none stands in the manifest. */
export function withScores(section: ReportSection, scorecard: readonly ScoreRow[]): ReportSection {
  const rows = scorecard.filter((row) => homeOf(row.group) === section.name)
  if (rows.length === 0) return section
  const shares = rows.filter((row) => row.unit === (scorecardUnits(rows)[0] ?? ''))
  const figure = { ...scorecardBars(rows), title: `Scorecard: ${section.name}` }
  return {
    ...section,
    figures:
      shares.length < 3
        ? section.figures
        : [
            ...section.figures,
            { ...figure, id: `${figure.id}-${section.name.toLowerCase().replace(' ', '-')}` },
          ],
    tables: [
      ...section.tables,
      tableOf('Against the known truth of the simulated campaign', rows, [
        { name: 'group', of: (row) => row.group },
        { name: 'figure', of: (row) => namedMeasures(row.name) },
        {
          name: 'value',
          right: true,
          of: (row) =>
            row.value === null
              ? `${missingMark} (${namedMeasures(row.comment)})`
              : formatNumber(row.value, 4),
        },
        { name: 'unit', of: (row) => unitText(row.unit) },
        { name: 'comment', of: (row) => namedMeasures(row.comment) },
      ]),
    ],
  }
}
