import type { DatasetTable } from '../../../main/contract/index.ts'
import { columnName, formatNumber, formatWithError, nameWithUnit } from '../../ui/format.ts'
import type { GridColumn } from '../../ui/grid.ts'

export interface DatasetRow {
  readonly index: number
  readonly specimen: string
  readonly group: string
  readonly fold: number
}

export function datasetRows(table: DatasetTable): DatasetRow[] {
  return table.specimens.map((specimen, index) => ({
    index,
    specimen,
    group: table.groups[index] ?? '',
    fold: table.folds[index] ?? 0,
  }))
}

/** One grid column for specimen, group, fold and each column of the dataset; microstructure shows ± its standard error. */
export function datasetGrid(table: DatasetTable): GridColumn<DatasetRow>[] {
  const columns = table.columns.map((column, c): GridColumn<DatasetRow> => {
    const valueAt = (row: DatasetRow) => table.values[c]?.[row.index] ?? null
    const seAt = (row: DatasetRow) => table.standardErrors[c]?.[row.index] ?? null
    return {
      key: column.name,
      title: columnName(column.name),
      exportName: column.name,
      unit: column.unit,
      align: column.kind === 'number' ? 'right' : 'left',
      // Wide enough for its own title: a truncated name with a unit reads as another column.
      width: Math.max(
        column.role === 'microstructure' ? 132 : 84,
        24 + 6.6 * nameWithUnit(columnName(column.name), column.unit).length,
      ),
      value: valueAt,
      text: (row) => {
        const value = valueAt(row)
        const se = seAt(row)
        if (value === null) return '–'
        if (typeof value === 'string') return value
        return se === null ? formatNumber(value) : formatWithError(value, se)
      },
      hint: (row) => {
        if (valueAt(row) === null) return 'missing in this specimen'
        return seAt(row) === null ? undefined : 'value ± standard error over fields'
      },
    }
  })
  return [
    { key: 'specimen', title: 'Specimen', width: 90, value: (row) => row.specimen },
    { key: 'group', title: 'Group', width: 80, value: (row) => row.group },
    { key: 'fold', title: 'Fold', width: 56, align: 'right', value: (row) => row.fold + 1 },
    ...columns,
  ]
}
