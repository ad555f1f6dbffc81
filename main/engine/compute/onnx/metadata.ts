const text = new TextDecoder()

/** metadata_props of an ONNX model, which onnxruntime keeps to itself. Throws an Error when the bytes are no model. */
export function onnxMetadata(model: Uint8Array): Record<string, string> {
  return Object.fromEntries(
    fieldsOf(model)
      .filter(({ field }) => field === 14)
      .map(({ bytes }) => {
        const parts = fieldsOf(bytes)
        const of = (field: number): string =>
          text.decode(parts.find((part) => part.field === field)?.bytes ?? new Uint8Array(0))
        return [of(1), of(2)]
      }),
  )
}

interface Field {
  readonly field: number
  /** Empty for a number. */
  readonly bytes: Uint8Array
}

function fieldsOf(message: Uint8Array): Field[] {
  const fields: Field[] = []
  let at = 0
  const varint = (): number => {
    for (let value = 0, scale = 1; at < message.length; scale *= 128) {
      const byte = message[at++]!
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
    throw new Error('the bytes end inside a number: this is no ONNX model')
  }
  while (at < message.length) {
    const key = varint()
    const kind = key % 8
    let bytes = new Uint8Array(0)
    if (kind === 0) varint()
    else if (kind === 2) {
      const length = varint()
      bytes = message.slice(at, at + length)
      at += length
    } else if (kind === 1 || kind === 5) at += kind === 1 ? 8 : 4
    else throw new Error('a field of an unknown kind: this is no ONNX model')
    if (at > message.length) throw new Error('the bytes end inside a field: this is no ONNX model')
    fields.push({ field: Math.floor(key / 8), bytes })
  }
  return fields
}
