import { inflateZlib } from '../inflate.ts'
import { decodeJpeg } from '../jpeg/decode.ts'
import { damaged } from '../limits.ts'
import { unpackBits, wordsFromBytes } from '../samples.ts'
import { undoDifferences, unpackBytes, unpackLzw } from './codecs.ts'
import type { Directory } from './directory.ts'
import { maxRatio, type PageLayout } from './layout.ts'

/** JPEG in TIFF (Technical Note 2): tables stand in a tag, without them a segment is no whole file. */
function jpegSegment(page: Directory, data: Uint8Array): Uint8Array {
  const tables = page.bytes(347)
  if (tables.length < 4) return data
  const joined = new Uint8Array(tables.length - 2 + data.length - 2)
  joined.set(tables.subarray(0, tables.length - 2))
  joined.set(data.subarray(2), tables.length - 2)
  return joined
}

function segmentBytes(page: Directory, layout: PageLayout, data: Uint8Array, rows: number, samples: number) {
  const size = rows * Math.ceil((layout.tileCols * samples * layout.bits) / 8)
  if (layout.compression !== 7 && size > data.length * maxRatio[layout.compression]!)
    throw damaged('a strip or tile of the TIFF has too few bytes for its size')
  switch (layout.compression) {
    case 5:
      return unpackLzw(data, size)
    case 8:
      // The last strip may be written as long as the others.
      return inflateZlib(data, size, (size / rows) * (layout.tileRows - rows))
    case 32773:
      return unpackBytes(data, size)
    case 7: {
      const picture = decodeJpeg(jpegSegment(page, data), layout.photometric === 2)
      if (
        picture.header.rows < rows ||
        picture.header.cols !== layout.tileCols ||
        picture.channels !== samples
      )
        throw damaged('a JPEG strip of the TIFF has another size than the page says')
      return picture.pixels
    }
    default:
      return data
  }
}

function segmentSamples(
  page: Directory,
  layout: PageLayout,
  data: Uint8Array,
  rows: number,
  samples: number,
) {
  const bytes = segmentBytes(page, layout, data, rows, samples)
  const line = layout.tileCols * samples
  if (layout.bits < 8) return unpackBits(bytes, rows, line, layout.bits)
  const size = (rows * line * layout.bits) / 8
  const values =
    layout.bits === 16 ? wordsFromBytes(bytes.subarray(0, size), page.littleEndian) : bytes.slice(0, size)
  if (layout.differenced && layout.compression !== 7) undoDifferences(values, rows, layout.tileCols, samples)
  return values
}

/**
 * Samples of one page in C order (rows × cols × samples), from strips or tiles, chunky or planar.
 * `bytes` is the whole file. Throws IMAGE_TRUNCATED.
 */
export function readPixels(bytes: Uint8Array, page: Directory, layout: PageLayout): Uint8Array | Uint16Array {
  const { rows, cols, samples, tileRows, tileCols } = layout
  const count = rows * cols * samples
  const out = layout.bits === 16 ? new Uint16Array(count) : new Uint8Array(count)
  const across = Math.ceil(cols / tileCols)
  const down = Math.ceil(rows / tileRows)
  const perSegment = layout.planar ? 1 : samples
  for (let k = 0; k < layout.segments.length; k++) {
    const { at, length } = layout.segments[k]!
    const plane = layout.planar ? Math.floor(k / (across * down)) : 0
    const top = (Math.floor(k / across) % down) * tileRows
    const left = (k % across) * tileCols
    const usedRows = Math.min(tileRows, rows - top)
    const usedCols = Math.min(tileCols, cols - left)
    const storedRows = layout.isTiled ? tileRows : usedRows
    const values = segmentSamples(page, layout, bytes.subarray(at, at + length), storedRows, perSegment)
    for (let r = 0; r < usedRows; r++) {
      const from = r * tileCols * perSegment
      const to = ((top + r) * cols + left) * samples + plane
      if (!layout.planar) out.set(values.subarray(from, from + usedCols * samples), to)
      else for (let c = 0; c < usedCols; c++) out[to + c * samples] = values[from + c]!
    }
  }
  return out
}
