import type { Figure, ReportSection, ReportTable } from '../../../contract/index.ts'
import { describeFigure, figureSize, figureTable, figureToSvg } from '../../../figures/index.ts'
import { escapeHtml, proseHtml } from './escape.ts'
import { graphSvg } from './graph.ts'

const dataRowLimit = 400

/** The name of a table stands out from what explains it, after the first colon, semicolon or full stop. */
function captionHtml(caption: string): string {
  const [, name = caption, rest = ''] = /^(.*?[:;.]) (.*)$/s.exec(caption) ?? []
  return rest === '' ? escapeHtml(name) : `${escapeHtml(name)} <span>${proseHtml(rest)}</span>`
}

export function tableHtml(table: ReportTable): string {
  const head = table.columns.map(({ name, unit, align }) => {
    const unitHtml = unit === '' ? '' : ` <span class="unit">(${escapeHtml(unit)})</span>`
    return `<th scope="col"${align === 'right' ? ' class="r"' : ''}>${escapeHtml(name)}${unitHtml}</th>`
  })
  const rows = table.rows.map((row) => {
    const cells = row.map((text, at) => {
      const right = table.columns[at]?.align === 'right'
      const open = at === 0 && !right ? ['<th scope="row"', 'th'] : ['<td', 'td']
      const long = text.length > 40 && !/\s/.test(text)
      const name = [...(right ? ['r'] : []), ...(long ? ['break'] : [])].join(' ')
      return `${open[0] ?? ''}${name === '' ? '' : ` class="${name}"`}>${escapeHtml(text)}</${open[1] ?? ''}>`
    })
    return `<tr>${cells.join('')}</tr>`
  })
  return (
    `<div class="scroll"><table${table.rows.length > 24 ? ' class="long"' : ''}><caption>${captionHtml(table.caption)}</caption>` +
    `<thead><tr>${head.join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`
  )
}

function dataDetails(figure: Figure): string {
  const table = figureTable(figure)
  if (table.rows.length === 0) return ''
  const cut = table.rows.length > dataRowLimit
  const caption = cut
    ? `${table.caption} (first ${dataRowLimit} of ${table.rows.length} rows; the drawing has all)`
    : table.caption
  const shown = { ...table, caption, rows: table.rows.slice(0, dataRowLimit) }
  return `<details><summary>Data, ${table.rows.length} rows</summary>${tableHtml(shown)}</details>`
}

type Room = 'third' | 'half' | 'wide'
const widthPx: Readonly<Record<Room, number>> = { third: 320, half: 480, wide: 1000 }

/** Many categories along x, or long names along y, need the whole width; one or two boxes a third. */
function roomOf(figure: Figure): Room {
  const { x, y, series } = figure
  const longest = Math.max(0, ...(y.categories ?? []).map((name) => name.length))
  const across = x.kind === 'category' ? (x.categories?.length ?? 0) : 0
  if (across > 12 || (y.kind === 'category' && longest > 38)) return 'wide'
  return across > 0 && across < 3 && series.every((s) => s.mark === 'box') ? 'third' : 'half'
}

export function figureHtml(figure: Figure, prefix: string): string {
  const room = roomOf(figure)
  const label = escapeHtml(describeFigure(figure))
  const svg = figureToSvg(figure, 'print', prefix, figureSize(figure, widthPx[room]))
    // Width and height give way to the column; what the drawing says is said in words.
    .replace(/^<svg width="[\d.]+" height="[\d.]+"/, () => `<svg role="img" aria-label="${label}"`)
  return (
    `<figure id="${prefix}" class="${room}"><figcaption><b>${escapeHtml(figure.title)}</b>${proseHtml(figure.caption)}</figcaption>` +
    `${svg}${dataDetails(figure)}</figure>`
  )
}

export function imageHtml(image: ReportSection['images'][number]): string {
  const caption = escapeHtml(image.caption)
  const valid = /^[A-Za-z0-9+/]+={0,2}$/.test(image.pngBase64)
  const picture = valid
    ? `<img src="data:image/png;base64,${image.pngBase64}" width="${image.width}" height="${image.height}" alt="${caption}">`
    : '<p class="empty">The image could not be put into this report: its bytes are not base64.</p>'
  return `<figure>${picture}<figcaption>${caption}</figcaption></figure>`
}

export function graphHtml(graph: ReportSection['graphs'][number], id: string): string {
  return `<figure class="wide" id="${id}"><figcaption><b>Causal map</b>${escapeHtml(graph.caption)}</figcaption>${graphSvg(graph, id)}</figure>`
}
