import { Buffer } from 'node:buffer'
import { ContractError } from '../../../contract/index.ts'
import type { GeneratorState } from '../../models/generate/index.ts'

const FORMAT = 'causalloy-generator-1'

/** A crop it was trained on, kept so that what it makes can be seen beside what is. */
export interface StoredCrop {
  readonly specimen: string
  readonly fileName: string
  readonly condition: readonly number[]
  /** 0 and 1, size x size. */
  readonly pixels: Uint8Array
}

export interface StoredGenerator {
  readonly state: GeneratorState
  /** µm; null where the crops are not calibrated. */
  readonly pixelSizeUm: number | null
  readonly sizePx: number
  readonly crops: readonly StoredCrop[]
}

const base64 = (array: Uint8Array | Float32Array | Float64Array): string =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64')
const bytesOf = (text: unknown): ArrayBuffer => Uint8Array.from(Buffer.from(String(text), 'base64')).buffer

/** JSON in UTF-8, typed arrays as base64 of their little-endian bytes, crops as bits. Same generator, same bytes. */
export function writeGenerator(generator: StoredGenerator): Uint8Array {
  const crops = generator.crops.map((crop) => ({ ...crop, pixels: packed(crop.pixels) }))
  const text = JSON.stringify(
    { format: FORMAT, generator: { ...generator, crops } },
    (_key, value: unknown) => {
      if (value instanceof Float64Array) return { $f64: base64(value) }
      if (value instanceof Float32Array) return { $f32: base64(value) }
      if (value instanceof Uint8Array) return { $u8: base64(value) }
      return value
    },
  )
  return Uint8Array.from(Buffer.from(text, 'utf8'))
}

/** Reverse of `writeGenerator`. PROJECT_DAMAGED when the bytes are no such generator. */
export function readGenerator(bytes: Uint8Array): StoredGenerator {
  let parsed: unknown
  try {
    parsed = JSON.parse(Buffer.from(bytes).toString('utf8'), (_key, value: unknown) => {
      if (typeof value !== 'object' || value === null) return value
      if ('$f64' in value) return new Float64Array(bytesOf(value.$f64))
      if ('$f32' in value) return new Float32Array(bytesOf(value.$f32))
      if ('$u8' in value) return new Uint8Array(bytesOf(value.$u8))
      return value
    })
  } catch (cause) {
    throw new ContractError('PROJECT_DAMAGED', `The stored generator cannot be read: ${String(cause)}`)
  }
  if (typeof parsed !== 'object' || parsed === null || !('format' in parsed) || parsed.format !== FORMAT)
    throw new ContractError(
      'PROJECT_DAMAGED',
      'The stored bytes are not a generator of this version of the program.',
    )
  const { generator } = parsed as unknown as { generator: StoredGenerator }
  const size = generator.sizePx ** 2
  return {
    ...generator,
    crops: generator.crops.map((crop) => ({ ...crop, pixels: unpacked(crop.pixels, size) })),
  }
}

function packed(pixels: Uint8Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(pixels.length / 8))
  for (let i = 0; i < pixels.length; i++) bits[i >> 3]! |= pixels[i]! << (i & 7)
  return bits
}

const unpacked = (bits: Uint8Array, size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, i) => (bits[i >> 3]! >> (i & 7)) & 1)
