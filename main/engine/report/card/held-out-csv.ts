import { csvFromRows, type DatasetTable, type ModelDetail } from '../../../contract/index.ts'

/** Every held-out prediction as CSV: one row for each kind, output and specimen, in the unit of the output. */
export function heldOutCsv(model: ModelDetail, table: DatasetTable): string {
  const unitOf = new Map(model.outputs.map(({ name, unit }) => [name, unit]))
  const groupOf = new Map(table.specimens.map((specimen, row) => [specimen, table.groups[row]!]))
  return csvFromRows(
    [
      'kind',
      'output',
      'unit',
      'specimen',
      'group',
      'fold',
      'observed',
      'mean',
      'sd',
      'low90',
      'high90',
      'inside90',
    ],
    model.heldOut.map((row) => [
      row.model,
      row.output,
      unitOf.get(row.output) ?? '',
      row.specimen,
      groupOf.get(row.specimen) ?? row.group,
      row.fold,
      row.y,
      row.mean,
      row.sd,
      row.low90,
      row.high90,
      row.y >= row.low90 && row.y <= row.high90 ? 1 : 0,
    ]),
  )
}
