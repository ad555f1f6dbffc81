import type { SeriesOption } from '../echarts.ts'
import type { PlotSeries } from './plot.ts'

/** Points that are wide apart are shown on their line; a screen needs them to hover. */
export function lineThrough(series: PlotSeries, hoverable: boolean): SeriesOption {
  const shown = series.mark === 'line' && series.points.length <= 40
  return {
    type: 'line',
    id: `${series.index}:line`,
    name: series.name,
    color: series.colour,
    data: series.points.map((p) => [p.x, p.y]),
    symbol: 'circle',
    symbolSize: shown ? 4.5 : 7,
    showSymbol: shown || hoverable,
    itemStyle: { color: series.colour, opacity: shown ? 1 : 0 },
    lineStyle: {
      color: series.colour,
      width: series.mark === 'dashed' ? 1.5 : 2,
      type: series.mark === 'dashed' ? [6, 4] : 'solid',
    },
    connectNulls: false,
    clip: true,
    animation: false,
    emphasis: { disabled: true },
    z: 3,
  }
}

export function pointCloud(series: PlotSeries, surface: string): SeriesOption {
  const many = series.points.length > 150
  return {
    type: 'scatter',
    id: `${series.index}:points`,
    name: series.name,
    color: series.colour,
    data: series.points.map((p) => [p.x, p.y]),
    symbol: series.symbol,
    symbolSize: many ? 5 : 7,
    itemStyle: { color: series.colour, opacity: many ? 0.6 : 0.9, borderColor: surface, borderWidth: 0.5 },
    clip: true,
    animation: false,
    emphasis: { disabled: true },
    z: 4,
  }
}
