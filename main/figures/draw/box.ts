import { quantileOfSorted } from '../../engine/math/index.ts'
import type { SeriesOption } from '../echarts.ts'
import { customSeries, group, stroke, type Shape } from './custom.ts'
import type { PlotSeries } from './plot.ts'

/** Quartiles (type 7), Tukey's fences: whiskers end at the outermost value within 1.5 interquartile ranges. */
export interface BoxSummary {
  readonly n: number
  readonly whiskerLow: number
  readonly lowerQuartile: number
  readonly median: number
  readonly upperQuartile: number
  readonly whiskerHigh: number
}

/** Below five values quartiles are inventions: null, and the values stand alone. */
export function boxSummary(values: readonly number[]): BoxSummary | null {
  if (values.length < 5) return null
  const sorted = Float64Array.from(values).sort()
  const lowerQuartile = quantileOfSorted(sorted, 0.25)
  const upperQuartile = quantileOfSorted(sorted, 0.75)
  const reach = 1.5 * (upperQuartile - lowerQuartile)
  const inside = sorted.filter((v) => v >= lowerQuartile - reach && v <= upperQuartile + reach)
  return {
    n: values.length,
    whiskerLow: inside[0] ?? lowerQuartile,
    lowerQuartile,
    median: quantileOfSorted(sorted, 0.5),
    upperQuartile,
    whiskerHigh: inside[inside.length - 1] ?? upperQuartile,
  }
}

/** Sideways place of the k-th value within a category, -0.5..0.5: even, and the same at every drawing. */
const sideways = (k: number) => ((k * 0.618034) % 1) - 0.5

/** Boxes over x categories; the points of the series are the raw values, all of them drawn. */
export function boxes(series: PlotSeries, lineColour: string): SeriesOption {
  const firstOf = new Map<number, { index: number; values: number[] }>()
  const orderInCategory = new Map<number, number>()
  series.points.forEach((p, index) => {
    if (!Number.isFinite(p.x) || !Number.isFinite(p.y)) return
    const found = firstOf.get(p.x) ?? { index, values: [] }
    orderInCategory.set(index, found.values.length)
    found.values.push(p.y)
    firstOf.set(p.x, found)
  })
  return customSeries(series, 'box', 3, false, (canvas, point, index) => {
    const [x, y] = canvas.place(point.x, point.y)
    if (!Number.isFinite(x) || !Number.isFinite(y)) return null
    const here = firstOf.get(point.x)
    const width = Math.min(canvas.stepX * 0.6, 56)
    const cx = x + sideways(orderInCategory.get(index) ?? 0) * width * 0.6
    const dot: Shape = {
      type: 'circle',
      shape: { cx, cy: y, r: 2.5 },
      style: { fill: series.colour, opacity: 0.75 },
    }
    const summary = here?.index === index ? boxSummary(here.values) : null
    if (summary === null) return group([dot])
    const at = (value: number) => canvas.place(point.x, value)[1]
    const top = at(summary.upperQuartile)
    const bottom = at(summary.lowerQuartile)
    const outline = { stroke: lineColour, lineWidth: 1.25 }
    const left = x - width / 2
    const right = x + width / 2
    return group([
      {
        type: 'rect',
        shape: { x: left, y: top, width, height: bottom - top },
        style: { fill: series.colour, opacity: 0.18 },
      },
      {
        type: 'rect',
        shape: { x: left, y: top, width, height: bottom - top },
        style: { fill: 'none', ...outline },
      },
      stroke([left, at(summary.median)], [right, at(summary.median)], lineColour, 2),
      stroke([x, top], [x, at(summary.whiskerHigh)], lineColour, 1.25),
      stroke([x, bottom], [x, at(summary.whiskerLow)], lineColour, 1.25),
      stroke([x - 6, at(summary.whiskerHigh)], [x + 6, at(summary.whiskerHigh)], lineColour, 1.25),
      stroke([x - 6, at(summary.whiskerLow)], [x + 6, at(summary.whiskerLow)], lineColour, 1.25),
      dot,
    ])
  })
}
