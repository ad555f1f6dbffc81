/** Spreads samples of 1, 2 or 4 bits, packed most significant first in lines of whole bytes, to one byte each. */
export function unpackBits(
  packed: Uint8Array,
  rows: number,
  samplesPerLine: number,
  depth: number,
  bytesPerLine = Math.ceil((samplesPerLine * depth) / 8),
): Uint8Array {
  const out = new Uint8Array(rows * samplesPerLine)
  const mask = (1 << depth) - 1
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < samplesPerLine; k++) {
      const bit = k * depth
      const byte = packed[row * bytesPerLine + (bit >> 3)]!
      out[row * samplesPerLine + k] = (byte >> (8 - depth - (bit & 7))) & mask
    }
  }
  return out
}

/** Grey levels of fewer than 8 bits, spread over 0..255 so that white is white at any depth. */
export function scaleToByte(values: Uint8Array, depth: number): Uint8Array {
  const factor = 255 / ((1 << depth) - 1)
  return values.map((value) => value * factor)
}

const isGreyEntry = (palette: Uint8Array, k: number) =>
  palette[3 * k] === palette[3 * k + 1] && palette[3 * k] === palette[3 * k + 2]

/** Largest number of overlay colours among 256 greys: Zeiss microscopes write 27 for text and markers. */
const maxOverlayColours = 32

export interface ColouredPixels {
  readonly channels: 1 | 3
  readonly pixels: Uint8Array
  /** Pixels of a grey image that a marker or text of the instrument has painted over. */
  readonly overlayPixels: number
}

/**
 * Looks indices up in a palette of RGB triples. A palette of greys gives one channel, since instruments write
 * 8-bit grey that way; where up to 32 of its entries are overlay colours and every other is its own grey level,
 * the index is the grey level. Gives null where an index has no colour.
 */
export function applyPalette(indices: Uint8Array, palette: Uint8Array): ColouredPixels | null {
  const size = palette.length / 3
  let coloured = 0
  let ownLevel = 0
  for (let k = 0; k < size; k++) {
    if (!isGreyEntry(palette, k)) coloured++
    if (isGreyEntry(palette, k) && palette[3 * k] === k) ownLevel++
  }
  const largest = indices.reduce((most, index) => Math.max(most, index), 0)
  if (largest >= size) return null
  if (size === 256 && coloured > 0 && 256 - ownLevel <= maxOverlayColours) {
    let overlayPixels = 0
    for (const index of indices) if (!isGreyEntry(palette, index)) overlayPixels++
    return { channels: 1, pixels: indices, overlayPixels }
  }
  const channels = coloured === 0 ? 1 : 3
  const pixels = new Uint8Array(indices.length * channels)
  for (let i = 0; i < indices.length; i++)
    for (let channel = 0; channel < channels; channel++)
      pixels[i * channels + channel] = palette[3 * indices[i]! + channel]!
  return { channels, pixels, overlayPixels: 0 }
}

/** Two bytes a sample to 16-bit numbers. */
export function wordsFromBytes(bytes: Uint8Array, littleEndian: boolean): Uint16Array {
  const words = new Uint16Array(bytes.length >> 1)
  const low = littleEndian ? 0 : 1
  for (let i = 0; i < words.length; i++) words[i] = bytes[2 * i + low]! | (bytes[2 * i + 1 - low]! << 8)
  return words
}
