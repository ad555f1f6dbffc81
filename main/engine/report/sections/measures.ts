import { errorCodes, type MeasureKey, type ReportSection, type ReportTable } from '../../../contract/index.ts'
import {
  countOf,
  featureDistribution,
  featureSpread,
  formatLevel,
  formatQuantity,
  measureNames,
  methodParts,
  missingMark,
  sentenceStart,
  unitText,
} from '../../../figures/index.ts'
import type { ReportInput } from '../input.ts'
import { fewFieldsText, listText, sectionOf, tableOf } from '../parts.ts'

/** Measures drawn as figures, the ones that property models lean on; the rest stand in the tables. */
const drawn: readonly MeasureKey[] = [
  'areaFraction',
  'equivalentCircleDiameterMean',
  'meanLinealIntercept',
  'numberDensity',
]
const perTable = 6

const byName = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true })

/** Specimens down, measures across, at most six to a table so that it fits a page. */
function specimenTables(input: ReportInput, measures: readonly MeasureKey[]): ReportTable[] {
  const rows = new Map(input.specimenFeatures.map((row) => [`${row.specimenName}\n${row.measure}`, row]))
  const names = [...new Set(input.specimenFeatures.map((row) => row.specimenName))].sort(byName)
  const levels = [...new Set(input.specimenFeatures.map((row) => formatLevel(row.level)))]
  const chunks: MeasureKey[][] = []
  const share = Math.ceil(measures.length / Math.ceil(measures.length / perTable))
  for (let i = 0; i < measures.length; i += share) chunks.push(measures.slice(i, i + share))
  return chunks.map((chunk, at) => {
    const unitsOf = (measure: MeasureKey) => [
      ...new Set(input.specimenFeatures.filter((r) => r.measure === measure).map((r) => r.unit)),
    ]
    return tableOf(
      `Specimens${chunks.length > 1 ? `, part ${at + 1} of ${chunks.length}` : ''}: mean over fields ± half width of its ${listText(levels)} interval; where there is one field, both are of that field.`,
      names,
      [
        { name: 'specimen', of: (name) => name },
        {
          name: 'fields',
          right: true,
          of: (name) => String(Math.max(...chunk.map((measure) => rows.get(`${name}\n${measure}`)?.n ?? 0))),
        },
        ...chunk.map((measure) => {
          const units = unitsOf(measure)
          const unit = units.length === 1 ? (units[0] ?? '') : ''
          return {
            name: measureNames[measure],
            unit,
            right: true,
            of: (name: string) => {
              const row = rows.get(`${name}\n${measure}`)
              if (row === undefined) return `${missingMark} (not measured)`
              const shownUnit = units.length === 1 ? '' : row.unit
              const { value, low, high, flag } = row
              return formatQuantity({ value, low, high, unit: shownUnit, flag })
            },
          }
        }),
      ],
    )
  })
}

const distinct = (texts: readonly string[]) => [...new Set(texts)].sort()

/** `2`, or `1 to 3`. */
function reachText(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  return least === most ? String(least) : `${least} to ${most}`
}

/** How each measure is taken on a field and brought together over the fields of a specimen. */
function methodTable(input: ReportInput, measures: readonly MeasureKey[]): ReportTable {
  const rows = measures.map((measure) => {
    const specimens = input.specimenFeatures.filter((row) => row.measure === measure)
    const fields = input.fieldFeatures.filter((row) => row.measure === measure)
    const onField = distinct([
      ...fields.map((row) => row.method),
      ...specimens.map((row) => methodParts(row.method).onField),
    ])
    const overFields = distinct(
      specimens.map((row) => methodParts(row.method).overFields ?? 'one field stands for the specimen'),
    )
    const known = specimens.filter((row) => row.value !== null)
    return { measure, specimens, known, onField, overFields }
  })
  return tableOf('Methods: how each measure is taken, and n.', rows, [
    { name: 'measure', of: (row) => measureNames[row.measure] },
    { name: 'unit', of: (row) => distinct(row.specimens.map((s) => unitText(s.unit))).join(' or ') },
    { name: 'on a field', of: (row) => row.onField.join(' or ') },
    { name: 'over the fields', of: (row) => row.overFields.join(' or ') },
    {
      name: 'n specimens',
      right: true,
      of: ({ known, specimens }) =>
        known.length === specimens.length ? String(known.length) : `${known.length} of ${specimens.length}`,
    },
    {
      name: 'n fields each',
      right: true,
      of: ({ known }) => (known.length === 0 ? missingMark : reachText(known.map((row) => row.n))),
    },
  ])
}

export function measuresSection(input: ReportInput): ReportSection {
  const { specimenFeatures, fieldFeatures, segmentations } = input
  if (specimenFeatures.length === 0) {
    const reason =
      segmentations.length === 0
        ? `Nothing is measured, since no segmentation is there. ${errorCodes.NO_SEGMENTATION.hint}`
        : `The segmentations are not measured yet. ${errorCodes.NO_FEATURES.hint}`
    return sectionOf(input, 'Measures', { paragraphs: [reason] })
  }
  const keys = [...new Set(specimenFeatures.map((row) => row.measure))]
  const fieldsOf = new Map<string, Set<string>>()
  for (const row of fieldFeatures) {
    const found = fieldsOf.get(row.specimenName) ?? new Set()
    fieldsOf.set(row.specimenName, found.add(row.micrographId))
  }
  const fieldCounts = [...fieldsOf.values()].map((fields) => fields.size)
  const missing = specimenFeatures.filter((row) => row.value === null)
  const reasons = new Map<string, number>()
  for (const row of missing) {
    const key = row.flag ?? 'no reason given'
    reasons.set(key, (reasons.get(key) ?? 0) + 1)
  }
  const shown = drawn.filter((key) => keys.includes(key)).slice(0, 3)
  const few = fewFieldsText(fieldCounts)
  return sectionOf(input, 'Measures', {
    paragraphs: [
      `${countOf(keys.length, 'measure')} of ${countOf(new Set(specimenFeatures.map((r) => r.specimenId)).size, 'specimen')}, ` +
        `from ${countOf(new Set(fieldFeatures.map((r) => r.micrographId)).size, 'field')} of view.`,
      ...(few === null ? [] : [few]),
      ...(missing.length === 0
        ? []
        : [
            `${countOf(missing.length, 'value')} could not be determined and ${missing.length === 1 ? 'is' : 'are'} printed as «–», never as 0: ` +
              `${listText([...reasons].map(([flag, count]) => `${flag} (${count})`))}.`,
          ]),
    ],
    figures: [
      ...shown.map((key) => featureSpread(fieldFeatures, specimenFeatures, key)),
      ...shown.map((key) => featureDistribution(specimenFeatures, key)),
    ].map((figure) => ({ ...figure, title: sentenceStart(figure.title) })),
    tables: [methodTable(input, keys), ...specimenTables(input, keys)],
  })
}
