import { describe, expect, it } from 'vitest'
import { filterRows, rowsToCsv, rowsToTsv, sortRows, type GridColumn } from '../../../../renderer/ui/grid.ts'

interface Row {
  name: string
  ecd: number | null
}
const columns: GridColumn<Row>[] = [
  { key: 'name', title: 'Name', value: (row) => row.name },
  { key: 'ecd', title: 'ECD mean', unit: 'µm', value: (row) => row.ecd },
]
const rows: Row[] = [
  { name: 'S10', ecd: 0.3 },
  { name: 'S2', ecd: null },
  { name: 'S1, "old"', ecd: 0.123456789 },
]
const names = (list: readonly Row[]) => list.map((row) => row.name)

describe('rows of a table', () => {
  it('sort text by its numbers, and leave missing values last both ways', () => {
    expect(names(sortRows(rows, columns, { key: 'name', descending: false }))).toEqual([
      'S1, "old"',
      'S2',
      'S10',
    ])
    expect(names(sortRows(rows, columns, { key: 'ecd', descending: false }))).toEqual([
      'S1, "old"',
      'S10',
      'S2',
    ])
    expect(names(sortRows(rows, columns, { key: 'ecd', descending: true }))).toEqual([
      'S10',
      'S1, "old"',
      'S2',
    ])
    expect(sortRows(rows, columns, null)).toBe(rows)
  })

  it('filter by text, by comparison with a column, and by both', () => {
    expect(names(filterRows(rows, columns, 's1'))).toEqual(['S10', 'S1, "old"'])
    expect(names(filterRows(rows, columns, 'ecd>0.2'))).toEqual(['S10'])
    expect(names(filterRows(rows, columns, 'ecdmean<=0.3 old'))).toEqual(['S1, "old"'])
    expect(names(filterRows(rows, columns, 'name=s2'))).toEqual(['S2'])
    expect(filterRows(rows, columns, '  ')).toBe(rows)
  })

  it('never let a missing value pass a comparison', () => {
    expect(names(filterRows(rows, columns, 'ecd<1'))).toEqual(['S10', 'S1, "old"'])
    expect(names(filterRows(rows, columns, 'ecd=0'))).toEqual([])
  })

  it('copy with full figures, units in the head, and empty cells for missing values', () => {
    expect(rowsToTsv(rows, columns)).toBe('Name\tECD mean (µm)\nS10\t0.3\nS2\t\nS1, "old"\t0.123456789')
    expect(rowsToCsv(rows, columns)).toBe(
      'Name,ECD mean (µm)\r\nS10,0.3\r\nS2,\r\n"S1, ""old""",0.123456789\r\n',
    )
  })
})
