import type { GraphDrawing } from '../../../contract/index.ts'
import { columnName, nameWithUnit, themes, unitText } from '../../../figures/index.ts'
import { escapeHtml } from './escape.ts'

const widthPx = 1080
const rowPx = 50
const boxPx = 32
const headPx = 34
const charPx = 6.1
const tokens = themes.print

interface Placed {
  readonly column: number
  readonly x: number
  readonly y: number
  readonly width: number
  readonly name: string
  readonly unit: string
}

/** Order in each column by the mean place of its neighbours in the columns before, which keeps crossings few. */
function ordered(graph: GraphDrawing): { name: string; unit: string }[][] {
  const place = new Map<string, number>()
  return graph.columns.map(({ nodes }) => {
    const scored = nodes.map((node, at) => {
      const neighbours = graph.edges.flatMap((edge) =>
        edge.to === node.name ? [place.get(edge.from)] : edge.from === node.name ? [place.get(edge.to)] : [],
      )
      const known = neighbours.filter((value) => value !== undefined)
      const mean = known.reduce((sum, value) => sum + value, 0) / known.length
      return { node, at, score: known.length === 0 ? at / Math.max(1, nodes.length - 1) : mean }
    })
    scored.sort((a, b) => a.score - b.score || a.at - b.at)
    scored.forEach(({ node }, at) => place.set(node.name, nodes.length === 1 ? 0.5 : at / (nodes.length - 1)))
    return scored.map(({ node }) => node)
  })
}

function placeNodes(graph: GraphDrawing): {
  nodes: Map<string, Placed>
  height: number
  columnWidth: number
} {
  const columns = ordered(graph)
  const most = Math.max(1, ...columns.map((nodes) => nodes.length))
  const columnWidth = widthPx / Math.max(1, columns.length)
  const width = Math.min(204, columnWidth - 66)
  const nodes = new Map<string, Placed>()
  columns.forEach((list, column) => {
    list.forEach(({ name, unit }, at) => {
      const y = headPx + rowPx * (most / list.length) * (at + 0.5)
      nodes.set(name, { column, x: columnWidth * (column + 0.5) - width / 2, y, width, name, unit })
    })
  })
  return { nodes, height: headPx + rowPx * most + 8, columnWidth }
}

const px = (value: number) => String(Math.round(value * 10) / 10)

/** The free height of a column nearest to `y`: between two boxes, above the first or below the last. */
function gapNear(y: number, nodes: readonly Placed[]): number {
  const heights = nodes.map((node) => node.y).sort((a, b) => a - b)
  const first = heights[0]
  const last = heights.at(-1)
  if (first === undefined || last === undefined) return y
  const gaps = [
    first - boxPx / 2 - 7,
    ...heights.slice(1).map((height, i) => (height + (heights[i] ?? height)) / 2),
    last + boxPx / 2 + 7,
  ]
  return gaps.reduce((best, gap) => (Math.abs(gap - y) < Math.abs(best - y) ? gap : best))
}

/**
 * A curve from one box to another. In the same column it bulges to the right; past a column it goes through a gap
 * between the boxes, so that no line hides behind a box it does not belong to; `lane` keeps lines of one gap apart.
 */
function curve(from: Placed, to: Placed, all: readonly Placed[], lane: number): string {
  const right = (node: Placed) => node.x + node.width
  if (from.column === to.column) {
    const bulge = 24 + Math.abs(to.y - from.y) * 0.18
    return `M${px(right(from))} ${px(from.y)}C${px(right(from) + bulge)} ${px(from.y)} ${px(right(to) + bulge)} ${px(to.y)} ${px(right(to))} ${px(to.y)}`
  }
  const forward = from.column < to.column
  const [start, end] = forward ? [right(from), to.x] : [from.x, right(to)]
  const step = forward ? 1 : -1
  let [x, y] = [start, from.y]
  let path = `M${px(x)} ${px(y)}`
  const bendTo = (x2: number, y2: number) => {
    const reach = (x2 - x) * 0.5
    path += `C${px(x + reach)} ${px(y)} ${px(x2 - reach)} ${px(y2)} ${px(x2)} ${px(y2)}`
    ;[x, y] = [x2, y2]
  }
  for (let column = from.column + step; column !== to.column; column += step) {
    const passed = all.filter((node) => node.column === column)
    const box = passed[0]
    if (box === undefined) continue
    const share = Math.abs(column - from.column) / Math.abs(to.column - from.column)
    const gap = gapNear(from.y + share * (to.y - from.y), passed) + lane
    bendTo(forward ? box.x : right(box), gap)
    x = forward ? right(box) : box.x
    path += `L${px(x)} ${px(gap)}`
  }
  bendTo(end, to.y)
  return path
}

