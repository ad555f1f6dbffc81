import { createHash } from 'node:crypto'
import { endianness } from 'node:os'
import { basename } from 'node:path'
import type { RawImage } from '../../../engine/readers/index.ts'
import type { Form } from '../verb.ts'
import { readBytes } from './files.ts'

/** «image inspect FILE»: what the readers make of an image file. */
export const inspectForm: Form = {
  summary: 'Say what an image file holds: shape, values, calibration, metadata.',
  positionals: ['FILE'],
  flags: [],
  run: async (_context, given) => {
    const { readImage } = await import('../../../engine/readers/index.ts')
    const path = given.positionals[0] ?? ''
    const { format, images } = readImage(readBytes(path), basename(path))
    return { value: { format, images: images.map(described) } }
  },
}

function described(image: RawImage): Record<string, unknown> {
  const { rows, cols, channels, dtype, pixels, pixelSizeUm, databarRows, metadata } = image
  let min = Infinity
  let max = -Infinity
  let sum = 0
  for (let i = 0; i < pixels.length; i++) {
    const value = pixels[i]!
    if (value < min) min = value
    if (value > max) max = value
    sum += value
  }
  const axis = (name: string, size: number, scale: number | undefined): Record<string, unknown> => ({
    name,
    size,
    scale: scale ?? 1,
    offset: 0,
    units: scale === undefined ? null : 'µm',
  })
  const plane = [axis('height', rows, pixelSizeUm?.row), axis('width', cols, pixelSizeUm?.col)]
  return {
    shape: channels === 1 ? [rows, cols] : [rows, cols, channels],
    dtype,
    min,
    max,
    mean: sum / pixels.length,
    sha256: createHash('sha256').update(littleEndian(pixels)).digest('hex'),
    axes: channels === 1 ? plane : [...plane, axis('channel', channels, undefined)],
    pixelSizeUm,
    databarRows,
    metadata,
  }
}

function littleEndian(pixels: Uint8Array | Uint16Array): Uint8Array {
  const bytes = Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength)
  return pixels instanceof Uint16Array && endianness() === 'BE' ? Buffer.from(bytes).swap16() : bytes
}
