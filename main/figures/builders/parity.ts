import {
  ContractError,
  type DatasetTable,
  type Figure,
  type ModelDetail,
  type ModelKind,
} from '../../contract/index.ts'
import { formatNumber, withUnit } from '../format.ts'
import { columnName, modelNames } from '../labels.ts'
import { figureId, figureOf, peerTone, seriesOf } from './parts.ts'

export function unitOfOutput(model: ModelDetail, output: string): string {
  const found = model.outputs.find((o) => o.name === output)
  if (found === undefined) throw new ContractError('COLUMN_UNKNOWN', 'The model has no such output.', output)
  return found.unit
}

const heldOutOf = (model: ModelDetail, output: string, kind: ModelKind) =>
  model.heldOut.filter((row) => row.output === output && row.model === kind)

function howHeldOut(model: ModelDetail, output: string, kind: ModelKind): string {
  const rows = heldOutOf(model, output, kind)
  const folds = new Set(rows.map((row) => row.fold)).size
  const groups = new Set(rows.map((row) => row.group)).size
  return `n = ${rows.length} held-out specimens of ${groups} groups in ${folds} grouped folds`
}

/** Held-out prediction against observation of one output; bars are the nominal 90 % predictive interval. */
export function parity(
  model: ModelDetail,
  output: string,
  kinds: readonly ModelKind[] = [model.recommended],
): Figure {
  const unit = unitOfOutput(model, output)
  const name = columnName(output)
  const said = kinds.map((kind) => {
    const score = model.scores.find((s) => s.model === kind && s.output === output)
    const figures =
      score === undefined
        ? ''
        : `: RMSE ${withUnit(formatNumber(score.rmse, 3), unit)}, ` +
          `coverage of the 90 % interval ${formatNumber(score.coverage90 * 100, 3)} %`
    return modelNames[kind] + figures
  })
  return figureOf({
    id: figureId('parity', output, ...kinds),
    title: `Predicted against observed ${name}`,
    caption: `Mean and 90 % predictive interval; ${howHeldOut(model, output, kinds[0] ?? model.recommended)}. ${said.join('; ')}.`,
    x: { name: `observed ${name}`, unit },
    y: { name: `predicted ${name}`, unit },
    diagonal: true,
    series: kinds.map((kind, i) =>
      seriesOf(
        modelNames[kind],
        'points',
        peerTone(i),
        heldOutOf(model, output, kind).map((row) => ({
          x: row.y,
          y: row.mean,
          low: row.low90,
          high: row.high90,
          label: row.specimen,
        })),
      ),
    ),
  })
}

/**
 * Held-out residual (observed − predicted) of one output against one column of the dataset; bars are the 90 %
 * predictive interval about the residual. A trend here is structure the model has missed.
 */
export function residuals(
  model: ModelDetail,
  table: DatasetTable,
  output: string,
  input: string,
  kind: ModelKind = model.recommended,
): Figure {
  const unit = unitOfOutput(model, output)
  const name = columnName(output)
  const at = table.columns.findIndex((column) => column.name === input)
  const column = table.columns[at]
  if (column === undefined)
    throw new ContractError('COLUMN_UNKNOWN', 'The dataset has no such column.', input)
  const rowOf = new Map(table.specimens.map((specimen, row) => [specimen, row]))
  const rows = heldOutOf(model, output, kind)
  const points = rows.flatMap((row) => {
    const x = table.values[at]?.[rowOf.get(row.specimen) ?? -1] ?? null
    if (x === null) return []
    return [{ x, y: row.y - row.mean, low: row.y - row.high90, high: row.y - row.low90, label: row.specimen }]
  })
  const xs = points.map((p) => p.x)
  const numbers = xs.filter((x) => typeof x === 'number')
  const ends = column.kind === 'category' ? column.levels : [Math.min(...numbers), Math.max(...numbers)]
  const lost = rows.length - points.length
  return figureOf({
    id: figureId('residuals', output, input, kind),
    title: `Residuals of ${name} against ${columnName(input)}`,
    caption:
      `Observed − predicted (${modelNames[kind]}) with the 90 % predictive interval; ` +
      `${howHeldOut(model, output, kind)}.` +
      (lost > 0 ? ` ${lost} without a value of ${columnName(input)} left out.` : ''),
    x: {
      name: columnName(input),
      unit: column.unit,
      ...(column.kind === 'category' ? { kind: 'category' as const, categories: column.levels } : {}),
    },
    y: { name: `residual of ${name}`, unit },
    series: [
      seriesOf('residual', 'points', 'main', points),
      seriesOf('no error', 'dashed', 'truth', points.length === 0 ? [] : ends.map((x) => ({ x, y: 0 }))),
    ],
  })
}
