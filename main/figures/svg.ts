import type { Figure } from '../contract/index.ts'
import { echarts } from './echarts.ts'
import { figureSize, toEchartsOption, type FigureSize } from './option.ts'
import type { ThemeName } from './tokens.ts'

/**
 * zrender numbers its charts, clips, patterns and classes by counters of the process; here they are numbered by
 * their order in the drawing, under `prefix`, so that the same figure gives the same bytes and two figures in one
 * page do not share an id.
 */
function stableIds(svg: string, prefix: string): string {
  const names = new Map<string, string>()
  return svg.replace(/\bzr\d+-(?:cls-|ani-|[a-z])?\d+/g, (found) => {
    const known = names.get(found) ?? `${prefix}-${names.size}`
    names.set(found, known)
    return known
  })
}

/**
 * Without what only a live page uses: rules for hovering, which would count for the whole page around the drawing,
 * and the classes and marks they need. Quotes in texts are escaped, so only attributes are met.
 */
function still(svg: string): string {
  return svg
    .replace(/<style[^>]*>.*?<\/style>\n?/gs, '')
    .replace(/ (?:class|ecmeta_\w+|pointer-events)="[^"]*"/g, '')
    .replaceAll('cursor:pointer;', '')
}

/** The figure as one SVG element; no page needed. `prefix` begins every id in it and must be unique in a page. */
export function figureToSvg(
  figure: Figure,
  theme: ThemeName,
  prefix: string,
  size: FigureSize = figureSize(figure, 500),
): string {
  const chart = echarts.init(null, null, {
    renderer: 'svg',
    ssr: true,
    width: size.width,
    height: size.height,
  })
  try {
    chart.setOption(toEchartsOption(figure, theme, size))
    return stableIds(still(chart.renderToSVGString({ useViewBox: true })), prefix)
  } finally {
    chart.dispose()
  }
}
