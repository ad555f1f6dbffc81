import { metadataText } from '../limits.ts'
import type { RawImage, Reader } from '../types.ts'
import { decodeJpeg } from './decode.ts'

function read(bytes: Uint8Array): RawImage[] {
  const { header, channels, pixels } = decodeJpeg(bytes)
  const comments = header.comments.map(metadataText).filter((text) => text !== '')
  return [
    {
      rows: header.rows,
      cols: header.cols,
      channels,
      dtype: 'uint8',
      pixels,
      metadata: comments.length > 0 ? { comment: comments.join('\n') } : {},
      pixelSizeUm: null,
      databarRows: 0,
    },
  ]
}

export const jpegReader: Reader = {
  card: {
    id: 'jpeg',
    name: 'JPEG (ITU-T T.81)',
    extensions: ['jpg', 'jpeg'],
    reads: '8-bit grey and colour, baseline and progressive',
    refuses: 'CMYK, 12-bit, lossless, arithmetic coding, several frames',
    multiPage: false,
    calibrates: false,
  },
  probe: (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff,
  read,
}
