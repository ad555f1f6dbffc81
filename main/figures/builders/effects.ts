import {
  ContractError,
  type CausalSummary,
  type DatasetTable,
  type Effect,
  type Figure,
  type FigurePoint,
} from '../../contract/index.ts'
import { mean } from '../../engine/math/index.ts'
import { formatLevel } from '../format.ts'
import { columnName } from '../labels.ts'
import { figureId, figureOf, seriesOf, shareInterval } from './parts.ts'

/** Pairs of a table's treatment and outcome where both are numbers. */
function rawPoints(effect: Effect, table: DatasetTable | null): (FigurePoint & { x: number; y: number })[] {
  if (table === null) return []
  const valuesOf = (name: string) =>
    table.values[table.columns.findIndex((column) => column.name === name)] ?? []
  const outcome = valuesOf(effect.outcome)
  return valuesOf(effect.treatment).flatMap((x, row) => {
    const y = outcome[row]
    return typeof x === 'number' && typeof y === 'number' ? [{ x, y, label: table.specimens[row] ?? '' }] : []
  })
}

/**
 * Points of the curve where `inside` holds, null elsewhere so that the line breaks; with `reach` the neighbours of
 * a stretch belong to it too, so that two parts of a curve meet.
 */
function part(effect: Effect, supported: boolean, reach: boolean): FigurePoint[] {
  const inside = effect.curve.map((p) => p.supported === supported)
  return effect.curve.map((p, i) => {
    const near = reach && ((inside[i - 1] ?? false) || (inside[i + 1] ?? false))
    return inside[i] === true || near ? { x: p.x, y: p.mean, low: p.low, high: p.high } : { x: p.x, y: null }
  })
}

/**
 * Mean outcome under do(treatment = x) with its interval; where no specimen supports it muted and dashed; beside
 * it the naive regression line and the raw specimens of `table`.
 */
export function effectCurve(
  effect: Effect,
  units: { treatment: string; outcome: string },
  table: DatasetTable | null = null,
): Figure {
  const [treatment, outcome] = [columnName(effect.treatment), columnName(effect.outcome)]
  const raw = rawPoints(effect, table)
  const naive = effect.naive
  const xs = effect.curve.map((p) => p.x)
  const centre =
    raw.length > 0
      ? { x: mean(raw.map((p) => p.x)), y: mean(raw.map((p) => p.y)) }
      : { x: mean(xs), y: mean(effect.curve.map((p) => p.mean)) }
  const hasUnsupported = effect.identified && effect.curve.some((p) => !p.supported)
  const hasSupported = effect.identified && effect.curve.some((p) => p.supported)
  const naiveLine =
    naive === null || xs.length === 0
      ? []
      : [Math.min(...xs), Math.max(...xs)].map((x) => ({ x, y: centre.y + naive.estimate * (x - centre.x) }))
  const column = table?.columns.find((c) => c.name === effect.treatment)
  return figureOf({
    id: figureId('effect', effect.treatment, effect.outcome),
    title: `Effect of ${treatment} on ${outcome}`,
    caption: effect.identified
      ? `Mean under do(${treatment}) with ${formatLevel(effect.level)} interval, n = ${effect.n}; ` +
        `adjusted for ${adjusted(effect)}.` +
        (hasUnsupported ? ' Dashed grey: no specimen there supports the curve.' : '')
      : `Not identified from this graph: no causal curve is drawn, n = ${effect.n}.`,
    x: {
      name: `do(${treatment})`,
      unit: units.treatment,
      ...(column?.kind === 'category' ? { kind: 'category' as const, categories: column.levels } : {}),
    },
    y: { name: outcome, unit: units.outcome },
    series: [
      seriesOf('specimens', 'points', 'muted', raw),
      seriesOf('causal', 'band', 'main', hasSupported ? part(effect, true, false) : []),
      seriesOf('not supported', 'dashed', 'muted', hasUnsupported ? part(effect, false, true) : []),
      seriesOf('naive regression', 'dashed', 'second', naiveLine),
    ].filter((series) => series.points.length > 0),
  })
}

