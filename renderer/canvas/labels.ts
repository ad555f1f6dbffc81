import { decode } from 'fast-png'
import { ContractError } from '../../main/contract/index.ts'

/** A label image: 0 = matrix, 1..k = objects, row-major. */
export interface LabelImage {
  readonly rows: number
  readonly cols: number
  readonly labels: Uint16Array
}

/** First and last pixel of an object, both inside it. */
export interface Box {
  x0: number
  y0: number
  x1: number
  y1: number
}

/** Reads the label blob (16-bit grey PNG; 8-bit is taken too). @throws ContractError IMAGE_UNSUPPORTED */
export function decodeLabels(bytes: Uint8Array): LabelImage {
  const png = decode(bytes)
  if (png.channels !== 1 || (png.depth !== 16 && png.depth !== 8)) {
    throw new ContractError('IMAGE_UNSUPPORTED', 'A label image must be a grey PNG of 8 or 16 bits.')
  }
  const labels = png.data instanceof Uint16Array ? png.data : Uint16Array.from(png.data)
  return { rows: png.height, cols: png.width, labels }
}

/** The label at a picture point, or 0 outside and in the matrix. */
export function labelAt(image: LabelImage, x: number, y: number): number {
  const col = Math.floor(x)
  const row = Math.floor(y)
  if (col < 0 || row < 0 || col >= image.cols || row >= image.rows) return 0
  return image.labels[row * image.cols + col] ?? 0
}

/** The nearest object within `reachPx` picture px of a point, so that small ones can be hit; 0 when none. */
export function labelNear(image: LabelImage, x: number, y: number, reachPx: number): number {
  const here = labelAt(image, x, y)
  if (here !== 0) return here
  let best = 0
  let bestSquare = reachPx * reachPx
  for (let row = Math.floor(y - reachPx); row <= y + reachPx; row++) {
    for (let col = Math.floor(x - reachPx); col <= x + reachPx; col++) {
      const label = labelAt(image, col, row)
      if (label === 0) continue
      const square = (col + 0.5 - x) ** 2 + (row + 0.5 - y) ** 2
      if (square <= bestSquare) {
        bestSquare = square
        best = label
      }
    }
  }
  return best
}

/** The box of every object that occurs. */
export function labelBoxes(image: LabelImage): Map<number, Box> {
  const boxes = new Map<number, Box>()
  const { rows, cols, labels } = image
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols;) {
      const label = labels[row * cols + col]!
      let end = col + 1
      while (end < cols && labels[row * cols + end] === label) end++
      if (label !== 0) {
        const box = boxes.get(label)
        if (box === undefined) boxes.set(label, { x0: col, y0: row, x1: end - 1, y1: row })
        else {
          box.x0 = Math.min(box.x0, col)
          box.x1 = Math.max(box.x1, end - 1)
          box.y1 = row
        }
      }
      col = end
    }
  }
  return boxes
}
