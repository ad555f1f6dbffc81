import { errorCodes, type MeasureKey, type ReportSection, type ReportTable } from '../../../contract/index.ts'
import {
  countOf,
  featureDistribution,
  featureSpread,
  formatLevel,
  formatQuantity,
  measureNames,
  missingMark,
  sentenceStart,
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
      `Specimens${chunks.length > 1 ? `, part ${at + 1} of ${chunks.length}` : ''}: mean ± half width of the ${listText(levels)} interval over fields.`,
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
              return formatQuantity(row.value, row.low, row.high, shownUnit, { reason: row.flag })
            },
          }
        }),
      ],
    )
  })
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
  const methods = [...new Set(specimenFeatures.map((row) => row.method))].sort()
  const shown = drawn.filter((key) => keys.includes(key)).slice(0, 3)
  const few = fewFieldsText(fieldCounts)
  return sectionOf(input, 'Measures', {
    paragraphs: [
      `${countOf(keys.length, 'measure')} of ${countOf(new Set(specimenFeatures.map((r) => r.specimenId)).size, 'specimen')}, ` +
        `from ${countOf(new Set(fieldFeatures.map((r) => r.micrographId)).size, 'field')} of view` +
        `${methods.length === 0 ? '' : `; methods: ${listText(methods)}`}.`,
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
    tables: specimenTables(input, keys),
  })
}
