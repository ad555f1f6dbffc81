import type { Figure, FigurePoint, FigureSeries } from '../../contract/index.ts'
import { themes, type ThemeName } from '../tokens.ts'

/** A point in axis numbers: category positions are indices, NaN is not drawn. */
export interface PlotPoint {
  readonly x: number
  readonly y: number
  readonly low: number
  readonly high: number
  readonly xLow: number
  readonly xHigh: number
  readonly source: FigurePoint
}

export interface PlotSeries {
  readonly index: number
  readonly name: string
  readonly mark: FigureSeries['mark']
  readonly colour: string
  readonly symbol: 'circle' | 'rect' | 'triangle' | 'diamond'
  /** Position among the bar series, and how many there are. */
  readonly barIndex: number
  readonly barCount: number
  readonly points: readonly PlotPoint[]
}

export interface Plot {
  readonly figure: Figure
  readonly xCategories: readonly string[] | null
  readonly yCategories: readonly string[] | null
  readonly series: readonly PlotSeries[]
  /** No point has a place: an empty figure. */
  readonly empty: boolean
}

const symbols = ['circle', 'rect', 'triangle', 'diamond'] as const

function categoriesOf(figure: Figure, axis: 'x' | 'y'): string[] | null {
  if (figure[axis].kind !== 'category') return null
  if (figure[axis].categories !== undefined) return figure[axis].categories
  const found = figure.series
    .flatMap((s) => s.points.map((p) => p[axis]))
    .filter((v) => typeof v === 'string')
  return [...new Set(found)]
}

/** A series' colour is its tone's; a second series of the same tone takes the next colour of the theme. */
function coloursOf(series: readonly FigureSeries[], theme: ThemeName): string[] {
  const { tones, moreSeries } = themes[theme]
  const taken = new Set<string>()
  let next = 0
  return series.map(({ tone }) => {
    const own = tones[tone]
    const colour = taken.has(own) && tone !== 'muted' ? (moreSeries[next++ % moreSeries.length] ?? own) : own
    taken.add(own)
    return colour
  })
}

function smallestPositive(figure: Figure, axis: 'x' | 'y'): number {
  const keys = axis === 'x' ? (['x', 'xLow', 'xHigh'] as const) : (['y', 'low', 'high'] as const)
  const values = figure.series.flatMap((s) => s.points.flatMap((p) => keys.map((key) => p[key])))
  return Math.min(...values.filter((v): v is number => typeof v === 'number' && v > 0))
}

/** The figure in axis numbers. On a log axis an end at or below 0 reaches to the smallest positive value. */
export function plotOf(figure: Figure, theme: ThemeName): Plot {
  const xCategories = categoriesOf(figure, 'x')
  const yCategories = categoriesOf(figure, 'y')
  const floors = {
    x: figure.x.kind === 'log' ? smallestPositive(figure, 'x') : null,
    y: figure.y.kind === 'log' ? smallestPositive(figure, 'y') : null,
  }
  const place = (value: number | string | null | undefined, axis: 'x' | 'y', isEnd: boolean): number => {
    if (value === null || value === undefined) return Number.NaN
    if (typeof value === 'string') {
      const at = (axis === 'x' ? xCategories : yCategories)?.indexOf(value) ?? -1
      return at < 0 ? Number.NaN : at
    }
    const floor = floors[axis]
    if (floor === null || value > 0) return value
    return isEnd ? floor : Number.NaN
  }
  const colours = coloursOf(figure.series, theme)
  const barSeries = figure.series.filter((s) => s.mark === 'bars')
  const pointSeries = figure.series.filter((s) => s.mark === 'points' || s.mark === 'range')
  const series = figure.series.map((s, index) => ({
    index,
    name: s.name,
    mark: s.mark,
    colour: colours[index] ?? themes[theme].tones[s.tone],
    symbol: symbols[Math.max(0, pointSeries.indexOf(s)) % symbols.length] ?? 'circle',
    barIndex: barSeries.indexOf(s),
    barCount: barSeries.length,
    points: s.points.map((p) => ({
      x: place(p.x, 'x', false),
      y: place(p.y, 'y', false),
      low: place(p.low, 'y', true),
      high: place(p.high, 'y', true),
      xLow: place(p.xLow, 'x', true),
      xHigh: place(p.xHigh, 'x', true),
      source: p,
    })),
  }))
  const empty = !series.some((s) => s.points.some((p) => Number.isFinite(p.x) && Number.isFinite(p.y)))
  return { figure, xCategories, yCategories, series, empty }
}

export function hasInterval(point: PlotPoint): boolean {
  return Number.isFinite(point.low) && Number.isFinite(point.high)
}

export function hasXInterval(point: PlotPoint): boolean {
  return Number.isFinite(point.xLow) && Number.isFinite(point.xHigh)
}

/** Stretches of neighbouring points that `keep` holds for, as [first, last] indices. */
export function runsOf(points: readonly PlotPoint[], keep: (p: PlotPoint) => boolean): [number, number][] {
  const runs: [number, number][] = []
  let start = -1
  for (let i = 0; i <= points.length; i++) {
    const point = points[i]
    const inside = point !== undefined && keep(point)
    if (inside && start < 0) start = i
    if (!inside && start >= 0) {
      runs.push([start, i - 1])
      start = -1
    }
  }
  return runs
}
