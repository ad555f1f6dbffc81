import { ContractError, type Figure, type FigurePoint, type Prediction } from '../../contract/index.ts'
import { formatLevel, formatNumber, withUnit } from '../format.ts'
import { columnName } from '../labels.ts'
import { figureId, figureOf, seriesOf } from './parts.ts'

export interface DensityContext {
  /** Measured values of this output with their specimens, drawn as a rug. */
  readonly measured: readonly { readonly value: number; readonly specimen: string }[]
  readonly window: { readonly low: number | null; readonly high: number | null } | null
}

/** Where the marks of measured specimens lie, just above the foot. */
const rugHeight = 0.03

function quantileAt(quantiles: readonly { p: number; value: number }[], p: number): number | null {
  return quantiles.find((q) => Math.abs(q.p - p) < 1e-9)?.value ?? null
}

/**
 * The predicted distribution of one output: the whole with its 50 and 90 % intervals shaded; what more data would remove
 * and the scatter of the process as curves of their own; the measured specimens as a rug, the stated window as rules.
 */
export function predictedDensity(prediction: Prediction, context: DensityContext): Figure {
  const { distribution, unit, output } = prediction
  if (distribution === undefined)
    throw new ContractError('BAD_REQUEST', 'The prediction was asked for without its distribution.', output)
  const { curve, quantiles } = distribution
  const between = (low: number | null, high: number | null): FigurePoint[] =>
    low === null || high === null
      ? []
      : curve
          .filter(({ value }) => value >= low && value <= high)
          .map(({ value, whole }) => ({ x: value, y: whole, low: 0, high: whole }))
  const part = (key: 'whole' | 'epistemic' | 'aleatoric'): FigurePoint[] =>
    curve.map((point) => ({ x: point.value, y: point[key] }))
  const rule = (value: number | null): FigurePoint[] =>
    value === null
      ? []
      : [
          { x: value, y: 0 },
          { x: value, y: 1 },
        ]
  const { measured, window } = context
  const number = (value: number) => formatNumber(value, 3, true)
  return figureOf({
    id: figureId('density', output),
    title: `Predicted ${columnName(output)}`,
    caption:
      `Mean ${withUnit(number(prediction.mean), unit)}, ${formatLevel(prediction.level)} interval ${number(prediction.low)} to ` +
      `${withUnit(number(prediction.high), unit)}; shaded: 50 and 90 % intervals; heights relative to each curve's peak; ` +
      `marks at the foot: n = ${measured.length} measured specimens.`,
    x: { name: columnName(output), unit },
    y: { name: 'relative density', fromZero: true },
    series: [
      seriesOf(
        '50 and 90 %',
        'band',
        'muted',
        between(quantileAt(quantiles, 0.05), quantileAt(quantiles, 0.95)),
      ),
      seriesOf('', 'band', 'muted', between(quantileAt(quantiles, 0.25), quantileAt(quantiles, 0.75))),
      seriesOf('whole', 'line', 'main', part('whole')),
      seriesOf('epistemic', 'dashed', 'second', part('epistemic')),
      seriesOf('aleatoric', 'dashed', 'good', part('aleatoric')),
      seriesOf('window', 'dashed', 'warn', rule(window?.low ?? null)),
      seriesOf('', 'dashed', 'warn', rule(window?.high ?? null)),
      seriesOf(
        'measured',
        'points',
        'muted',
        measured.map(({ value, specimen }) => ({ x: value, y: rugHeight, label: specimen })),
      ),
    ].filter((series) => series.points.length > 0),
  })
}
