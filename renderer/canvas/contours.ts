import type { Box, LabelImage } from './labels.ts'

/** Called for each piece of outline, in picture px, with the label it belongs to. */
export type SegmentSink = (label: number, x0: number, y0: number, x1: number, y1: number) => void

/**
 * Outlines of all objects in a part of the picture by marching squares over pixel centres: pieces run between
 * the middles of neighbouring pixels with different labels. Where two objects meet, the piece belongs to the
 * one with the greater label. With `only`, that one object is outlined whole.
 * The part is in cells: cell (i, j) has its corners at the centres of pixels i − 1, i and j − 1, j.
 */
export function traceOutlines(
  image: LabelImage,
  part: Box,
  sink: SegmentSink,
  only: number | null = null,
): void {
  const { rows, cols, labels } = image
  const at = (row: number, col: number) => {
    if (row < 0 || col < 0 || row >= rows || col >= cols) return 0
    const label = labels[row * cols + col]!
    return only === null || label === only ? label : 0
  }
  const x1 = Math.min(part.x1, cols)
  const y1 = Math.min(part.y1, rows)
  for (let y = Math.max(0, part.y0); y <= y1; y++) {
    for (let x = Math.max(0, part.x0); x <= x1; x++) {
      const a = at(y - 1, x - 1)
      const b = at(y - 1, x)
      const c = at(y, x)
      const d = at(y, x - 1)
      if (a === b && b === c && c === d) continue
      outlineCell(a, b, c, d, x, y, sink)
    }
  }
}

/** Corners clockwise from the upper left; (x, y) is the middle of the cell. */
function outlineCell(
  a: number,
  b: number,
  c: number,
  d: number,
  x: number,
  y: number,
  sink: SegmentSink,
): void {
  const top = a !== b
  const right = b !== c
  const bottom = c !== d
  const left = d !== a
  const crossings = Number(top) + Number(right) + Number(bottom) + Number(left)
  if (crossings === 2) {
    const ends: number[] = []
    if (top) ends.push(x, y - 0.5)
    if (right) ends.push(x + 0.5, y)
    if (bottom) ends.push(x, y + 0.5)
    if (left) ends.push(x - 0.5, y)
    sink(Math.max(a, b, c, d), ends[0]!, ends[1]!, ends[2]!, ends[3]!)
    return
  }
  if (top) sink(Math.max(a, b), x, y - 0.5, x, y)
  if (right) sink(Math.max(b, c), x + 0.5, y, x, y)
  if (bottom) sink(Math.max(c, d), x, y + 0.5, x, y)
  if (left) sink(Math.max(d, a), x - 0.5, y, x, y)
}
