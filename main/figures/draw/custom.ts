import type {
  CustomSeriesOption,
  CustomSeriesRenderItemAPI,
  CustomSeriesRenderItemParams,
  CustomSeriesRenderItemReturn,
} from 'echarts'
import type { Plot, PlotPoint, PlotSeries } from './plot.ts'

/** Row of a custom series: x, y, low, high, xLow, xHigh, so that the axes reach every end of an interval. */
const dimensions = ['x', 'y', 'low', 'high', 'xLow', 'xHigh']

export interface Canvas {
  /** Pixel place of a value pair. */
  place(x: number, y: number): [number, number]
  /** Pixels of one unit (one category) along each axis. */
  stepX: number
  stepY: number
  area: { x: number; y: number; width: number; height: number }
}

function canvasOf(params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI): Canvas {
  const size = (value: number[]) => {
    const found = api.size?.(value)
    return Array.isArray(found) ? found : [found ?? 0, found ?? 0]
  }
  // Cartesian systems hand over their rectangle; the type only knows the common part.
  const area = params.coordSys as unknown as Canvas['area']
  return {
    place: (x, y) => {
      const at = api.coord([x, y])
      return [at[0] ?? Number.NaN, at[1] ?? Number.NaN]
    },
    stepX: Math.abs(size([1, 0])[0] ?? 0),
    stepY: Math.abs(size([0, 1])[1] ?? 0),
    area,
  }
}

export type DrawItem = (canvas: Canvas, point: PlotPoint, index: number) => CustomSeriesRenderItemReturn

/**
 * A custom series with one row per point of the figure's series: row i is point i, which tooltips rely on.
 * `layer` and the series' index make the id.
 */
export function customSeries(
  series: PlotSeries,
  layer: string,
  z: number,
  silent: boolean,
  draw: DrawItem,
): CustomSeriesOption {
  return {
    type: 'custom',
    id: `${series.index}:${layer}`,
    name: series.name,
    color: series.colour,
    dimensions,
    encode: { x: ['x', 'xLow', 'xHigh'], y: ['y', 'low', 'high'] },
    data: series.points.map((p) => [p.x, p.y, p.low, p.high, p.xLow, p.xHigh]),
    clip: true,
    silent,
    animation: false,
    z,
    renderItem: (params, api) => {
      const index = params.dataIndex
      const point = series.points[index]
      return point === undefined ? null : draw(canvasOf(params, api), point, index)
    },
  }
}

/** A group's children as the return type wants them. */
export type Shape = NonNullable<CustomSeriesRenderItemReturn>

export function group(children: readonly (Shape | null)[]): CustomSeriesRenderItemReturn {
  const shapes = children.filter((child): child is Shape => child !== null)
  return shapes.length === 0 ? null : ({ type: 'group', children: shapes } as CustomSeriesRenderItemReturn)
}

export function stroke(
  from: readonly [number, number],
  to: readonly [number, number],
  colour: string,
  lineWidth: number,
  extra: { lineDash?: number[]; opacity?: number } = {},
): Shape {
  return {
    type: 'line',
    shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] },
    style: { stroke: colour, lineWidth, ...extra },
  }
}

export const isHorizontal = (plot: Plot) => plot.yCategories !== null
