import type { Figure, MeasureKey, Specimen, SpecimenFeature } from '../../contract/index.ts'
import { countOf, formatLevel } from '../format.ts'
import { measureNames, sentenceStart } from '../labels.ts'
import { figureId, figureOf, seriesOf } from './parts.ts'

/**
 * One measure of each specimen, with its interval, against one column of its process table. It shows the specimens and
 * claims nothing: no line is fitted, since other columns vary with this one.
 */
export function featureAgainstProcess(
  rows: readonly SpecimenFeature[],
  specimens: readonly Specimen[],
  measure: MeasureKey,
  column: string,
): Figure {
  const processOf = new Map(
    specimens.map((specimen) => [specimen.id, specimen.values.find((value) => value.column === column)]),
  )
  const own = rows.filter((row) => row.measure === measure)
  const units = new Set(own.filter((row) => row.value !== null).map((row) => row.unit))
  const unit = own.find((row) => row.value !== null)?.unit ?? own[0]?.unit ?? ''
  const points = own.flatMap((row) => {
    const value = processOf.get(row.specimenId)
    const x = value?.number ?? value?.text ?? null
    if (x === null || row.value === null || row.unit !== unit) return []
    const ends = row.low === null || row.high === null ? {} : { low: row.low, high: row.high }
    return [{ x, y: row.value, ...ends, label: row.specimenName }]
  })
  const texts = points.map((point) => point.x).filter((x) => typeof x === 'string')
  const categories = texts.length > 0 ? [...new Set(points.map((point) => String(point.x)))] : null
  const known = [...processOf.values()].find((value) => value !== undefined)
  const level = own.find((row) => row.low !== null)?.level
  const lost = own.length - points.length
  const name = measureNames[measure]
  return figureOf({
    id: figureId('against', measure, column),
    title: `${sentenceStart(name)} against ${column}`,
    caption:
      points.length === 0
        ? 'No specimen has both values: n = 0.'
        : `Mean over fields${level === undefined ? '' : ` with ${formatLevel(level)} interval`}, n = ${countOf(points.length, 'specimen')}; ` +
          'no cause is claimed.' +
          (lost > 0
            ? ` ${String(lost)} without one of the two${units.size > 1 ? ' or in another unit' : ''} left out.`
            : ''),
    x: {
      name: column,
      unit: known?.unit ?? '',
      ...(categories === null ? {} : { kind: 'category' as const, categories }),
    },
    y: { name, unit },
    series: [
      seriesOf(
        'specimen',
        'points',
        'main',
        categories === null ? points : points.map((point) => ({ ...point, x: String(point.x) })),
      ),
    ],
  })
}
