import type { CausalEdge } from '../../../main/contract/index.ts'
import type { Passage } from './route.ts'

/** Stroke width in px and opacity of an edge, both growing with its stability; unknown stability is drawn halfway. */
export function edgeStroke(stability: number | null): { widthPx: number; opacity: number } {
  const s = Math.min(1, Math.max(0, stability ?? 0.5))
  return { widthPx: 1 + 2.75 * s, opacity: 0.3 + 0.7 * s }
}

export interface EdgeGeometry {
  readonly sourceX: number
  readonly sourceY: number
  readonly targetX: number
  readonly targetY: number
}

/** forward: to a column further right; back: to one further left; same: inside one column, by a bulge on its right. */
export type EdgeWay = 'forward' | 'same' | 'back'

/**
 * SVG path of an edge, straight through the columns it only passes. Forward it leaves on the right and enters on the
 * left, back the other way round; inside one column it bulges with the distance so that parallel ones stay apart.
 */
export function edgePath(at: EdgeGeometry, way: EdgeWay, passages: readonly Passage[] = []): string {
  const { sourceX: x0, sourceY: y0, targetX: x1, targetY: y1 } = at
  if (way === 'same') {
    const bulge = 22 + Math.min(78, Math.abs(y1 - y0) * 0.22)
    return `M ${x0} ${y0} C ${x0 + bulge} ${y0}, ${x1 + bulge} ${y1}, ${x1} ${y1}`
  }
  const forward = way === 'forward'
  let [fromX, fromY] = [x0, y0]
  const curve = (toX: number, toY: number): string => {
    const reach = (forward ? 1 : -1) * Math.max(30, Math.abs(toX - fromX) * 0.5)
    return `C ${fromX + reach} ${fromY}, ${toX - reach} ${toY}, ${toX} ${toY}`
  }
  const parts = [`M ${x0} ${y0}`]
  for (const { x0: left, x1: right, y } of forward ? passages : passages.toReversed()) {
    const [near, far] = forward ? [left, right] : [right, left]
    parts.push(curve(near, y), `L ${far} ${y}`)
    fromX = far
    fromY = y
  }
  parts.push(curve(x1, y1))
  return parts.join(' ')
}

/** What an edge claims, in a sentence for the inspector and for screen readers. */
export function describeEdge(edge: Pick<CausalEdge, 'from' | 'to' | 'mark' | 'required'>): string {
  if (edge.required) return `${edge.from} causes ${edge.to}: given as knowledge, not found in the data`
  if (edge.mark === '-->') return `${edge.from} acts on ${edge.to}`
  if (edge.mark === '--')
    return `${edge.from} and ${edge.to} are joined; the data do not tell which comes first`
  return `${edge.from} and ${edge.to} are joined, but the data give conflicting directions (a hidden common cause is possible)`
}

export const edgeKey = (edge: Pick<CausalEdge, 'from' | 'to'>): string => JSON.stringify([edge.from, edge.to])

/** Path of an arrow head with its point at (x, y); direction 1 points right, −1 left. */
export function arrowHead(x: number, y: number, lengthPx: number, direction: 1 | -1): string {
  const back = x - direction * lengthPx
  const half = lengthPx * 0.55
  return `M ${x} ${y} L ${back} ${y - half} L ${back} ${y + half} Z`
}
