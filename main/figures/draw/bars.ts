import type { SeriesOption } from '../echarts.ts'
import { customSeries, group, isHorizontal, stroke, type Canvas, type Shape } from './custom.ts'
import { hasInterval, hasXInterval, type Plot, type PlotPoint, type PlotSeries } from './plot.ts'

const decals = [
  null,
  { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4 },
  {
    symbol: 'circle',
    symbolSize: 0.8,
    dashArrayX: [
      [6, 6],
      [0, 6, 6, 0],
    ],
    dashArrayY: [6, 0],
  },
  { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: Math.PI / 4 },
] as const

/** Pattern of the k-th bar series, so that series are told apart without colour; the first is plain. */
function decalOf(barIndex: number): { decal?: never } {
  const decal = decals[barIndex % decals.length]
  // A fresh copy, since the drawing marks the object it was given; a custom shape takes the pattern's option here,
  // of which its type does not know.
  return decal === null || decal === undefined
    ? {}
    : { decal: { ...structuredClone(decal), color: 'rgba(255, 255, 255, 0.55)' } as never }
}

/** Edges of a bar across its axis, in px: bins by their ends, categories by their share of the step. */
function across(plot: Plot, series: PlotSeries, canvas: Canvas, point: PlotPoint): [number, number] {
  if (plot.xCategories === null && !isHorizontal(plot)) {
    const narrowest = Math.min(
      ...series.points.slice(1).map((p, i) => Math.abs(p.x - (series.points[i]?.x ?? Number.NaN))),
    )
    const half = Number.isFinite(narrowest) ? narrowest * 0.4 : 0.4
    const ends = hasXInterval(point) ? [point.xLow, point.xHigh] : [point.x - half, point.x + half]
    const left = canvas.place(ends[0] ?? 0, 0)[0]
    const right = canvas.place(ends[1] ?? 0, 0)[0]
    return [left + 0.5, right - 0.5]
  }
  const [x, y] = canvas.place(point.x, point.y)
  const step = isHorizontal(plot) ? canvas.stepY : canvas.stepX
  const barCount = Math.max(1, series.barCount)
  const width = Math.min((step * 0.72) / barCount, 44)
  const centre = isHorizontal(plot) ? y : x
  const start = centre + (series.barIndex - barCount / 2) * width
  return [start + 0.5, start + width - 0.5]
}

/** Where a bar starts: 0, or the edge of the plot on a log axis. */
function baseline(plot: Plot, canvas: Canvas, point: PlotPoint): number {
  const { area } = canvas
  if (isHorizontal(plot)) return plot.figure.x.kind === 'log' ? area.x : canvas.place(0, point.y)[0]
  return plot.figure.y.kind === 'log' ? area.y + area.height : canvas.place(point.x, 0)[1]
}

/** Bars with their whiskers, upright over x or lying when the categories are on y. */
export function bars(plot: Plot, series: PlotSeries, whiskerColour: string): SeriesOption {
  return customSeries(series, 'bars', 2, false, (canvas, point) => {
    const [x, y] = canvas.place(point.x, point.y)
    if (!Number.isFinite(x) || !Number.isFinite(y)) return null
    const lying = isHorizontal(plot)
    const [start, end] = across(plot, series, canvas, point)
    const zero = baseline(plot, canvas, point)
    const tip = lying ? x : y
    const length = Math.abs(tip - zero)
    const from = Math.min(tip, zero)
    const thickness = Math.max(1, end - start)
    const bar: Shape = {
      type: 'rect',
      shape: lying
        ? { x: from, y: start, width: length, height: thickness }
        : { x: start, y: from, width: thickness, height: length },
      style: { fill: series.colour, ...decalOf(series.barIndex) },
    }
    const middle = (start + end) / 2
    const cap = Math.min(4, thickness / 3)
    const whisker = (low: number, high: number): Shape[] => {
      const pixel = (along: number, aside: number): [number, number] =>
        lying ? [along, aside] : [aside, along]
      return [
        stroke(pixel(low, middle), pixel(high, middle), whiskerColour, 1.25),
        stroke(pixel(low, middle - cap), pixel(low, middle + cap), whiskerColour, 1.25),
        stroke(pixel(high, middle - cap), pixel(high, middle + cap), whiskerColour, 1.25),
      ]
    }
    if (lying && hasXInterval(point)) {
      const ends = [canvas.place(point.xLow, point.y)[0], canvas.place(point.xHigh, point.y)[0]] as const
      return group([bar, ...whisker(...ends)])
    }
    if (!lying && hasInterval(point)) {
      const ends = [canvas.place(point.x, point.low)[1], canvas.place(point.x, point.high)[1]] as const
      return group([bar, ...whisker(...ends)])
    }
    return group([bar])
  })
}
