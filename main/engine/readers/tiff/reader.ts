import { ContractError, type JsonValue } from '../../../contract/index.ts'
import { damaged, unsupported } from '../limits.ts'
import { applyPalette, scaleToByte } from '../samples.ts'
import type { RawImage, Reader, ReadOptions } from '../types.ts'
import { readDirectories, type Directory } from './directory.ts'
import { readLayout, type PageLayout } from './layout.ts'
import { readPixels } from './pixels.ts'

const textTags: Record<string, number> = {
  imageDescription: 270,
  make: 271,
  model: 272,
  software: 305,
  dateTime: 306,
}

/** Reduced pictures and masks (NewSubfileType) are no fields of view. */
const isField = (page: Directory) => page.has(256) && (page.number(254, 0) & 5) === 0

function paletteOf(page: Directory, bits: number): Uint8Array {
  const words = page.numbers(320)
  const size = 1 << bits
  if (words.length < 3 * size) throw damaged('the palette of the TIFF is too short')
  // 16-bit colours; writers who fill only the low byte are taken at their word.
  const shift = words.some((word) => word > 255) ? 8 : 0
  const palette = new Uint8Array(3 * size)
  for (let k = 0; k < size; k++)
    for (let channel = 0; channel < 3; channel++)
      palette[3 * k + channel] = words[channel * size + k]! >> shift
  return palette
}

function picture(page: Directory, layout: PageLayout, values: Uint8Array | Uint16Array) {
  const whole = { channels: layout.samples, pixels: values, overlayPixels: 0 }
  if (layout.photometric === 3 && values instanceof Uint8Array) {
    const coloured = applyPalette(values, paletteOf(page, layout.bits))
    if (coloured === null) throw damaged('a pixel of the TIFF has a colour that is not in the palette')
    return coloured
  }
  if (layout.bits < 8 && values instanceof Uint8Array) whole.pixels = scaleToByte(values, layout.bits)
  if (layout.photometric === 0) {
    const white = layout.bits === 16 ? 65535 : 255
    for (let i = 0; i < whole.pixels.length; i += layout.samples) whole.pixels[i] = white - whole.pixels[i]!
  }
  return whole
}

function readPage(bytes: Uint8Array, page: Directory, alreadyRead: number): RawImage {
  const layout = readLayout(page, alreadyRead)
  const { channels, pixels, overlayPixels } = picture(page, layout, readPixels(bytes, page, layout))
  const metadata: Record<string, JsonValue> = {}
  for (const [name, tag] of Object.entries(textTags)) {
    const text = page.text(tag)
    if (text !== '') metadata[name] = text
  }
  if (overlayPixels > 0) metadata.overlayPixels = overlayPixels
  return {
    rows: layout.rows,
    cols: layout.cols,
    channels,
    dtype: pixels instanceof Uint16Array ? 'uint16' : 'uint8',
    pixels,
    metadata,
    pixelSizeUm: null,
    databarRows: 0,
  }
}

/** The first field must be readable; of later ones those that are not are named in the first one's metadata. */
function read(bytes: Uint8Array, options: ReadOptions): RawImage[] {
  const pages = readDirectories(bytes).filter(isField)
  const first = pages[0]
  if (first === undefined) throw unsupported('a TIFF without a picture')
  const images = [readPage(bytes, first, 0)]
  const notRead: JsonValue[] = []
  let pixelsRead = images[0]!.rows * images[0]!.cols
  for (let k = 1; k < pages.length && !options.firstOnly; k++) {
    try {
      const image = readPage(bytes, pages[k]!, pixelsRead)
      pixelsRead += image.rows * image.cols
      images.push(image)
    } catch (error) {
      if (!(error instanceof ContractError)) throw error
      notRead.push({ page: k + 1, code: error.code, reason: error.message })
      if (error.code === 'IMAGE_TOO_LARGE') break
    }
  }
  if (pages.length > 1) images[0]!.metadata.pageCount = pages.length
  if (notRead.length > 0) images[0]!.metadata.pagesNotRead = notRead
  return images
}

export const tiffReader: Reader = {
  card: {
    id: 'tiff',
    name: 'TIFF 6.0',
    extensions: ['tif', 'tiff'],
    reads:
      '1 to 16-bit grey, palette, RGB(A), YCbCr in JPEG; strips and tiles; no compression, LZW, Deflate, PackBits, JPEG; several pages',
    refuses: 'floating-point, signed and 32-bit pixels, BigTIFF, fax, old-style JPEG, JPEG 2000',
    multiPage: true,
    calibrates: false,
  },
  probe: (bytes) =>
    (bytes[0] === 0x49 && bytes[1] === 0x49 && (bytes[2] === 42 || bytes[2] === 43) && bytes[3] === 0) ||
    (bytes[0] === 0x4d && bytes[1] === 0x4d && bytes[2] === 0 && (bytes[3] === 42 || bytes[3] === 43)),
  read,
}
