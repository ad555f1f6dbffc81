const text = new TextEncoder()

/**
 * Writes one protobuf message (protobuf.dev/programming-guides/encoding): only the wire types that ONNX needs. A message
 * put into another is not copied: its pieces are, once, when `bytes()` joins them.
 */
export class Message {
  private readonly pieces: Uint8Array[] = []
  private size = 0

  /** Whole numbers and enums; ints up to 2⁵³ and negative ones as the ten-byte two's complement. */
  int(field: number, value: number): this {
    return this.add(varint(field * 8)).add(varint(value))
  }

  float(field: number, value: number): this {
    return this.add(varint(field * 8 + 5)).add(littleEndian(Float32Array.of(value)))
  }

  string(field: number, value: string): this {
    return this.raw(field, text.encode(value))
  }

  raw(field: number, value: Uint8Array): this {
    return this.add(varint(field * 8 + 2))
      .add(varint(value.length))
      .add(value)
  }

  message(field: number, value: Message): this {
    this.add(varint(field * 8 + 2)).add(varint(value.size))
    for (const piece of value.pieces) this.add(piece)
    return this
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.size)
    let at = 0
    for (const piece of this.pieces) {
      all.set(piece, at)
      at += piece.length
    }
    return all
  }

  private add(piece: Uint8Array): this {
    this.pieces.push(piece)
    this.size += piece.length
    return this
  }
}

function varint(value: number): Uint8Array {
  if (!Number.isSafeInteger(value)) throw new Error(`${value} is no whole number`)
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return Uint8Array.of(...bytes, Number(rest))
}

/** The values' bytes as ONNX stores them: little-endian. A view of the same memory on little-endian machines. */
export function littleEndian(values: Float32Array | Int32Array | BigInt64Array): Uint8Array {
  const own = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] === 1) return own
  const turned = own.slice()
  const width = values.BYTES_PER_ELEMENT
  for (let i = 0; i < turned.length; i += width) turned.subarray(i, i + width).reverse()
  return turned
}
