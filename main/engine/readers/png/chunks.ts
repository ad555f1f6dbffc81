import type { JsonValue } from '../../../contract/index.ts'
import { checkSize, damaged, metadataText, unsupported } from '../limits.ts'

export interface PngHeader {
  readonly rows: number
  readonly cols: number
  /** Bits of a sample: 1, 2, 4, 8 or 16. */
  readonly depth: number
  /** 0 grey, 2 RGB, 3 palette, 4 grey + alpha, 6 RGB + alpha. */
  readonly colourType: number
  readonly interlaced: boolean
}

export interface PngChunks {
  readonly header: PngHeader
  readonly palette: Uint8Array | null
  /** The zlib stream of the pixels, joined. */
  readonly compressed: Uint8Array
  readonly metadata: Record<string, JsonValue>
}

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

export function hasPngSignature(bytes: Uint8Array): boolean {
  return signature.every((value, i) => bytes[i] === value)
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c
})

function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff
  for (let i = 0; i < bytes.length; i++) c = crcTable[(c ^ bytes[i]!) & 255]! ^ (c >>> 8)
  return (c ^ 0xffffffff) >>> 0
}

const depthsOf: Record<number, number[]> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
}

function readHeader(data: Uint8Array, view: DataView): PngHeader {
  if (data.length !== 13) throw damaged('the PNG header has a wrong length')
  const [depth, colourType, compression, filter, interlace] = data.subarray(8) as unknown as number[]
  const cols = view.getUint32(data.byteOffset - view.byteOffset)
  const rows = view.getUint32(data.byteOffset - view.byteOffset + 4)
  if (!depthsOf[colourType!]?.includes(depth!))
    throw damaged(`the PNG header gives colour type ${colourType} with ${depth} bits`)
  if (compression !== 0 || filter !== 0 || interlace! > 1) throw unsupported('a PNG with unknown coding')
  checkSize(rows, cols)
  return { rows, cols, depth: depth!, colourType: colourType!, interlaced: interlace === 1 }
}

/**
 * The chunks of a PNG file (ISO/IEC 15948). CRCs of the chunks that make the picture are verified, so that a
 * flipped bit is told and never measured. Throws IMAGE_TRUNCATED, IMAGE_TOO_LARGE, IMAGE_UNSUPPORTED.
 */
export function readChunks(bytes: Uint8Array): PngChunks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const metadata: Record<string, JsonValue> = {}
  const parts: Uint8Array[] = []
  let header: PngHeader | null = null
  let palette: Uint8Array | null = null
  for (let at = 8; ;) {
    if (at + 12 > bytes.length) throw damaged('the PNG ends before its last chunk')
    const length = view.getUint32(at)
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    if (at + 12 + length > bytes.length)
      throw damaged(`the PNG ends inside its chunk ${JSON.stringify(type)}`)
    const data = bytes.subarray(at + 8, at + 8 + length)
    const isCritical = (bytes[at + 4]! & 32) === 0
    if (isCritical && crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length))
      throw damaged(`the checksum of the PNG chunk ${JSON.stringify(type)} is wrong`)
    if ((header === null) !== (type === 'IHDR')) throw damaged('the PNG does not begin with its header')
    if (type === 'IHDR') header = readHeader(data, view)
    else if (type === 'PLTE') palette = readPalette(data)
    else if (type === 'IDAT') parts.push(data)
    else if (type === 'tEXt') addText(metadata, data)
    else if (type === 'IEND') break
    at += 12 + length
  }
  if (header === null || parts.length === 0) throw damaged('the PNG holds no pixels')
  return { header, palette, compressed: join(parts), metadata }
}

function readPalette(data: Uint8Array): Uint8Array {
  if (data.length % 3 !== 0 || data.length > 768) throw damaged('the PNG palette has a wrong length')
  return data
}

function addText(metadata: Record<string, JsonValue>, data: Uint8Array): void {
  const end = data.indexOf(0)
  if (end < 1 || end > 79 || Object.keys(metadata).length >= 100) return
  // Object.defineProperty, since a keyword such as __proto__ must stay a plain entry.
  Object.defineProperty(metadata, metadataText(data.subarray(0, end)), {
    value: metadataText(data.subarray(end + 1)),
    enumerable: true,
    configurable: true,
    writable: true,
  })
}

function join(parts: Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
