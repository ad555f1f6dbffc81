import type { SeriesOption } from '../echarts.ts'
import { customSeries, group, isHorizontal, stroke } from './custom.ts'
import { hasInterval, hasXInterval, runsOf, type Plot, type PlotSeries } from './plot.ts'

/** The shaded part of a band; a lone point of a band gets a whisker, since it has no width to shade. */
export function bandFill(series: PlotSeries, opacity: number): SeriesOption {
  const runs = new Map(
    runsOf(series.points, (p) => hasInterval(p) && Number.isFinite(p.x)).map((run) => [run[0], run]),
  )
  return customSeries(series, 'band', 1, true, (canvas, point, index) => {
    const run = runs.get(index)
    if (run === undefined) return null
    if (run[0] === run[1]) {
      return stroke(canvas.place(point.x, point.low), canvas.place(point.x, point.high), series.colour, 1.5)
    }
    const stretch = series.points.slice(run[0], run[1] + 1)
    const upper = stretch.map((p) => canvas.place(p.x, p.high))
    const lower = stretch.map((p) => canvas.place(p.x, p.low)).reverse()
    return {
      type: 'polygon',
      shape: { points: [...upper, ...lower] },
      style: { fill: series.colour, opacity },
    }
  })
}

const capPx = 3

/** Error whiskers of points, along y and along x where the point has an interval there. */
export function whiskers(series: PlotSeries, opacity: number): SeriesOption {
  return customSeries(series, 'whiskers', 2, true, (canvas, point) => {
    const shapes = []
    if (hasInterval(point)) {
      const [x, bottom] = canvas.place(point.x, point.low)
      const [, top] = canvas.place(point.x, point.high)
      shapes.push(stroke([x, bottom], [x, top], series.colour, 1, { opacity }))
      shapes.push(stroke([x - capPx, bottom], [x + capPx, bottom], series.colour, 1, { opacity }))
      shapes.push(stroke([x - capPx, top], [x + capPx, top], series.colour, 1, { opacity }))
    }
    if (hasXInterval(point)) {
      const [left, y] = canvas.place(point.xLow, point.y)
      const [right] = canvas.place(point.xHigh, point.y)
      shapes.push(stroke([left, y], [right, y], series.colour, 1, { opacity }))
      shapes.push(stroke([left, y - capPx], [left, y + capPx], series.colour, 1, { opacity }))
      shapes.push(stroke([right, y - capPx], [right, y + capPx], series.colour, 1, { opacity }))
    }
    return group(shapes)
  })
}

/** Horizontal interval with its centre; several range series of one category lie under each other. */
export function ranges(series: PlotSeries): SeriesOption {
  return customSeries(series, 'range', 3, false, (canvas, point) => {
    const [x, y] = canvas.place(point.x, point.y)
    if (!Number.isFinite(x) || !Number.isFinite(y)) return null
    const [left] = canvas.place(point.xLow, point.y)
    const [right] = canvas.place(point.xHigh, point.y)
    const shapes = hasXInterval(point)
      ? [
          stroke([left, y], [right, y], series.colour, 2.5),
          stroke([left, y - 4], [left, y + 4], series.colour, 1.5),
          stroke([right, y - 4], [right, y + 4], series.colour, 1.5),
        ]
      : []
    return group([
      ...shapes,
      { type: 'circle', shape: { cx: x, cy: y, r: 4.5 }, style: { fill: series.colour } },
    ])
  })
}

/** True when a dashed series says one value for every category: a limit, an incumbent, a nominal level. */
export function isRule(plot: Plot, series: PlotSeries): boolean {
  if (series.mark !== 'dashed') return false
  const along = isHorizontal(plot) ? 'x' : plot.xCategories === null ? null : 'y'
  if (along === null) return false
  const first = series.points[0]?.[along]
  return first !== undefined && series.points.every((p) => p[along] === first)
}

/** A rule from edge to edge, also where there is but one category. */
export function rule(plot: Plot, series: PlotSeries): SeriesOption {
  return customSeries(series, 'rule', 2, true, (canvas, point, index) => {
    if (index !== 0) return null
    const { area } = canvas
    const [x, y] = canvas.place(point.x, point.y)
    const dash = { lineDash: [5, 4] }
    return isHorizontal(plot)
      ? stroke([x, area.y], [x, area.y + area.height], series.colour, 1.25, dash)
      : stroke([area.x, y], [area.x + area.width, y], series.colour, 1.25, dash)
  })
}
