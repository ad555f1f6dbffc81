import type { Figure, ScoreRow } from '../../contract/index.ts'
import { nameWithUnit } from '../format.ts'
import { namedMeasures } from '../labels.ts'
import { figureId, figureOf, seriesOf } from './parts.ts'

/** Units of the rows that have a value, the most frequent first: one figure each, since bars share an axis. */
export function scorecardUnits(rows: readonly ScoreRow[]): string[] {
  const counts = new Map<string, number>()
  for (const row of rows) if (row.value !== null) counts.set(row.unit, (counts.get(row.unit) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([unit]) => unit)
}

/** The rows of a scorecard in one unit (the most frequent, unless named) as lying bars. */
export function scorecardBars(
  rows: readonly ScoreRow[],
  unit: string = scorecardUnits(rows)[0] ?? '1',
): Figure {
  const shown = rows.filter((row) => row.value !== null && row.unit === unit)
  const missing = rows
    .filter((row) => row.value === null)
    .map((row) => namedMeasures(`${row.name} (${row.comment})`))
  return figureOf({
    id: figureId('scorecard', unit === '' ? '1' : unit),
    title: nameWithUnit('Scorecard', unit),
    caption:
      `Results against the known truth of the simulated campaign, n = ${shown.length} figures; ` +
      'each is one number of one campaign and has no interval.' +
      (missing.length === 0 ? '' : ` Not determined: ${missing.join('; ')}.`),
    x: { name: 'value', unit, fromZero: true },
    y: {
      name: '',
      kind: 'category',
      categories: shown.map((row) => namedMeasures(`${row.group}: ${row.name}`)),
    },
    series: [
      seriesOf(
        'result',
        'bars',
        'main',
        shown.map((row, y) => ({ x: row.value ?? Number.NaN, y, label: namedMeasures(row.comment) })),
      ),
    ],
  })
}
