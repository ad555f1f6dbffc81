import type { FigurePoint } from '../../contract/index.ts'
import { formatNumber, formatQuantity, withUnit } from '../format.ts'
import { boxSummary } from './box.ts'
import type { Plot, PlotSeries } from './plot.ts'

/** Value along one axis as a plain text, with its interval where it has one. */
function valueText(
  value: number | null,
  low: number | undefined,
  high: number | undefined,
  unit: string,
): string {
  if (value !== null && (low === undefined || high === undefined)) {
    return withUnit(formatNumber(value, 5), unit)
  }
  return formatQuantity({ value, low: low ?? null, high: high ?? null, unit })
}

function xText(plot: Plot, point: FigurePoint): string {
  const { x } = plot.figure
  if (typeof point.x === 'string') return point.x
  if (plot.xCategories !== null) return plot.xCategories[point.x] ?? String(point.x)
  return valueText(point.x, point.xLow, point.xHigh, x.unit)
}

function yText(plot: Plot, point: FigurePoint): string {
  if (plot.yCategories !== null) return plot.yCategories[point.y ?? -1] ?? '–'
  return valueText(point.y, point.low, point.high, plot.figure.y.unit)
}

/** What is said of one point; plain text, since the page allows no markup made at run time. */
function pointText(plot: Plot, series: PlotSeries, index: number): string {
  const point = series.points[index]
  if (point === undefined) return ''
  const { x, y } = plot.figure
  const head = [point.source.label, series.name]
    .filter((text) => text !== undefined && text !== '')
    .join(' · ')
  const lines = [head, `${x.name}: ${xText(plot, point.source)}`, `${y.name}: ${yText(plot, point.source)}`]
  if (series.mark === 'box') {
    const values = series.points.filter((p) => p.x === point.x && Number.isFinite(p.y)).map((p) => p.y)
    const box = boxSummary(values)
    if (box !== null) {
      const [q1, q2, q3] = [box.lowerQuartile, box.median, box.upperQuartile].map((v) => formatNumber(v, 4))
      lines.push(`quartiles ${q1 ?? ''} · ${q2 ?? ''} · ${q3 ?? ''}, n = ${box.n}`)
    }
  }
  return lines.filter((line) => line !== ': ' && line !== '').join('\n')
}

interface Hovered {
  readonly seriesId?: string
  readonly dataIndex: number
}

function isHovered(value: unknown): value is Hovered {
  return typeof value === 'object' && value !== null && 'dataIndex' in value
}

/** Text for what the pointer is on; series ids are `index:layer`. */
export function tooltipText(plot: Plot, params: unknown): string {
  const list = (Array.isArray(params) ? (params as unknown[]) : [params]).filter(isHovered)
  const texts = list.map(({ seriesId = '', dataIndex }) => {
    const [index, layer] = seriesId.split(':')
    const series = plot.series[Number(index)]
    if (series === undefined || layer === 'band' || layer === 'whiskers' || layer === 'rule') return ''
    return pointText(plot, series, dataIndex)
  })
  return texts.filter((text) => text !== '').join('\n')
}
