import type { FigureAxisOption } from './types.ts'
import { formatNumber, nameWithUnit } from '../format.ts'
import { fontFamily, type ThemeTokens } from '../tokens.ts'
import type { Plot } from './plot.ts'

export interface EqualRange {
  readonly min: number
  readonly max: number
  readonly interval: number
}

/** 1, 2 or 5 times a power of ten that gives about `parts` steps over the span. */
function niceStep(span: number, parts: number): number {
  const raw = span / parts
  const power = 10 ** Math.floor(Math.log10(raw))
  const lead = raw / power
  return (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10) * power
}

/** The one range that both axes of a figure with a diagonal have. */
export function equalRange(plot: Plot): EqualRange | null {
  const values = plot.series
    .flatMap((s) => s.points.flatMap((p) => [p.x, p.y, p.low, p.high, p.xLow, p.xHigh]))
    .filter((v) => Number.isFinite(v))
  if (values.length === 0) return null
  const fromZero = plot.figure.x.fromZero || plot.figure.y.fromZero
  const low = Math.min(...values, ...(fromZero ? [0] : []))
  const high = Math.max(...values, ...(fromZero ? [0] : []))
  const step = niceStep(high > low ? high - low : Math.abs(high) || 1, 5)
  const round = (v: number) => Number(v.toPrecision(12))
  const min = round(Math.floor(low / step) * step)
  const max = round(Math.ceil(high / step) * step)
  return { min, max: max > min ? max : round(min + step), interval: step }
}

/** Marks that are measured from 0 keep the 0 on the axis along which they are long. */
function startsAtZero(plot: Plot, which: 'x' | 'y'): boolean {
  if (plot.figure[which].fromZero) return true
  const along = plot.yCategories === null ? 'y' : 'x'
  return which === along && plot.series.some((s) => s.mark === 'bars')
}

/** Few names along x are all printed, on as many lines as their room needs; many thin themselves out. */
function wrapped(categories: readonly string[], widthPx: number) {
  const room = Math.floor((widthPx - 70) / categories.length) - 6
  return categories.length > 12 || room < 40
    ? {}
    : { interval: 0, width: room, overflow: 'break' as const, lineHeight: 13 }
}

export function axisOption(
  plot: Plot,
  which: 'x' | 'y',
  tokens: ThemeTokens,
  equal: EqualRange | null,
  widthPx: number,
): FigureAxisOption {
  const axis = plot.figure[which]
  const categories = which === 'x' ? plot.xCategories : plot.yCategories
  const onlyLines = plot.series.every((s) => s.mark === 'line' || s.mark === 'dashed' || s.mark === 'band')
  const hasBins = plot.series.some((s) => s.mark === 'bars')
  const name = nameWithUnit(axis.name, axis.unit)
  const common = {
    name,
    nameLocation: which === 'x' ? ('middle' as const) : ('end' as const),
    nameGap: which === 'x' ? 26 : 10,
    nameTextStyle: {
      color: tokens.text,
      fontFamily,
      fontSize: 12,
      ...(which === 'y' ? { align: 'left' as const, padding: [0, 0, 0, -6] } : {}),
    },
    axisLine: { show: true, onZero: false, lineStyle: { color: tokens.axisLine, width: 1 } },
    axisTick: { show: categories === null, lineStyle: { color: tokens.axisLine }, length: 4 },
    splitLine: { show: categories === null, lineStyle: { color: tokens.gridLine, width: 1 } },
  }
  const label = { color: tokens.textMuted, fontFamily, fontSize: 11, hideOverlap: true }
  if (categories !== null) {
    return {
      ...common,
      type: 'category',
      data: [...categories],
      inverse: which === 'y',
      axisLabel: {
        ...label,
        ...(which === 'y'
          ? { interval: 0, color: tokens.text, width: Math.round(widthPx * 0.45), overflow: 'truncate' }
          : wrapped(categories, widthPx)),
      },
    }
  }
  const axisLabel = { ...label, formatter: (value: number) => formatNumber(value, 5) }
  if (axis.kind === 'log') return { ...common, type: 'log', axisLabel }
  if (equal !== null) return { ...common, type: 'value', ...equal, axisLabel }
  const zero = startsAtZero(plot, which)
  const tight = zero || (which === 'x' && (onlyLines || hasBins))
  return {
    ...common,
    type: 'value',
    scale: !zero,
    splitNumber: 5,
    boundaryGap: tight ? [0, 0] : ['3%', '3%'],
    axisLabel,
  }
}
