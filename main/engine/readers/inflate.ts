import { damaged } from './limits.ts'

/** No DEFLATE stream expands further than this: 258 bytes for two bits (zlib's own figure). */
export const maxInflateRatio = 1032

const lengthBase = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
  227, 258,
]
const lengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
const distanceBase = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
  6145, 8193, 12289, 16385, 24577,
]
const distanceExtra = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
]
const codeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

interface HuffmanTable {
  /** Indexed by the next `bits` bits of the stream: symbol << 4 | length; 0 = no such code. */
  readonly entries: Uint16Array
  readonly bits: number
}

function huffmanTable(lengths: Uint8Array): HuffmanTable {
  const count = new Uint16Array(16)
  for (const length of lengths) count[length]!++
  count[0] = 0
  let bits = 15
  while (bits > 1 && count[bits] === 0) bits--
  const next = new Uint16Array(16)
  let code = 0
  for (let length = 1; length <= 15; length++) {
    code = (code + count[length - 1]!) << 1
    next[length] = code
    if (code + count[length]! > 1 << length) throw damaged('a compressed block has an impossible code')
  }
  const entries = new Uint16Array(1 << bits)
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!
    if (length === 0) continue
    let reversed = 0
    for (let bit = 0, rest = next[length]!++; bit < length; bit++, rest >>= 1)
      reversed = (reversed << 1) | (rest & 1)
    for (let at = reversed; at < entries.length; at += 1 << length) entries[at] = (symbol << 4) | length
  }
  return { entries, bits }
}

const fixedLengths = new Uint8Array(288).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280)
const fixedLiterals = huffmanTable(fixedLengths)
const fixedDistances = huffmanTable(new Uint8Array(30).fill(5))

/** Bits of a DEFLATE stream, least significant first; past the end it gives zeros and then complains. */
class BitReader {
  readonly bytes: Uint8Array
  position: number
  hold = 0
  held = 0
  constructor(bytes: Uint8Array, position: number) {
    this.bytes = bytes
    this.position = position
  }
  /** Makes at least 25 bits available. */
  fill(): void {
    while (this.held <= 24) {
      if (this.position > this.bytes.length + 8) throw damaged('the compressed pixels end early')
      this.hold |= (this.bytes[this.position] ?? 0) << this.held
      this.position++
      this.held += 8
    }
  }
  take(count: number): number {
    if (count === 0) return 0
    this.fill()
    const value = this.hold & ((1 << count) - 1)
    this.hold >>>= count
    this.held -= count
    return value
  }
  symbol(table: HuffmanTable): number {
    this.fill()
    const entry = table.entries[this.hold & ((1 << table.bits) - 1)]!
    if (entry === 0) throw damaged('the compressed pixels hold an unknown code')
    this.hold >>>= entry & 15
    this.held -= entry & 15
    return entry >> 4
  }
  /** Drops bits up to the next byte and gives that byte's position. */
  alignToByte(): number {
    const at = this.position - (this.held >> 3)
    this.hold = 0
    this.held = 0
    this.position = at
    return at
  }
}

function dynamicTables(bits: BitReader): [HuffmanTable, HuffmanTable] {
  const literalCount = bits.take(5) + 257
  const distanceCount = bits.take(5) + 1
  const codeCount = bits.take(4) + 4
  const codeLengths = new Uint8Array(19)
  for (let i = 0; i < codeCount; i++) codeLengths[codeLengthOrder[i]!] = bits.take(3)
  const codes = huffmanTable(codeLengths)
  const lengths = new Uint8Array(literalCount + distanceCount)
  for (let i = 0; i < lengths.length;) {
    const symbol = bits.symbol(codes)
    if (symbol < 16) {
      lengths[i++] = symbol
      continue
    }
    if (symbol === 16 && i === 0) throw damaged('a compressed block repeats a length that is not there')
    const value = symbol === 16 ? lengths[i - 1]! : 0
    const repeat = symbol === 16 ? 3 + bits.take(2) : symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7)
    if (i + repeat > lengths.length) throw damaged('a compressed block has too many code lengths')
    lengths.fill(value, i, i + repeat)
    i += repeat
  }
  return [huffmanTable(lengths.subarray(0, literalCount)), huffmanTable(lengths.subarray(literalCount))]
}

