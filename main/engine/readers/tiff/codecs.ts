import { damaged, unsupported } from '../limits.ts'

/** PackBits (TIFF 6.0, section 9) into exactly `size` bytes. */
export function unpackBytes(bytes: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size)
  let at = 0
  for (let from = 0; at < size;) {
    if (from >= bytes.length) throw damaged('the packed pixels end early')
    const n = bytes[from++]!
    if (n === 128) continue
    if (n < 128) {
      if (from + n + 1 > bytes.length) throw damaged('the packed pixels end early')
      const taken = Math.min(n + 1, size - at)
      out.set(bytes.subarray(from, from + taken), at)
      from += n + 1
      at += taken
    } else {
      if (from >= bytes.length) throw damaged('the packed pixels end early')
      const end = Math.min(at + 257 - n, size)
      out.fill(bytes[from++]!, at, end)
      at = end
    }
  }
  return out
}

const clearCode = 256
const endCode = 257

/** LZW (TIFF 6.0, section 13: most significant bit first, early change) into exactly `size` bytes. */
export function unpackLzw(bytes: Uint8Array, size: number): Uint8Array {
  if (bytes[0] === 0 && ((bytes[1] ?? 0) & 1) === 1) throw unsupported('a TIFF with pre-6.0 LZW')
  const out = new Uint8Array(size)
  // A string is a place in the output: each new one is the one before plus one byte, and lies there already.
  const start = new Uint32Array(4096)
  const length = new Uint32Array(4096)
  let next = 258
  let width = 9
  let hold = 0
  let held = 0
  let at = 0
  let previousStart = 0
  let previousLength = 0
  for (let from = 0; at < size;) {
    while (held < width) {
      if (from >= bytes.length) throw damaged('the LZW pixels end early')
      hold = ((hold << 8) | bytes[from++]!) & 0xffffff
      held += 8
    }
    const code = (hold >> (held - width)) & ((1 << width) - 1)
    held -= width
    if (code === endCode) throw damaged('the LZW pixels end early')
    if (code === clearCode) {
      next = 258
      width = 9
      previousLength = 0
      continue
    }
    const from0 = at
    if (code < 256) {
      out[at++] = code
    } else {
      // The string being defined by this very code is the one before and its first byte.
      const isNew = code === next && previousLength > 0
      if (!isNew && code >= next) throw damaged('the LZW pixels hold an unknown code')
      const source = isNew ? previousStart : start[code]!
      const count = isNew ? previousLength + 1 : length[code]!
      const end = Math.min(at + count, size)
      for (let i = source; at < end; i++) out[at++] = out[i]!
    }
    if (previousLength > 0 && next < 4096) {
      start[next] = previousStart
      length[next] = previousLength + 1
      next++
      if (next >= (1 << width) - 1 && width < 12) width++
    }
    previousStart = from0
    previousLength = at - from0
  }
  return out
}

/** Undoes horizontal differencing (TIFF 6.0, section 14) in place, line by line. */
export function undoDifferences(
  values: Uint8Array | Uint16Array,
  rows: number,
  cols: number,
  samples: number,
): void {
  const line = cols * samples
  for (let row = 0; row < rows; row++)
    for (let i = row * line + samples; i < (row + 1) * line; i++) values[i]! += values[i - samples]!
}
