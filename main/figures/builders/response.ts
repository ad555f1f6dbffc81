import { ContractError, type Figure, type PredictionRow } from '../../contract/index.ts'
import { formatLevel } from '../format.ts'
import { columnName } from '../labels.ts'
import { figureId, figureOf, seriesOf } from './parts.ts'

export interface ResponseSubject {
  readonly input: string
  readonly inputUnit: string
  readonly output: string
  /** Where the person stands on the curve; its prediction is drawn as a point. */
  readonly at: number | null
  /** Range of the data along the input; beyond it the curve is drawn apart. Left out: the data reach everywhere. */
  readonly data?: { readonly low: number; readonly high: number }
}

/**
 * What the model predicts of one output while one input runs over `xs` and the others stay: mean with its predictive
 * interval. It is what the model has seen go together, not the effect of setting the input.
 */
export function responseCurve(
  xs: readonly number[],
  rows: readonly PredictionRow[],
  subject: ResponseSubject,
): Figure {
  const predictions = rows.map((row) => row.predictions.find((p) => p.output === subject.output))
  const first = predictions[0]
  if (rows.length > 0 && first === undefined) {
    throw new ContractError('COLUMN_UNKNOWN', 'The model predicts no such output.', subject.output)
  }
  const points = predictions.flatMap((p, i) => {
    const x = xs[i]
    return p === undefined || x === undefined ? [] : [{ x, y: p.mean, low: p.low, high: p.high }]
  })
  const { at, data } = subject
  const isInside = (x: number) => data === undefined || (x >= data.low && x <= data.high)
  const part = (inside: boolean) => {
    const kept = points.map((point) => isInside(point.x) === inside)
    // The last point inside belongs to both parts, so that the curve does not break.
    return points.map((point, i) =>
      kept[i] === true || (!inside && (kept[i - 1] === true || kept[i + 1] === true))
        ? point
        : { x: point.x, y: null },
    )
  }
  const beyond = points.some((point) => !isInside(point.x))
  const [input, output] = [columnName(subject.input), columnName(subject.output)]
  const nearest =
    at === null || points.length === 0
      ? null
      : points.reduce((best, point) => (Math.abs(point.x - at) < Math.abs(best.x - at) ? point : best))
  return figureOf({
    id: figureId('response', subject.output, subject.input),
    title: `Predicted ${output} against ${input}`,
    caption:
      first === undefined
        ? 'No prediction yet: n = 0.'
        : `Mean and ${formatLevel(first.level)} predictive interval at ${points.length} values, all other inputs as set; ` +
          'a prediction, not the effect of setting this input.' +
          (beyond ? ' Grey: outside the data.' : ''),
    x: { name: input, unit: subject.inputUnit },
    y: { name: output, unit: first?.unit ?? '' },
    series: [
      seriesOf('prediction', 'band', 'main', part(true)),
      ...(beyond ? [seriesOf('outside the data', 'band', 'muted', part(false))] : []),
      ...(nearest === null ? [] : [seriesOf('as set', 'points', 'second', [nearest])]),
    ],
  })
}
