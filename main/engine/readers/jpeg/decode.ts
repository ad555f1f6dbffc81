import jpeg from 'jpeg-js'
import { ContractError } from '../../../contract/index.ts'
import { damaged } from '../limits.ts'
import { readJpegHeader, type JpegHeader } from './header.ts'

/** The decoder keeps four bytes a coefficient; above this a picture of ordinary size is not what it is. */
const maxMemoryMb = 4096

export interface JpegPicture {
  readonly header: JpegHeader
  readonly channels: 1 | 3
  readonly pixels: Uint8Array
}

/**
 * Decodes a baseline or progressive 8-bit JPEG. `isRgb` overrides what the file says of its colours (TIFF does).
 * Throws IMAGE_TRUNCATED, IMAGE_TOO_LARGE, IMAGE_UNSUPPORTED; whatever the library throws becomes one of them.
 */
export function decodeJpeg(bytes: Uint8Array, isRgb?: boolean): JpegPicture {
  const header = readJpegHeader(bytes)
  let rgb: Uint8Array
  try {
    rgb = jpeg.decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      colorTransform: !(isRgb ?? header.isRgb),
      // Tolerance is needed for the last, shorter restart interval of a grey file, and only there.
      tolerantDecoding: header.components === 1 && header.restartInterval > 0,
      maxResolutionInMP: 300,
      maxMemoryUsageInMB: maxMemoryMb,
    }).data
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    if (reason.startsWith('maxMemoryUsage') || reason.startsWith('Could not allocate'))
      throw new ContractError(
        'IMAGE_TOO_LARGE',
        `The JPEG of ${header.rows} × ${header.cols} pixels needs too much memory.`,
      )
    throw damaged(`the JPEG cannot be decoded (${reason.slice(0, 120)})`)
  }
  if (header.components === 3) return { header, channels: 3, pixels: rgb }
  const grey = new Uint8Array(header.rows * header.cols)
  for (let i = 0; i < grey.length; i++) grey[i] = rgb[3 * i]!
  return { header, channels: 1, pixels: grey }
}
