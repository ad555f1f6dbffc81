import { ContractError, type Figure, type OptimizationSummary } from '../../contract/index.ts'
import { formatLevel, formatNumber, withUnit } from '../format.ts'
import { columnName } from '../labels.ts'
import { figureId, figureOf, seriesOf } from './parts.ts'

/** Predicted interval of every candidate for one output (the objective, unless named), beside the incumbent. */
export function candidatePredictions(
  summary: OptimizationSummary,
  output: string = summary.objective,
): Figure {
  const rows = summary.candidates.flatMap((candidate, at) => {
    const found = candidate.predictions.find((p) => p.output === output)
    return found === undefined ? [] : [{ candidate, prediction: found, at }]
  })
  const first = rows[0]?.prediction
  if (first === undefined && summary.candidates.length > 0) {
    throw new ContractError('COLUMN_UNKNOWN', 'The candidates predict no such output.', output)
  }
  const isObjective = output === summary.objective
  const all = summary.candidates.map((_, y) => y)
  const limits = summary.constraints.filter((c) => c.output === output)
  const unit = first?.unit ?? summary.unit
  const rule = (name: string, tone: 'truth' | 'warn', value: number) =>
    seriesOf(
      name,
      'dashed',
      tone,
      all.map((y) => ({ x: value, y })),
    )
  return figureOf({
    id: figureId('candidates', output),
    title: `Predicted ${columnName(output)} of the candidates`,
    caption:
      first === undefined
        ? 'No candidate was proposed: n = 0.'
        : `Mean and ${formatLevel(first.level)} predictive interval, n = ${rows.length} candidates` +
          (isObjective
            ? `; dashed: the best specimen so far (${summary.incumbent.specimen}), ` +
              `${withUnit(formatNumber(summary.incumbent.value, 5), unit)} by the model.`
            : '.'),
    x: { name: columnName(output), unit },
    y: { name: '', kind: 'category', categories: summary.candidates.map((c) => `candidate ${c.rank}`) },
    series: [
      seriesOf(
        'candidate',
        'range',
        'main',
        rows.map(({ candidate, prediction, at }) => ({
          x: prediction.mean,
          y: at,
          xLow: prediction.low,
          xHigh: prediction.high,
          label: `candidate ${candidate.rank}`,
        })),
      ),
      ...(isObjective ? [rule('best specimen so far', 'truth', summary.incumbent.value)] : []),
      ...limits.flatMap((limit) => [
        ...(limit.min === null ? [] : [rule('lower limit', 'warn', limit.min)]),
        ...(limit.max === null ? [] : [rule('upper limit', 'warn', limit.max)]),
      ]),
    ],
  })
}
