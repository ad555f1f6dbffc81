import { encodeGreyPng } from './encode.ts'
import { toGrey } from './grey.ts'
import type { RawImage } from './types.ts'

/** Share of pixels left out at each end when 16 bits are stretched to 8 for the screen. */
const tail = 0.001

/** Grey values at which the darkest and the brightest 0.1 % of a 16-bit image are cut off. */
function stretchLimits(grey: Float32Array): [number, number] {
  const counts = new Uint32Array(65536)
  for (let i = 0; i < grey.length; i++) counts[Math.round(grey[i]! * 65535)]!++
  const skip = grey.length * tail
  let low = 0
  let high = 65535
  for (let sum = counts[low]!; sum <= skip && low < high;) sum += counts[++low]!
  for (let sum = counts[high]!; sum <= skip && high > low;) sum += counts[--high]!
  return [low / 65535, high / 65535]
}

/** 8-bit grey for the screen: 8-bit images as they are, 16-bit ones stretched between their 0.1 and 99.9 percentiles. */
function displayBytes(image: RawImage): Uint8Array {
  const grey = toGrey(image)
  const [low, high] = image.dtype === 'uint16' ? stretchLimits(grey) : [0, 1]
  const factor = high > low ? 255 / (high - low) : 0
  const bytes = new Uint8Array(grey.length)
  for (let i = 0; i < grey.length; i++) {
    const value = Math.round((grey[i]! - low) * factor)
    bytes[i] = value < 0 ? 0 : value > 255 ? 255 : value
  }
  return bytes
}

/** 8-bit grey PNG of the same shape, for the screen; never for measuring. */
export function toDisplayPng(image: RawImage): Uint8Array {
  return encodeGreyPng(displayBytes(image), image.rows, image.cols)
}

/** 8-bit grey PNG whose longer side is at most `maxSidePx`; area means, never enlarged. */
export function toThumbnailPng(image: RawImage, maxSidePx = 256): Uint8Array {
  const bytes = displayBytes(image)
  const factor = Math.max(1, Math.max(image.rows, image.cols) / maxSidePx)
  const rows = Math.max(1, Math.floor(image.rows / factor))
  const cols = Math.max(1, Math.floor(image.cols / factor))
  const out = new Uint8Array(rows * cols)
  for (let row = 0; row < rows; row++) {
    const top = Math.floor((row * image.rows) / rows)
    const bottom = Math.max(top + 1, Math.floor(((row + 1) * image.rows) / rows))
    for (let col = 0; col < cols; col++) {
      const left = Math.floor((col * image.cols) / cols)
      const right = Math.max(left + 1, Math.floor(((col + 1) * image.cols) / cols))
      let sum = 0
      for (let r = top; r < bottom; r++) for (let c = left; c < right; c++) sum += bytes[r * image.cols + c]!
      out[row * cols + col] = Math.round(sum / ((bottom - top) * (right - left)))
    }
  }
  return encodeGreyPng(out, rows, cols)
}
