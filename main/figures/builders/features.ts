import type { FeatureRow, Figure, MeasureKey, Quantity, SpecimenFeature } from '../../contract/index.ts'
import { countOf, formatLevel } from '../format.ts'
import { measureNames, methodParts, sentenceStart } from '../labels.ts'
import { figureId, figureOf, seriesOf } from './parts.ts'

/** Rows with a value in the unit that most rows have; what is left out is counted, and said. */
function comparable<T extends Quantity>(rows: readonly T[]): { kept: T[]; unit: string; leftOut: string } {
  const units = new Map<string, number>()
  const valued = rows.filter((row) => row.value !== null)
  for (const row of valued) units.set(row.unit, (units.get(row.unit) ?? 0) + 1)
  const unit = [...units].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0] ?? rows[0]?.unit ?? ''
  const kept = valued.filter((row) => row.unit === unit)
  const flags = [
    ...new Set(rows.filter((row) => row.value === null).map((row) => row.flag ?? 'no reason given')),
  ]
  const missing = rows.length - valued.length
  const otherUnit = valued.length - kept.length
  const parts = [
    ...(missing > 0 ? [` ${missing} without a value (${flags.join(', ')}).`] : []),
    ...(otherUnit > 0 ? [` ${otherUnit} in another unit left out.`] : []),
  ]
  return { kept, unit, leftOut: parts.join('') }
}

const byName = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true })
const listOf = (values: readonly string[]) => [...new Set(values)].join(', ')

/** How the specimens' values came about: `mean over fields; …; each: …` of several fields, the method of a lone one. */
function howMeasured(rows: readonly SpecimenFeature[]): string {
  const level = rows[0] === undefined ? '' : `${formatLevel(rows[0].level)} interval`
  const several = rows.some((row) => row.n > 1)
  const single = rows.some((row) => row.n === 1)
  const what = [
    ...(several ? [`mean over fields with the ${level} over fields`] : []),
    ...(single ? [`one field with its own ${level}`] : []),
  ].join(', or ')
  const methods = listOf(rows.map((row) => methodParts(row.method).onField))
  return `${sentenceStart(what)} (${several ? 'each field: ' : ''}${methods})`
}

/** One measure over the fields of each specimen: every field as a point, the specimen's mean with its interval. */
export function featureSpread(
  fields: readonly FeatureRow[],
  specimens: readonly SpecimenFeature[],
  measure: MeasureKey,
): Figure {
  const own = comparable(specimens.filter((row) => row.measure === measure))
  const unit = own.unit
  const means = own.kept
  const points = fields.filter((row) => row.measure === measure && row.value !== null && row.unit === unit)
  const names = [...new Set([...means, ...points].map((row) => row.specimenName))].sort(byName)
  const name = measureNames[measure]
  return figureOf({
    id: figureId('spread', measure),
    title: `${sentenceStart(name)} of each specimen`,
    caption:
      means.length === 0
        ? `No specimen has a value: n = 0.${own.leftOut}`
        : `${howMeasured(means)}; ` +
          `n = ${countOf(means.length, 'specimen')}, ${countOf(points.length, 'field')} drawn as points.${own.leftOut}`,
    x: { name: 'specimen', kind: 'category', categories: names },
    y: { name, unit },
    series: [
      seriesOf(
        'field of view',
        'points',
        'muted',
        points.map((row) => ({ x: row.specimenName, y: row.value, label: row.fileName })),
      ),
      seriesOf(
        'specimen mean',
        'points',
        'main',
        means.map((row) => ({
          x: row.specimenName,
          y: row.value,
          ...(row.low === null || row.high === null ? {} : { low: row.low, high: row.high }),
          label: `${row.specimenName}, ${countOf(row.n, 'field')}`,
        })),
      ),
    ],
  })
}

/**
 * Distribution of one measure: a box over the raw values of each group, all values drawn. `groupOf` names the
 * group of a specimen (a heat, a process level); without it all stand together.
 */
export function featureDistribution(
  rows: readonly (Quantity & { measure: MeasureKey; specimenName: string })[],
  measure: MeasureKey,
  groupOf: (specimenName: string) => string = () => 'all specimens',
): Figure {
  const { kept, unit, leftOut } = comparable(rows.filter((row) => row.measure === measure))
  const name = measureNames[measure]
  const groups = [...new Set(kept.map((row) => groupOf(row.specimenName)))].sort(byName)
  return figureOf({
    id: figureId('distribution', measure),
    title: `Distribution of ${name}`,
    caption:
      kept.length === 0
        ? `No value to show: n = 0.${leftOut}`
        : `Box: quartiles and median, whiskers to 1.5 interquartile ranges (Tukey), from five values on; ` +
          `every value is a point, n = ${kept.length}.${leftOut}`,
    x: { name: '', kind: 'category', categories: groups },
    y: { name, unit },
    series: [
      seriesOf(
        name,
        'box',
        'main',
        kept.map((row) => ({ x: groupOf(row.specimenName), y: row.value, label: row.specimenName })),
      ),
    ],
  })
}
