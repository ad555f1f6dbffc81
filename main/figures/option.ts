import type { Figure } from '../contract/index.ts'
import { axisOption, equalRange, type EqualRange } from './draw/axes.ts'
import { bars } from './draw/bars.ts'
import { boxes } from './draw/box.ts'
import { bandFill, isRule, ranges, rule, whiskers } from './draw/intervals.ts'
import { lineThrough, pointCloud } from './draw/lines.ts'
import { hasInterval, hasXInterval, plotOf, type Plot, type PlotSeries } from './draw/plot.ts'
import { tooltipText } from './draw/tooltip.ts'
import { describeFigure } from './describe.ts'
import type { EChartsOption, SeriesOption } from './echarts.ts'
import { fontFamily, themes, type ThemeName, type ThemeTokens } from './tokens.ts'

export interface FigureSize {
  /** Pixels of the drawing; equal axes are square only when both are known. */
  readonly width: number
  readonly height: number
  /** Draw title and caption inside, for a file that leaves its page. */
  readonly heading?: boolean
}

function seriesOf(plot: Plot, series: PlotSeries, tokens: ThemeTokens, theme: ThemeName): SeriesOption[] {
  const hoverable = theme !== 'print'
  const withEnds = series.points.some((p) => hasInterval(p) || hasXInterval(p))
  switch (series.mark) {
    case 'points':
      return [
        ...(withEnds ? [whiskers(series, series.points.length > 60 ? 0.5 : 0.7)] : []),
        pointCloud(series, tokens.surface),
      ]
    case 'line':
      return [...(withEnds ? [whiskers(series, 0.8)] : []), lineThrough(series, hoverable)]
    case 'dashed':
      if (isRule(plot, series)) return [rule(plot, series)]
      return [...(withEnds ? [bandFill(series, 0.1)] : []), lineThrough(series, hoverable)]
    case 'band':
      return [bandFill(series, 0.2), lineThrough(series, hoverable)]
    case 'bars':
      return [bars(plot, series, tokens.text)]
    case 'range':
      return [ranges(series)]
    case 'box':
      return [boxes(series, series.colour)]
  }
}

function diagonalLine(range: EqualRange, tokens: ThemeTokens): SeriesOption {
  return {
    type: 'line',
    id: 'diagonal',
    data: [
      [range.min, range.min],
      [range.max, range.max],
    ],
    showSymbol: false,
    silent: true,
    lineStyle: { color: tokens.axisLine, width: 1, type: [4, 4] },
    animation: false,
    emphasis: { disabled: true },
    tooltip: { show: false },
    z: 0,
  }
}

const legendIcons: Record<PlotSeries['mark'], string> = {
  points: 'circle',
  line: 'path://M0 4H18V6H0Z',
  dashed: 'path://M0 4H5V6H0ZM6.5 4H11.5V6H6.5ZM13 4H18V6H13Z',
  band: 'path://M0 0H18V3.8H0ZM0 6.2H18V10H0ZM0 4.3H18V5.7H0Z',
  bars: 'rect',
  range: 'path://M0 4H6V6H0ZM12 4H18V6H12ZM9 2A3 3 0 1 0 9 8A3 3 0 1 0 9 2Z',
  box: 'rect',
}

// Squares by their path: the plain symbol would be drawn out to the width of a legend icon.
const pointIcons: Record<PlotSeries['symbol'], string> = {
  circle: 'circle',
  rect: 'path://M0 0H10V10H0Z',
  triangle: 'path://M5 0L10 10H0Z',
  diamond: 'path://M5 0L10 5L5 10L0 5Z',
}

const legendRowPx = 22
const charPx = 5.5

/** Named series in their order; one alone needs no legend, the title says what it is. */
function legendOf(plot: Plot, width: number): { names: PlotSeries[]; rows: number } {
  const named = plot.series.filter((s) => s.name !== '' && s.points.length > 0)
  if (named.length < 2) return { names: [], rows: 0 }
  let rows = 1
  let used = 0
  for (const series of named) {
    const length = 33 + series.name.length * charPx
    if (used > 0 && used + length > width) {
      rows++
      used = 0
    }
    used += length
  }
  return { names: named, rows }
}

/**
 * The option that draws a figure, the same on a screen (canvas) and in a report (SVG without a page). Pure; it sets
 * no inline style and no HTML (tooltips are text), so that it holds under the strict content policy.
 */
