import type { EChartsOption } from '../echarts.ts'

type One<T> = T extends readonly (infer Item)[] ? Item : T

export type FigureAxisOption = One<NonNullable<EChartsOption['xAxis']>> &
  One<NonNullable<EChartsOption['yAxis']>>
