import type { Figure, FigurePoint } from '../../main/contract/index.ts'

export interface PickedPoint {
  readonly seriesIndex: number
  readonly pointIndex: number
  readonly point: FigurePoint
}

/** The point of a figure behind a drawn item: drawn series carry the id `index:layer` of their figure series. */
export function pointOfSeriesId(
  figure: Figure,
  seriesId: string | undefined,
  dataIndex: number,
): PickedPoint | null {
  const seriesIndex = Number(/^(\d+):/.exec(seriesId ?? '')?.[1] ?? Number.NaN)
  const point = figure.series[seriesIndex]?.points[dataIndex]
  return point === undefined ? null : { seriesIndex, pointIndex: dataIndex, point }
}