export function toEchartsOption(figure: Figure, theme: ThemeName, size?: FigureSize): EChartsOption {
  const tokens = themes[theme]
  const plot = plotOf(figure, theme)
  const equal = figure.diagonal ? equalRange(plot) : null
  const width = size?.width ?? 560
  const captionRows = Math.ceil((figure.caption.length * 5.6) / (width - 16))
  const headPx = size?.heading === true ? 34 + captionRows * 15 : 0
  const legend = legendOf(plot, width - 16)
  // Inside its bounds the grid makes room for the axis names itself; a square one is placed by hand.
  const top = headPx + legend.rows * legendRowPx + 10
  const squareTop = top + (figure.y.name === '' ? 4 : 24)
  const onlyLines = plot.series.every((s) => s.mark === 'line' || s.mark === 'band' || s.mark === 'dashed')
  const onAxis = onlyLines && plot.xCategories === null && plot.yCategories === null
  const side = size === undefined ? null : Math.min(width - 76, size.height - squareTop - 48)
  const square = equal !== null && side !== null && side > 60
  const text = { color: tokens.text, fontFamily, fontSize: 12 }
  return {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: text,
    aria: { enabled: true, label: { description: describeFigure(figure) }, decal: { show: false } },
    title: [
      ...(size?.heading === true
        ? [
            {
              text: figure.title,
              subtext: figure.caption,
              left: 8,
              top: 4,
              textStyle: { ...text, fontSize: 14, lineHeight: 18, fontWeight: 'bold' as const },
              subtextStyle: {
                ...text,
                color: tokens.textMuted,
                fontSize: 11,
                lineHeight: 15,
                width: width - 16,
                overflow: 'break' as const,
              },
              itemGap: 8,
            },
          ]
        : []),
      ...(plot.empty
        ? [
            {
              text: 'no values',
              left: 'center',
              top: 'middle',
              textStyle: { ...text, color: tokens.textMuted },
            },
          ]
        : []),
    ],
    legend: {
      show: legend.names.length > 0,
      left: 8,
      right: 8,
      top: headPx + 2,
      itemWidth: 18,
      itemHeight: 10,
      itemGap: 10,
      textStyle: { ...text, color: tokens.textMuted },
      data: legend.names.map((s) => ({
        name: s.name,
        icon: s.mark === 'points' ? pointIcons[s.symbol] : legendIcons[s.mark],
        itemStyle: { color: s.colour, opacity: 1, borderWidth: 0 },
      })),
    },
    grid: square
      ? { left: 60, top: squareTop, width: side, height: side, outerBoundsMode: 'none' }
      : { left: 12, right: 20, top, bottom: 10, outerBoundsMode: 'same', outerBoundsContain: 'all' },
    xAxis: axisOption(plot, 'x', tokens, equal, width),
    yAxis: axisOption(plot, 'y', tokens, equal, width),
    tooltip: {
      trigger: onAxis ? 'axis' : 'item',
      renderMode: 'richText',
      confine: true,
      transitionDuration: 0,
      backgroundColor: tokens.raised,
      borderColor: tokens.border,
      borderWidth: 1,
      padding: [6, 8],
      textStyle: { ...text, fontSize: 12 },
      axisPointer: { type: 'line', lineStyle: { color: tokens.axisLine, width: 1 } },
      formatter: (params: unknown) => tooltipText(plot, params),
    },
    series: [
      ...(equal === null ? [] : [diagonalLine(equal, tokens)]),
      ...plot.series.flatMap((s) => seriesOf(plot, s, tokens, theme)),
    ],
  }
}

/** Height that suits a figure at a width: square with equal axes, a row of 26 px per category on y. */
export function figureSize(figure: Figure, width: number): FigureSize {
  const legendRows = legendOf(plotOf(figure, 'print'), width - 16).rows
  const rows = figure.y.kind === 'category' ? (figure.y.categories?.length ?? 0) : 0
  if (rows > 0) return { width, height: 72 + legendRows * legendRowPx + rows * 26 }
  if (figure.diagonal) {
    const side = Math.min(width - 76, 360)
    return { width, height: side + 80 + legendRows * legendRowPx }
  }
  return { width, height: Math.round(Math.max(200, Math.min(width * 0.6, 290))) + legendRows * legendRowPx }
}
