import {
  modelKind,
  type Figure,
  type FigurePoint,
  type LossPoint,
  type ModelDetail,
  type ModelKind,
} from '../../contract/index.ts'
import { countOf, formatNumber } from '../format.ts'
import { columnName, modelNames } from '../labels.ts'
import { unitOfOutput } from './parity.ts'
import { figureId, figureOf, peerTone, seriesOf, shareInterval } from './parts.ts'

const level = 0.9
const kinds: readonly ModelKind[] = modelKind.options

/** Observed against nominal coverage of the recommended model's intervals; all outputs, or the one named. */
export function reliability(model: ModelDetail, output: string | null = null): Figure {
  if (output !== null) unitOfOutput(model, output)
  const shown = model.reliability.filter((r) => output === null || r.output === output)
  const counts = [...new Set(shown.flatMap((r) => r.points.map((p) => p.n)))].sort((a, b) => a - b)
  const n =
    counts.length === 0
      ? '0'
      : counts.length === 1
        ? String(counts[0])
        : `${counts[0] ?? 0} to ${counts.at(-1) ?? 0}`
  return figureOf({
    id: figureId('reliability', output ?? 'all'),
    title:
      output === null
        ? 'Reliability of the intervals'
        : `Reliability of the intervals of ${columnName(output)}`,
    caption:
      `Share of held-out specimens inside intervals of each nominal level (${modelNames[model.recommended]}); ` +
      `whiskers: 90 % Wilson interval of the share, n = ${n} specimens. On the diagonal the intervals say what they promise.`,
    x: { name: 'nominal coverage', unit: '%', fromZero: true },
    y: { name: 'observed coverage', unit: '%', fromZero: true },
    diagonal: true,
    series: shown.map((r, i) =>
      seriesOf(
        columnName(r.output),
        'line',
        peerTone(i),
        r.points.map((p) => {
          const { low, high } = shareInterval(p.observed * p.n, p.n, level)
          return { x: 100 * p.nominal, y: 100 * p.observed, low: 100 * low, high: 100 * high }
        }),
      ),
    ),
  })
}

/** Coverage of the nominal 90 % interval by model and output, with the 90 % it should be. */
export function coverageByModel(model: ModelDetail): Figure {
  const outputs = model.outputs.filter((o) => o.levels === undefined).map((o) => o.name)
  const present = kinds.filter((kind) => model.scores.some((s) => s.model === kind))
  const counts = model.scores.map((s) => s.n)
  const reach = [...new Set([Math.min(...counts), Math.max(...counts)])].join(' to ')
  return figureOf({
    id: 'coverage-by-model',
    title: 'Coverage of the 90 % interval',
    caption:
      counts.length === 0
        ? 'No model was scored: n = 0.'
        : `Share of held-out specimens inside the nominal 90 % predictive interval; whiskers: 90 % Wilson interval of the share; n = ${reach} per output.`,
    x: { name: '', kind: 'category', categories: outputs.map(columnName) },
    y: { name: 'coverage', unit: '%', fromZero: true },
    series: [
      ...present.map((kind, i) =>
        seriesOf(
          modelNames[kind],
          'bars',
          kind === 'mean' ? 'muted' : peerTone(i),
          model.scores
            .filter((s) => s.model === kind)
            .map((s) => {
              const { low, high } = shareInterval(s.coverage90 * s.n, s.n, level)
              return { x: outputs.indexOf(s.output), y: 100 * s.coverage90, low: 100 * low, high: 100 * high }
            }),
        ),
      ),
      seriesOf(
        'nominal',
        'dashed',
        'truth',
        outputs.map((_, x) => ({ x, y: 90 })),
      ),
    ],
  })
}

/** Loss of the training against step, live or kept; the validation curve where there is one. */
export function lossCurve(points: readonly LossPoint[], title = 'Training loss'): Figure {
  const validation = brokenRuns(
    points.flatMap((p) => (p.validation === null ? [] : [{ x: p.step, y: p.validation }])),
  )
  const last = points.at(-1)
  return figureOf({
    id: 'loss',
    title,
    caption:
      last === undefined
        ? 'No step was recorded: n = 0.'
        : `Loss against step, n = ${countOf(points.length, 'record')} up to step ${formatNumber(last.step, 7)}; ` +
          (validation.length === 0
            ? 'no validation rows were set aside.'
            : 'validation rows are not trained on.') +
          ' A run is one draw: it has no interval.',
    x: { name: 'step' },
    y: { name: 'loss', unit: 'nats' },
    series: [
      seriesOf('training', 'line', 'main', brokenRuns(points.map((p) => ({ x: p.step, y: p.train })))),
      ...(validation.length === 0 ? [] : [seriesOf('validation', 'line', 'second', validation)]),
    ],
  })
}

/** Where steps begin anew (another network of the same training) the line is broken. */
function brokenRuns(points: readonly { x: number; y: number }[]): FigurePoint[] {
  return points.flatMap((point, i): FigurePoint[] => {
    const before = points[i - 1]
    return before !== undefined && point.x <= before.x ? [{ x: point.x, y: null }, point] : [point]
  })
}
