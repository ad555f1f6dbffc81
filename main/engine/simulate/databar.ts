import { roundTo } from './columns.ts'
import { drawText, textWidthPx } from './font.ts'

/** Length of the scale bar: the round number (1, 2, 5 times a power of ten) nearest below `widestPx`. */
export function scaleBarUm(pixelSizeUm: number, widestPx: number): number {
  const widest = pixelSizeUm * widestPx
  const decade = 10 ** Math.floor(Math.log10(widest))
  const factor = widest >= 5 * decade ? 5 : widest >= 2 * decade ? 2 : 1
  return factor * decade
}

/** Text of a length as printed on a databar: µm from 1 µm on, nm below. */
export function lengthText(um: number): string {
  return um >= 1 ? `${String(roundTo(um, 0.1))} µm` : `${String(Math.round(um * 1000))} nm`
}

/** Magnification a databar would print: for a display 0.128 m wide showing 512 px of the field. */
export function magnificationText(pixelSizeUm: number): string {
  const kiloTimes = 250 / pixelSizeUm / 1000
  return `${kiloTimes >= 10 ? String(Math.round(kiloTimes)) : kiloTimes.toFixed(1)} kX`
}

/**
 * Draws the databar into the last `databarRows` rows: white rule, the word SIMULATED, detector, voltage, magnification,
 * specimen and field, and a scale bar of round length with its text.
 */
export function drawDatabar(
  pixels: Uint8Array,
  shape: { rows: number; cols: number; databarRows: number },
  label: { specimen: string; field: number; pixelSizeUm: number },
): void {
  const { rows, cols, databarRows } = shape
  const top = rows - databarRows
  pixels.fill(12, top * cols)
  pixels.fill(200, top * cols, (top + 1) * cols)
  const textRow = top + Math.floor((databarRows - 7) / 2)
  const white = 235
  const left = `SIMULATED  BSE 15.0 kV  ${magnificationText(label.pixelSizeUm)}  ${label.specimen} F${String(label.field)}`
  drawText(pixels, cols, left, textRow, 8, white)

  const barUm = scaleBarUm(label.pixelSizeUm, 110)
  const barPx = Math.round(barUm / label.pixelSizeUm)
  const text = lengthText(barUm)
  const barLeft = cols - 12 - barPx
  const centre = top + Math.floor(databarRows / 2)
  for (let c = barLeft; c <= barLeft + barPx; c++)
    for (const r of [centre, centre + 1]) pixels[r * cols + c] = white
  for (let r = centre - 4; r <= centre + 5; r++)
    for (const c of [barLeft, barLeft + barPx]) pixels[r * cols + c] = white
  drawText(pixels, cols, text, textRow, barLeft - textWidthPx(text) - 8, white)
}
