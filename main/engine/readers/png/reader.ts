import { damaged } from '../limits.ts'
import { inflateZlib } from '../inflate.ts'
import { applyPalette, scaleToByte } from '../samples.ts'
import type { RawImage, Reader } from '../types.ts'
import { hasPngSignature, readChunks, type PngHeader } from './chunks.ts'
import { inflatedSize, samplesFromLines } from './scanlines.ts'

const channelsOf: Record<number, 1 | 2 | 3 | 4> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

function picture(header: PngHeader, palette: Uint8Array | null, values: Uint8Array | Uint16Array) {
  if (header.colourType === 3 && values instanceof Uint8Array) {
    const coloured = palette === null ? null : applyPalette(values, palette)
    if (coloured === null) throw damaged('a PNG pixel has a colour that is not in the palette')
    return coloured
  }
  const pixels = header.depth < 8 && values instanceof Uint8Array ? scaleToByte(values, header.depth) : values
  return { channels: channelsOf[header.colourType]!, pixels, overlayPixels: 0 }
}

function read(bytes: Uint8Array): RawImage[] {
  const { header, palette, compressed, metadata } = readChunks(bytes)
  const samples = channelsOf[header.colourType]!
  const raw = inflateZlib(compressed, inflatedSize(header, samples), 'ignored')
  const { channels, pixels, overlayPixels } = picture(header, palette, samplesFromLines(raw, header, samples))
  if (overlayPixels > 0) metadata.overlayPixels = overlayPixels
  return [
    {
      rows: header.rows,
      cols: header.cols,
      channels,
      dtype: pixels instanceof Uint16Array ? 'uint16' : 'uint8',
      pixels,
      metadata,
      pixelSizeUm: null,
      databarRows: 0,
    },
  ]
}

export const pngReader: Reader = {
  card: {
    id: 'png',
    name: 'PNG (ISO/IEC 15948)',
    extensions: ['png'],
    reads: '1 to 16-bit grey, grey + alpha, RGB, RGB + alpha, palette; straight and interlaced',
    refuses: 'nothing of the standard; of an animation the still picture is read',
    multiPage: false,
    calibrates: false,
  },
  probe: hasPngSignature,
  read,
}