/** Decodes one Huffman block into `out` from `at`; gives the new end, or −1 when the block has more than fits. */
function huffmanBlock(
  bits: BitReader,
  literals: HuffmanTable,
  distances: HuffmanTable,
  out: Uint8Array,
  at: number,
): number {
  for (;;) {
    const symbol = bits.symbol(literals)
    if (symbol === 256) return at
    if (at >= out.length) return -1
    if (symbol < 256) {
      out[at++] = symbol
      continue
    }
    if (symbol > 285) throw damaged('the compressed pixels hold an unknown length')
    const length = lengthBase[symbol - 257]! + bits.take(lengthExtra[symbol - 257]!)
    const code = bits.symbol(distances)
    if (code > 29) throw damaged('the compressed pixels hold an unknown distance')
    const distance = distanceBase[code]! + bits.take(distanceExtra[code]!)
    if (distance > at) throw damaged('the compressed pixels point before their start')
    const end = Math.min(at + length, out.length)
    if (distance >= end - at) {
      out.copyWithin(at, at - distance, end - distance)
      at = end
    } else for (; at < end; at++) out[at] = out[at - distance]!
  }
}

function storedBlock(bits: BitReader, out: Uint8Array, at: number): number {
  const start = bits.alignToByte()
  const { bytes } = bits
  if (start + 4 > bytes.length) throw damaged('the compressed pixels end early')
  const length = bytes[start]! | (bytes[start + 1]! << 8)
  if ((length ^ 0xffff) !== (bytes[start + 2]! | (bytes[start + 3]! << 8)))
    throw damaged('a stored block has a wrong length')
  if (start + 4 + length > bytes.length) throw damaged('the compressed pixels end early')
  const taken = Math.min(length, out.length - at)
  out.set(bytes.subarray(start + 4, start + 4 + taken), at)
  bits.position = start + 4 + length
  return taken < length ? -1 : at + length
}

function adler32(bytes: Uint8Array): number {
  let a = 1
  let b = 0
  for (let start = 0; start < bytes.length; start += 3800) {
    const end = Math.min(start + 3800, bytes.length)
    for (let i = start; i < end; i++) {
      a += bytes[i]!
      b += a
    }
    a %= 65521
    b %= 65521
  }
  return b * 65536 + a
}

/**
 * Inflates a zlib stream (RFC 1950, 1951) into `size` bytes; no file can make it give or allocate more than that and
 * `padding`. Of more bytes than `size` it takes up to `padding`, which it drops, or with 'ignored' stops there
 * unchecked (for streams that carry another checksum). Else the stream's own checksum is verified. Throws
 * IMAGE_TRUNCATED on a short, damaged or too long stream.
 */
export function inflateZlib(bytes: Uint8Array, size: number, padding: number | 'ignored' = 0): Uint8Array {
  if (bytes.length < 6) throw damaged('the compressed pixels end early')
  const header = bytes[0]! * 256 + bytes[1]!
  if ((bytes[0]! & 15) !== 8 || header % 31 !== 0 || (bytes[1]! & 32) !== 0)
    throw damaged('the compressed pixels do not begin as a zlib stream')
  if (size > bytes.length * maxInflateRatio)
    throw damaged('there are too few compressed bytes for the image size')
  const out = new Uint8Array(size + (padding === 'ignored' ? 0 : padding))
  const bits = new BitReader(bytes, 2)
  let at = 0
  for (let last = 0; last === 0;) {
    last = bits.take(1)
    const type = bits.take(2)
    if (type === 3) throw damaged('a compressed block is of an unknown type')
    const tables = type === 2 ? dynamicTables(bits) : ([fixedLiterals, fixedDistances] as const)
    at = type === 0 ? storedBlock(bits, out, at) : huffmanBlock(bits, tables[0], tables[1], out, at)
    if (at < 0 && padding === 'ignored') return out
    if (at < 0) throw damaged('there are more pixels than the header promises')
  }
  if (at < size) throw damaged('there are fewer pixels than the header promises')
  const end = bits.alignToByte()
  if (end + 4 > bytes.length) throw damaged('the checksum of the pixels is missing')
  if (adler32(out.subarray(0, at)) !== new DataView(bytes.buffer, bytes.byteOffset + end, 4).getUint32(0))
    throw damaged('the checksum of the pixels is wrong')
  return out.subarray(0, size)
}
