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
  const { at } = subject
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
          'a prediction, not the effect of setting this input.',
    x: { name: input, unit: subject.inputUnit },
    y: { name: output, unit: first?.unit ?? '' },
    series: [
      seriesOf('prediction', 'band', 'main', points),
      ...(nearest === null ? [] : [seriesOf('as set', 'points', 'second', [nearest])]),
    ],
  })
}
