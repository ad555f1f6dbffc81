import { CustomChart, LineChart, ScatterChart } from 'echarts/charts'
import {
  AriaComponent,
  GridComponent,
  LegendPlainComponent,
  TitleComponent,
  TooltipComponent,
} from 'echarts/components'
import * as echarts from 'echarts/core'
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers'
import type { ComposeOption } from 'echarts/core'
import type { CustomSeriesOption, LineSeriesOption, ScatterSeriesOption } from 'echarts/charts'
import type {
  AriaComponentOption,
  GridComponentOption,
  LegendComponentOption,
  TitleComponentOption,
  TooltipComponentOption,
} from 'echarts/components'

/*
 * Only what the figures use: bars, bands, whiskers, ranges and boxes are custom series, since intervals belong to
 * every mark and the stock series have none.
 */
echarts.use([
  LineChart,
  ScatterChart,
  CustomChart,
  GridComponent,
  LegendPlainComponent,
  TitleComponent,
  TooltipComponent,
  AriaComponent,
  CanvasRenderer,
  SVGRenderer,
])

export { echarts }
export type SeriesOption = LineSeriesOption | ScatterSeriesOption | CustomSeriesOption
export type EChartsOption = ComposeOption<
  | SeriesOption
  | GridComponentOption
  | LegendComponentOption
  | TitleComponentOption
  | TooltipComponentOption
  | AriaComponentOption
>
