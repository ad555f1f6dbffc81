import { encode } from 'fast-png'
import { ContractError } from '../../contract/index.ts'
import { readImage } from './read.ts'

/** PNG of 8-bit or 16-bit grey values, rows × cols in C order. Same values, same bytes. */
export function encodeGreyPng(pixels: Uint8Array | Uint16Array, rows: number, cols: number): Uint8Array {
  if (rows < 1 || cols < 1 || pixels.length !== rows * cols)
    throw new ContractError('BAD_REQUEST', `${pixels.length} values are not ${rows} × ${cols} pixels.`)
  const depth = pixels instanceof Uint16Array ? 16 : 8
  return new Uint8Array(encode({ width: cols, height: rows, data: pixels, channels: 1, depth }))
}

/**
 * Label image as 16-bit grey PNG, 0 = matrix, 1..k = objects. Throws BAD_REQUEST above 65535 objects or for a
 * negative label.
 */
export function encodeLabelPng(labels: Int32Array, rows: number, cols: number): Uint8Array {
  const words = new Uint16Array(labels.length)
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!
    if (label < 0)
      throw new ContractError('BAD_REQUEST', `The label image holds the negative label ${label}.`)
    if (label > 65535)
      throw new ContractError(
        'BAD_REQUEST',
        'The field has more than 65535 objects; smooth more or raise the smallest area.',
      )
    words[i] = label
  }
  return encodeGreyPng(words, rows, cols)
}

/** The inverse of `encodeLabelPng`; also takes an 8-bit grey PNG. Throws as `readImage` does. */
export function decodeLabelPng(bytes: Uint8Array): { labels: Int32Array; rows: number; cols: number } {
  const { format, images } = readImage(bytes, 'label image')
  const image = images[0]!
  if (format !== 'png' || image.channels !== 1)
    throw new ContractError('IMAGE_UNSUPPORTED', 'A label image is a PNG of one grey channel.', 'label image')
  return { labels: Int32Array.from(image.pixels), rows: image.rows, cols: image.cols }
}
