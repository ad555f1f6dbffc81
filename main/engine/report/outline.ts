import { encode } from 'fast-png'
import type { PixelSize } from '../../contract/index.ts'

/** Okabe–Ito sky blue: readable on any grey and by every reader. */
const outlineRgb = [86, 180, 233] as const
const barRgb = [255, 255, 255] as const

/** Round lengths a scale bar may have, as a share of the next power of ten. */
const roundSteps = [1, 2, 5]

/** Longest round length, µm, that is at most a quarter of the width. */
export function scaleBarUm(widthUm: number): number {
  let best = 10 ** Math.floor(Math.log10(widthUm / 4))
  for (const step of roundSteps) {
    const length = step * 10 ** Math.floor(Math.log10(widthUm / 4))
    if (length <= widthUm / 4) best = Math.max(best, length)
  }
  return best
}

export interface Outlined {
  readonly png: Uint8Array
  readonly width: number
  readonly height: number
  /** Length of the bar drawn at the lower left; null where the micrograph is not calibrated. */
  readonly barUm: number | null
}

/**
 * The micrograph with the outline of every object drawn in, and a scale bar when its pixel size is known.
 * grey, labels: rows x cols, row-major; labels 0 = matrix.
 */
export function outlineImage(
  grey: Uint8Array,
  labels: Int32Array,
  rows: number,
  cols: number,
  pixelSizeUm: PixelSize | null,
  databarRows: number,
): Outlined {
  const rgb = new Uint8Array(rows * cols * 3)
  for (let i = 0; i < rows * cols; i++) rgb.fill(grey[i]!, 3 * i, 3 * i + 3)
  const paint = (row: number, col: number, colour: readonly [number, number, number]) => {
    rgb.set(colour, 3 * (row * cols + col))
  }
  for (let row = 0; row < rows - databarRows; row++) {
    for (let col = 0; col < cols; col++) {
      const label = labels[row * cols + col]!
      if (label === 0) continue
      const differs =
        (row > 0 && labels[(row - 1) * cols + col] !== label) ||
        (row + 1 < rows && labels[(row + 1) * cols + col] !== label) ||
        (col > 0 && labels[row * cols + col - 1] !== label) ||
        (col + 1 < cols && labels[row * cols + col + 1] !== label)
      if (differs) paint(row, col, outlineRgb)
    }
  }
  let barUm: number | null = null
  if (pixelSizeUm !== null) {
    barUm = scaleBarUm(cols * pixelSizeUm.col)
    const barPx = Math.round(barUm / pixelSizeUm.col)
    const bottom = rows - databarRows - Math.ceil(rows / 40)
    const left = Math.ceil(cols / 40)
    const thickness = Math.max(2, Math.round(rows / 120))
    for (let row = Math.max(0, bottom - thickness); row < bottom; row++) {
      for (let col = left; col < Math.min(cols, left + barPx); col++) paint(row, col, barRgb)
    }
  }
  return {
    png: new Uint8Array(encode({ width: cols, height: rows, data: rgb, channels: 3, depth: 8 })),
    width: cols,
    height: rows,
    barUm,
  }
}
