import type { Figure } from '../contract/index.ts'
import { countOf, formatNumber, nameWithUnit } from './format.ts'

/** The figure in words for a screen reader: what it is, its axes, and the reach of every series. */
export function describeFigure(figure: Figure): string {
  const parts = figure.series.map((series) => {
    const lying = figure.y.kind === 'category'
    const values = series.points
      .map((p) => (lying ? p.x : p.y))
      .filter((v): v is number => typeof v === 'number' && Number.isFinite(v))
    const reach =
      values.length === 0
        ? 'no values'
        : `${formatNumber(Math.min(...values))} to ${formatNumber(Math.max(...values))}`
    return `${series.name}: ${countOf(series.points.length, 'point')}, ${reach}`
  })
  const axes = [
    `horizontal axis ${nameWithUnit(figure.x.name, figure.x.unit)}`,
    `vertical axis ${nameWithUnit(figure.y.name, figure.y.unit)}`,
  ]
  return `${figure.title}. ${figure.caption} Axes: ${axes.join(', ')}. ${parts.join('; ')}.`
}
