import type { FeatureRow, MeasureKey, Specimen, SpecimenFeature } from '../../../main/contract/index.ts'
import { isOutlier, robustScores, type RobustScores } from './outliers.ts'

export interface MeasureSummary {
  readonly measure: MeasureKey
  readonly unit: string
  readonly known: number
  readonly missing: number
  readonly outliers: number
}

/** What stands in the list of measures, in the order the engine gives them. */
export function measureSummaries(rows: readonly SpecimenFeature[]): MeasureSummary[] {
  const measures = [...new Set(rows.map((row) => row.measure))]
  return measures.map((measure) => {
    const own = rows.filter((row) => row.measure === measure)
    const known = own.filter((row) => row.value !== null)
    return {
      measure,
      unit: known[0]?.unit ?? own[0]?.unit ?? '1',
      known: known.length,
      missing: own.length - known.length,
      outliers: robustScores(own.map((row) => row.value)).z.filter(isOutlier).length,
    }
  })
}

export interface SpecimenLine {
  readonly feature: SpecimenFeature
  readonly fields: readonly FeatureRow[]
  readonly z: number | null
  readonly outlier: boolean
}

/** One line per specimen of a measure with its fields and its robust z over the specimens. */
export function specimenLines(
  specimens: readonly SpecimenFeature[],
  fields: readonly FeatureRow[],
  measure: MeasureKey,
): { lines: SpecimenLine[]; scores: RobustScores } {
  const own = specimens.filter((row) => row.measure === measure)
  const scores = robustScores(own.map((row) => row.value))
  const fieldsOf = Map.groupBy(
    fields.filter((row) => row.measure === measure),
    (row) => row.specimenId,
  )
  const lines = own.map((feature, index) => {
    const z = scores.z[index] ?? null
    return { feature, fields: fieldsOf.get(feature.specimenId) ?? [], z, outlier: isOutlier(z) }
  })
  return { lines, scores }
}

/** Columns of the process table by which specimens can be compared: with at least two different values, numbers first. */
export function processColumns(specimens: readonly Specimen[]): { name: string; unit: string }[] {
  const found = new Map<string, { unit: string; numeric: boolean; values: Set<string> }>()
  for (const specimen of specimens) {
    for (const value of specimen.values) {
      const text = value.number ?? value.text
      if (text === null) continue
      const column = found.get(value.column) ?? {
        unit: value.unit,
        numeric: value.number !== null,
        values: new Set<string>(),
      }
      column.values.add(String(text))
      found.set(value.column, column)
    }
  }
  return [...found]
    .filter(([, { values }]) => values.size > 1)
    .toSorted((a, b) => Number(b[1].numeric) - Number(a[1].numeric))
    .map(([name, { unit }]) => ({ name, unit }))
}

/** Every specimen value of every measure as rows for a CSV: value, interval, n, method and flag side by side. */
export const csvHeader = [
  'specimen',
  'measure',
  'value',
  'unit',
  'low',
  'high',
  'level',
  'n fields',
  'method',
  'flag',
] as const
export function csvRows(rows: readonly SpecimenFeature[]): (string | number | null)[][] {
  return rows.map((row) => [
    row.specimenName,
    row.measure,
    row.value,
    row.unit,
    row.low,
    row.high,
    row.level,
    row.n,
    row.method,
    row.flag,
  ])
}
