import type { Named } from './histogram.ts'
import type { Picture } from './picture.ts'

const LAGS = [1, 2, 4, 8, 16, 32]

/**
 * Autocorrelation of the grey levels along rows and columns (their mean) at lags of 1 to 32 px, and the lag at which it
 * first falls to one half; lags beyond half the picture count as the last one within.
 */
export function correlationDescriptors(picture: Picture): Named[] {
  const most = Math.floor(Math.min(picture.rows, picture.columns) / 2)
  const values = Array.from({ length: Math.max(1, Math.min(most, 64)) }, (_, lag) =>
    correlationAt(picture, lag),
  )
  const half = values.findIndex((v) => v < 0.5)
  return [
    ...LAGS.map((lag): Named => [`correlation over ${lag} px`, values[Math.min(lag, values.length - 1)]!]),
    ['correlation length, px', half < 0 ? values.length : half],
  ]
}

function correlationAt({ rows, columns, grey }: Picture, lag: number): number {
  let mean = 0
  for (const v of grey) mean += v / grey.length
  let variance = 0
  for (const v of grey) variance += (v - mean) ** 2 / grey.length
  if (!(variance > 1e-12)) return 1
  let sum = 0
  let count = 0
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) {
      const v = grey[r * columns + c]! - mean
      if (c + lag < columns) {
        sum += v * (grey[r * columns + c + lag]! - mean)
        count++
      }
      if (r + lag < rows) {
        sum += v * (grey[(r + lag) * columns + c]! - mean)
        count++
      }
    }
  return count === 0 ? 0 : sum / count / variance
}
