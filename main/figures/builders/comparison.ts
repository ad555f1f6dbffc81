import {
  modelKind,
  type Figure,
  type HeldOutPrediction,
  type ModelDetail,
  type ModelKind,
  type ModelScore,
} from '../../contract/index.ts'
import { studentHalfWidth } from '../../engine/math/index.ts'
import { columnName, modelNames } from '../labels.ts'
import { unitOfOutput } from './parity.ts'
import { figureId, figureOf, peerTone, seriesOf } from './parts.ts'

export type ComparedMetric = 'crps' | 'nll' | 'rmse'
const names: Record<ComparedMetric, string> = {
  crps: 'CRPS',
  nll: 'negative log-likelihood',
  rmse: 'RMSE',
}
const kinds: readonly ModelKind[] = modelKind.options

/** RMSE's 90 % interval by the jackknife over groups (delete one group), t with groups − 1 degrees of freedom. */
function rmseInterval(rows: readonly HeldOutPrediction[]): { low: number; high: number } | null {
  const byGroup = new Map<string, { sum: number; n: number }>()
  for (const row of rows) {
    const found = byGroup.get(row.group) ?? { sum: 0, n: 0 }
    byGroup.set(row.group, { sum: found.sum + (row.y - row.mean) ** 2, n: found.n + 1 })
  }
  const groups = [...byGroup.values()]
  if (groups.length < 3) return null
  const total = groups.reduce((sum, g) => sum + g.sum, 0)
  const without = groups.map((g) => Math.sqrt((total - g.sum) / (rows.length - g.n)))
  const centre = without.reduce((sum, v) => sum + v, 0) / groups.length
  const spread = without.reduce((sum, v) => sum + (v - centre) ** 2, 0)
  const se = Math.sqrt(((groups.length - 1) / groups.length) * spread)
  const rmse = Math.sqrt(total / rows.length)
  const half = studentHalfWidth(0.9, groups.length - 1) * se
  return { low: Math.max(0, rmse - half), high: rmse + half }
}

/**
 * One held-out figure of merit of every model, for one output in its unit, or for all outputs against the mean of
 * the training rows: as a ratio (CRPS, RMSE; below 1 is better) or a difference in nats (NLL; below 0 is better).
 */
export function modelComparison(
  model: ModelDetail,
  metric: ComparedMetric,
  output: string | null = null,
): Figure {
  return output === null ? comparedToMean(model, metric) : comparedInUnit(model, metric, output)
}

function comparedInUnit(model: ModelDetail, metric: ComparedMetric, output: string): Figure {
  const unit = metric === 'nll' ? 'nats' : unitOfOutput(model, output)
  const scores = model.scores.filter((s) => s.output === output)
  return figureOf({
    id: figureId('comparison', metric, output),
    title: `${names[metric]} of ${columnName(output)}`,
    caption:
      `Held-out, grouped folds, n = ${scores[0]?.n ?? 0}; smaller is better. ` +
      (metric === 'rmse'
        ? 'Whiskers: 90 % jackknife interval over groups.'
        : 'No interval: only its mean is kept.'),
    x: { name: '', kind: 'category', categories: scores.map((s) => modelNames[s.model]) },
    y: { name: names[metric], unit },
    series: [
      seriesOf(
        names[metric],
        'bars',
        'main',
        scores.map((s) => {
          const rows = model.heldOut.filter((row) => row.model === s.model && row.output === output)
          const interval = metric === 'rmse' ? rmseInterval(rows) : null
          return { x: modelNames[s.model], y: s[metric], ...(interval ?? {}) }
        }),
      ),
    ],
  })
}

function comparedToMean(model: ModelDetail, metric: ComparedMetric): Figure {
  const outputs = model.outputs.filter((o) => o.levels === undefined).map((o) => o.name)
  const scoreOf = (kind: ModelKind, output: string): ModelScore | undefined =>
    model.scores.find((s) => s.model === kind && s.output === output)
  const present = kinds.filter((kind) => kind !== 'mean' && model.scores.some((s) => s.model === kind))
  const difference = metric === 'nll'
  const reference = difference ? 0 : 1
  const n = scoreOf('mean', outputs[0] ?? '')?.n ?? 0
  return figureOf({
    id: figureId('comparison', metric),
    title: `${names[metric]} against the mean of the training rows`,
    caption:
      `Held-out, grouped folds, n = ${n}; ` +
      (difference ? 'difference in nats, below 0 is better' : 'ratio, below 1 is better') +
      '. No interval: only means over the held-out rows are kept.',
    x: { name: '', kind: 'category', categories: outputs.map(columnName) },
    y: difference
      ? { name: 'difference of NLL', unit: 'nats' }
      : { name: `${names[metric]} / ${names[metric]} of the mean`, fromZero: true },
    series: [
      ...present.map((kind, i) =>
        seriesOf(
          modelNames[kind],
          'bars',
          peerTone(i),
          outputs.flatMap((output, x) => {
            const own = scoreOf(kind, output)
            const base = scoreOf('mean', output)
            if (own === undefined || base === undefined) return []
            return [{ x, y: difference ? own[metric] - base[metric] : own[metric] / base[metric] }]
          }),
        ),
      ),
      seriesOf(
        'mean of the training rows',
        'dashed',
        'truth',
        outputs.map((_, x) => ({ x, y: reference })),
      ),
    ],
  })
}