function adjusted(effect: Effect): string {
  const set = effect.adjustmentSets[0]
  if (set === undefined || set.length === 0) return 'nothing (none is needed)'
  return set.map(columnName).join(', ')
}

/** Ranked total effects on one outcome; muted where the interval cannot be told from 0. */
export function effectRankingFigure(summary: CausalSummary, outcome: string): Figure {
  const rows = summary.ranking.filter((r) => r.outcome === outcome).sort((a, b) => a.rank - b.rank)
  if (!summary.nodes.some((node) => node.name === outcome)) {
    throw new ContractError('COLUMN_UNKNOWN', 'The causal map has no such outcome.', outcome)
  }
  const level = rows[0]?.level
  const name = columnName(outcome)
  const pointsOf = (critical: boolean) =>
    rows.flatMap((r, at) =>
      r.critical === critical
        ? [{ x: r.standardisedEffect, y: at, xLow: r.low, xHigh: r.high, label: columnName(r.treatment) }]
        : [],
    )
  const graphText =
    summary.resamples > 0 ? `, graph uncertainty from ${summary.resamples} resamples included` : ''
  return figureOf({
    id: figureId('ranking', outcome),
    title: `What drives ${name}`,
    caption:
      level === undefined
        ? `No effect on ${name} is identified: n = ${summary.n}.`
        : `Standardised total effect with ${formatLevel(level)} interval, n = ${summary.n}${graphText}; ` +
          'grey: cannot be told from 0.',
    x: { name: `standard deviations of ${name} per standard deviation`, unit: '1' },
    y: { name: '', kind: 'category', categories: rows.map((r) => columnName(r.treatment)) },
    series: [
      seriesOf('critical', 'range', 'main', pointsOf(true)),
      seriesOf('cannot be told from 0', 'range', 'muted', pointsOf(false)),
      seriesOf(
        'no effect',
        'dashed',
        'truth',
        rows.map((_, y) => ({ x: 0, y })),
      ),
    ].filter((series) => series.points.length > 0),
  })
}

const arrows = { '-->': '→', '--': '–', '<->': '↔' } as const

/** Share of resamples in which each edge stands, and in which it points this way. */
export function stabilityBars(summary: CausalSummary, limit = 30): Figure {
  const known = summary.edges.filter((edge) => edge.stability !== null)
  const shown = [...known].sort((a, b) => (b.stability ?? 0) - (a.stability ?? 0)).slice(0, limit)
  const b = summary.resamples
  const point = (share: number | null, y: number): FigurePoint[] => {
    if (share === null || b === 0) return []
    const { low, high } = shareInterval(share * b, b, 0.9)
    return [{ x: 100 * share, y, xLow: 100 * low, xHigh: 100 * high }]
  }
  return figureOf({
    id: 'edge-stability',
    title: 'Stability of the edges',
    caption:
      known.length === 0
        ? 'The map was made without resampling: stability is not known, n = 0 resamples.'
        : `Share of n = ${b} resamples of the specimens; whiskers: 90 % Wilson interval of the share.` +
          (known.length > shown.length ? ` The ${shown.length} most stable of ${known.length} edges.` : ''),
    x: { name: 'share of resamples', unit: '%', fromZero: true },
    y: {
      name: '',
      kind: 'category',
      categories: shown.map((edge) => `${columnName(edge.from)} ${arrows[edge.mark]} ${columnName(edge.to)}`),
    },
    series: [
      seriesOf(
        'joined',
        'bars',
        'main',
        shown.flatMap((edge, y) => point(edge.stability, y)),
      ),
      seriesOf(
        'pointing this way',
        'bars',
        'second',
        shown.flatMap((edge, y) => point(edge.directedStability, y)),
      ),
    ],
  })
}
