import type { Figure, FigurePoint, FigureSeries } from '../../contract/index.ts'
import { seriesOf } from './parts.ts'

/**
 * The figure with the chosen points moved out of their series into one of their own, drawn last, so that a flag or a
 * selection has its own symbol and legend entry and not only a colour. Only points are moved: a line stays whole.
 */
export function markPoints(
  figure: Figure,
  choose: (point: FigurePoint, series: FigureSeries) => boolean,
  name: string,
  tone: FigureSeries['tone'],
): Figure {
  const moved: FigurePoint[] = []
  const series = figure.series.map((one) => {
    if (one.mark !== 'points') return one
    const chosen = one.points.filter((point) => choose(point, one))
    moved.push(...chosen)
    return chosen.length === 0
      ? one
      : { ...one, points: one.points.filter((point) => !chosen.includes(point)) }
  })
  return moved.length === 0
    ? figure
    : { ...figure, series: [...series, seriesOf(name, 'points', tone, moved)] }
}