function edgePath(
  edge: GraphDrawing['edges'][number],
  from: Placed,
  to: Placed,
  all: readonly Placed[],
  lane: number,
  id: string,
): string {
  const weight = Math.min(1, Math.max(0, Number.isFinite(edge.weight) ? edge.weight : 0))
  const kind = weight >= 0.5 ? 'strong' : 'weak'
  const colour = kind === 'strong' ? tokens.tones.main : tokens.tones.muted
  const head = `url(#${id}-${kind})`
  const ends =
    (edge.mark === '--' ? '' : ` marker-end="${head}"`) +
    (edge.mark === '<->' ? ` marker-start="${head}"` : '')
  const label = escapeHtml(`${columnName(edge.from)} ${edge.mark} ${columnName(edge.to)}: ${edge.label}`)
  return (
    `<path d="${curve(from, to, all, lane)}" fill="none" stroke="${colour}" stroke-width="${px(0.8 + 2.6 * weight)}" ` +
    `stroke-opacity="${px(0.45 + 0.5 * weight)}"${edge.mark === '<->' ? ' stroke-dasharray="6 4"' : ''}${ends}><title>${label}</title></path>`
  )
}

/** A name on one line, or on two where it is too long for one; what is too long for that is cut. */
function linesOf(name: string, unit: string, room: number): string[] {
  const tail = unit === '' ? 0 : unit.length + 1
  const cut = (text: string, most: number) =>
    text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text
  if (name.length + tail <= room || !name.includes(' ')) return [cut(name, room - tail)]
  const at = name.lastIndexOf(' ', room)
  return at < 1 ? [cut(name, room - tail)] : [name.slice(0, at), cut(name.slice(at + 1), room - tail)]
}

function nodeBox(node: Placed): string {
  const unit = unitText(node.unit)
  const name = columnName(node.name)
  const lines = linesOf(name, unit, Math.floor((node.width - 14) / charPx))
  const tail = unit === '' ? '' : `<tspan fill="${tokens.textMuted}"> ${escapeHtml(unit)}</tspan>`
  const x = px(node.x + node.width / 2)
  const texts = lines.map((line, at) => {
    const y = node.y + 4 + (at - (lines.length - 1) / 2) * 12.5
    return (
      `<text x="${x}" y="${px(y)}" text-anchor="middle" fill="${tokens.text}">${escapeHtml(line)}` +
      `${at === lines.length - 1 ? tail : ''}</text>`
    )
  })
  return (
    `<g><title>${escapeHtml(nameWithUnit(name, unit))}</title>` +
    `<rect x="${px(node.x)}" y="${px(node.y - boxPx / 2)}" width="${px(node.width)}" height="${boxPx}" rx="4" fill="${tokens.surface}" stroke="${tokens.axisLine}"/>` +
    `${texts.join('')}</g>`
  )
}

function marker(id: string, colour: string): string {
  return (
    `<marker id="${id}" viewBox="0 0 10 10" refX="9.5" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto-start-reverse">` +
    `<path d="M0 1L10 5L0 9Z" fill="${colour}"/></marker>`
  )
}

/** The causal map as SVG: tiers are columns, a line is as wide as its edge is stable. `id` is unique in the page. */
export function graphSvg(graph: GraphDrawing, id: string): string {
  const { nodes, height, columnWidth } = placeNodes(graph)
  const heads = graph.columns.map((column, at) => {
    const x = columnWidth * at
    return (
      `<rect x="${px(x + 6)}" y="0" width="${px(columnWidth - 12)}" height="${px(height)}" rx="6" fill="${tokens.raised}" fill-opacity="0.75"/>` +
      `<text x="${px(x + columnWidth / 2)}" y="19" text-anchor="middle" font-size="11" fill="${tokens.textMuted}">${escapeHtml(column.title)}</text>`
    )
  })
  const all = [...nodes.values()]
  // Strong edges last, so that they lie on top.
  const edges = [...graph.edges]
    .sort((a, b) => a.weight - b.weight)
    .map((edge, at) => {
      const [from, to] = [nodes.get(edge.from), nodes.get(edge.to)]
      return from === undefined || to === undefined
        ? ''
        : edgePath(edge, from, to, all, ((at % 4) - 1.5) * 3.2, id)
    })
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${widthPx} ${px(height)}" role="img" aria-label="${escapeHtml(graph.caption)}" font-size="12">` +
    `<defs>${marker(`${id}-strong`, tokens.tones.main)}${marker(`${id}-weak`, tokens.tones.muted)}</defs>` +
    heads.join('') +
    edges.join('') +
    all.map(nodeBox).join('') +
    '</svg>'
  )
}
