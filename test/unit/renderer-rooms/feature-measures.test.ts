import { describe, expect, it } from 'vitest'
import type { FeatureRow, Specimen, SpecimenFeature } from '../../../main/contract/index.ts'
import {
  csvHeader,
  csvRows,
  measureSummaries,
  processColumns,
  specimenLines,
} from '../../../renderer/rooms/features/measures.ts'

const feature = (name: string, value: number | null): SpecimenFeature => ({
  measure: 'areaFraction',
  value,
  unit: '1',
  low: value === null ? null : value - 0.1,
  high: value === null ? null : value + 0.1,
  level: 0.9,
  n: value === null ? 0 : 2,
  method: 'mean over fields',
  flag: value === null ? 'no field has a value' : null,
  specimenId: `id-${name}`,
  specimenName: name,
})
const rows = [
  ...['a', 'b', 'c', 'd', 'e', 'f'].map((name, i) => feature(name, 1 + i / 10)),
  feature('far', 40),
  feature('none', null),
]

describe('measures of the room', () => {
  it('counts known, missing and far values', () => {
    expect(measureSummaries(rows)).toEqual([
      { measure: 'areaFraction', unit: '1', known: 7, missing: 1, outliers: 1 },
    ])
    expect(measureSummaries([])).toEqual([])
  })

  it('puts the fields of a specimen on its line and flags the far one', () => {
    const field: FeatureRow = {
      ...feature('a', 1),
      micrographId: 'm',
      segmentationId: 's',
      fileName: 'a.tif',
    }
    const { lines } = specimenLines(rows, [field, { ...field, measure: 'circularityMean' }], 'areaFraction')
    expect(lines.find((line) => line.feature.specimenName === 'a')?.fields).toEqual([field])
    expect(lines.filter((line) => line.outlier).map((line) => line.feature.specimenName)).toEqual(['far'])
    expect(lines.find((line) => line.feature.specimenName === 'none')?.z).toBeNull()
  })

  it('offers only process columns that vary', () => {
    const value = (column: string, number: number | null, text: string | null = null) => ({
      column,
      unit: 'h',
      number,
      text,
    })
    const specimens: Specimen[] = [
      {
        id: '1',
        name: 'a',
        group: 'g',
        values: [value('time', 1), value('same', 5), value('route', null, 'cast'), value('void', null)],
      },
      {
        id: '2',
        name: 'b',
        group: 'g',
        values: [value('time', 2), value('same', 5), value('route', null, 'forged'), value('void', null)],
      },
    ]
    expect(processColumns(specimens).map((column) => column.name)).toEqual(['time', 'route'])
  })

  it('exports interval, method and flag beside each value, missing as null', () => {
    const cells = csvRows(rows)
    expect(cells.every((row) => row.length === csvHeader.length)).toBe(true)
    expect(cells.at(-1)).toEqual([
      'none',
      'areaFraction',
      null,
      '1',
      null,
      null,
      0.9,
      0,
      'mean over fields',
      'no field has a value',
    ])
  })
})
