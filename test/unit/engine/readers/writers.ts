import { deflateSync } from 'node:zlib'

/** Writers independent of the readers under test, for every layout a reader must take. */

function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff
  for (const byte of bytes) {
    c ^= byte
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
  }
  return (c ^ 0xffffffff) >>> 0
}

export function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}

export const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

export function pngHeader(
  rows: number,
  cols: number,
  depth: number,
  colourType: number,
  interlace = 0,
): Buffer {
  const data = Buffer.alloc(13)
  data.writeUInt32BE(cols, 0)
  data.writeUInt32BE(rows, 4)
  data.set([depth, colourType, 0, 0, interlace], 8)
  return pngChunk('IHDR', data)
}

/** 8-bit PNG whose line r uses filter r mod 5. */
export function filteredPng(
  pixels: Uint8Array,
  rows: number,
  cols: number,
  channels: 1 | 2 | 3 | 4,
): Uint8Array {
  const line = cols * channels
  const raw = Buffer.alloc(rows * (line + 1))
  const at = (r: number, i: number) => (r < 0 || i < 0 ? 0 : pixels[r * line + i]!)
  for (let r = 0; r < rows; r++) {
    const filter = r % 5
    raw[r * (line + 1)] = filter
    for (let i = 0; i < line; i++) {
      const a = at(r, i - channels)
      const b = at(r - 1, i)
      const c = i < channels ? 0 : at(r - 1, i - channels)
      const p = a + b - c
      const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)]
      const paeth = pa! <= pb! && pa! <= pc! ? a : pb! <= pc! ? b : c
      const predicted = [0, a, b, Math.floor((a + b) / 2), paeth][filter]!
      raw[r * (line + 1) + 1 + i] = (at(r, i) - predicted) & 255
    }
  }
  const colourType = [0, 0, 4, 2, 6][channels]!
  return new Uint8Array(
    Buffer.concat([
      pngSignature,
      pngHeader(rows, cols, 8, colourType),
      pngChunk('tEXt', Buffer.from('Software\0made by hand', 'latin1')),
      pngChunk('IDAT', deflateSync(raw)),
      pngChunk('IEND', new Uint8Array(0)),
    ]),
  )
}

export interface TiffPage {
  readonly rows: number
  readonly cols: number
  readonly samples?: number
  readonly bits?: number
  /** Values of samples in C order. */
  readonly values: ArrayLike<number>
  readonly photometric?: number
  readonly compression?: 'none' | 'deflate' | 'packbits' | 'lzw'
  readonly predictor?: boolean
  readonly planar?: boolean
  readonly tile?: readonly [number, number]
  readonly rowsPerStrip?: number
  /** Further or replaced tags: numbers as LONG (type 4) or text (type 2). */
  readonly tags?: Readonly<Record<number, number[] | string>>
}

function packBits(bytes: Uint8Array): Uint8Array {
  const out: number[] = []
  for (let i = 0; i < bytes.length;) {
    let run = 1
    while (run < 128 && i + run < bytes.length && bytes[i + run] === bytes[i]) run++
    if (run > 2) {
      out.push(257 - run, bytes[i]!)
      i += run
      continue
    }
    const length = Math.min(100, bytes.length - i)
    out.push(length - 1, ...bytes.subarray(i, i + length))
    i += length
  }
  return Uint8Array.from(out)
}

function lzw(bytes: Uint8Array): Uint8Array {
  const out: number[] = []
  let hold = 0
  let held = 0
  let width = 9
  const put = (code: number) => {
    hold = (hold << width) | code
    held += width
    while (held >= 8) {
      out.push((hold >> (held - 8)) & 255)
      held -= 8
      hold &= (1 << held) - 1
    }
  }
  let table = new Map<string, number>()
  let next = 258
  put(256)
  let current = ''
  const codeOf = (text: string) => (text.length === 1 ? text.charCodeAt(0) : table.get(text)!)
  for (const byte of bytes) {
    const longer = current + String.fromCharCode(byte)
    if (longer.length === 1 || table.has(longer)) {
      current = longer
      continue
    }
    put(codeOf(current))
    table.set(longer, next++)
    if (next === 512 || next === 1024 || next === 2048) width++
    if (next === 4095) {
      put(256)
      table = new Map()
      next = 258
      width = 9
    }
    current = String.fromCharCode(byte)
  }
  if (current !== '') put(codeOf(current))
  next++
  if (next === 512 || next === 1024 || next === 2048) width++
  put(257)
  if (held > 0) out.push((hold << (8 - held)) & 255)
  return Uint8Array.from(out)
}

const coders = {
  none: { tag: 1, code: (bytes: Uint8Array) => bytes },
  deflate: { tag: 8, code: (bytes: Uint8Array) => new Uint8Array(deflateSync(bytes)) },
  packbits: { tag: 32773, code: packBits },
  lzw: { tag: 5, code: lzw },
}

/** Samples of one block (rows × cols × samples) to bytes, differenced if asked, bits packed. */
function blockBytes(
  values: number[],
  line: number,
  step: number,
  bits: number,
  page: TiffPage,
  bigEndian: boolean,
) {
  const rows = values.length / line
  const coded = values.slice()
  if (page.predictor === true)
    for (let r = 0; r < rows; r++)
      for (let i = line - 1; i >= step; i--)
        coded[r * line + i] = (values[r * line + i]! - values[r * line + i - step]!) & (2 ** bits - 1)
  if (bits === 16) {
    const out = Buffer.alloc(coded.length * 2)
    coded.forEach((value, k) =>
      bigEndian ? out.writeUInt16BE(value, 2 * k) : out.writeUInt16LE(value, 2 * k),
    )
    return new Uint8Array(out)
  }
  const bytesPerLine = Math.ceil((line * bits) / 8)
  const out = new Uint8Array(rows * bytesPerLine)
  coded.forEach((value, k) => {
    const bit = (k % line) * bits
    out[Math.floor(k / line) * bytesPerLine + (bit >> 3)]! |= value << (8 - bits - (bit & 7))
  })
  return out
}

function blocksOf(page: TiffPage, bigEndian: boolean): Uint8Array[] {
  const { rows, cols, samples = 1, bits = 8, planar = false } = page
  const [tileRows, tileCols] = page.tile ?? [page.rowsPerStrip ?? rows, cols]
  const blocks: Uint8Array[] = []
  for (let plane = 0; plane < (planar ? samples : 1); plane++)
    for (let top = 0; top < rows; top += tileRows)
      for (let left = 0; left < cols; left += tileCols) {
        const height = page.tile === undefined ? Math.min(tileRows, rows - top) : tileRows
        const values: number[] = []
        for (let r = top; r < top + height; r++)
          for (let c = left; c < left + tileCols; c++)
            for (let s = 0; s < (planar ? 1 : samples); s++)
              values.push(
                r < rows && c < cols ? page.values[(r * cols + c) * samples + (planar ? plane : s)]! : 0,
              )
        const step = planar ? 1 : samples
        const raw = blockBytes(values, tileCols * step, step, bits, page, bigEndian)
        blocks.push(coders[page.compression ?? 'none'].code(raw))
      }
  return blocks
}

export function tiff(pages: readonly TiffPage[], bigEndian = false): Uint8Array {
  const parts: Buffer[] = []
  let length = 8
  const add = (bytes: Uint8Array): number => {
    const at = length
    const padded = Buffer.alloc(bytes.length + (bytes.length % 2))
    padded.set(bytes)
    parts.push(padded)
    length += padded.length
    return at
  }
  const u16 = (buffer: Buffer, value: number, at: number) =>
    bigEndian ? buffer.writeUInt16BE(value, at) : buffer.writeUInt16LE(value, at)
  const u32 = (buffer: Buffer, value: number, at: number) =>
    bigEndian ? buffer.writeUInt32BE(value, at) : buffer.writeUInt32LE(value, at)
  const links: { buffer: Buffer; at: number }[] = []
  const header = Buffer.alloc(8)
  header.write(bigEndian ? 'MM' : 'II', 'latin1')
  u16(header, 42, 2)
  links.push({ buffer: header, at: 4 })
  for (const page of pages) {
    const blocks = blocksOf(page, bigEndian)
    const offsets = blocks.map(add)
    const { samples = 1, bits = 8 } = page
    const tags: Record<number, number[] | string> = {
      256: [page.cols],
      257: [page.rows],
      258: new Array<number>(samples).fill(bits),
      259: [coders[page.compression ?? 'none'].tag],
      262: [page.photometric ?? (samples >= 3 ? 2 : 1)],
      277: [samples],
      284: [page.planar === true ? 2 : 1],
      ...(page.predictor === true ? { 317: [2] } : {}),
      ...(page.tile === undefined
        ? { 273: offsets, 278: [page.rowsPerStrip ?? page.rows], 279: blocks.map((block) => block.length) }
        : {
            322: [page.tile[1]],
            323: [page.tile[0]],
            324: offsets,
            325: blocks.map((block) => block.length),
          }),
      ...page.tags,
    }
    const entries = Object.entries(tags).map(([tag, value]) => {
      const isText = typeof value === 'string'
      const data = isText ? Buffer.from(`${value}\0`, 'latin1') : Buffer.alloc(4 * value.length)
      if (!isText) value.forEach((number, k) => u32(data, number, 4 * k))
      return { tag: Number(tag), type: isText ? 2 : 4, count: isText ? data.length : value.length, data }
    })
    const placed = entries.map((entry) => ({ ...entry, at: entry.data.length > 4 ? add(entry.data) : 0 }))
    const directory = Buffer.alloc(2 + 12 * placed.length + 4)
    u16(directory, placed.length, 0)
    placed.forEach(({ tag, type, count, data, at }, k) => {
      const start = 2 + 12 * k
      u16(directory, tag, start)
      u16(directory, type, start + 2)
      u32(directory, count, start + 4)
      if (data.length > 4) u32(directory, at, start + 8)
      else data.copy(directory, start + 8)
    })
    const link = links[links.length - 1]!
    u32(link.buffer, length, link.at)
    parts.push(directory)
    length += directory.length
    links.push({ buffer: directory, at: directory.length - 4 })
  }
  return new Uint8Array(Buffer.concat([header, ...parts]))
}

/**
 * Baseline grey JPEG whose 8 × 8 blocks are flat: level of block (i, j) from `level`. Quantiser 8, so that a DC step
 * is one grey level. `restart` > 0 writes a restart marker after that many blocks.
 */
export function greyJpeg(
  rows: number,
  cols: number,
  level: (i: number, j: number) => number,
  restart = 0,
): Uint8Array {
  const segment = (code: number, ...data: number[]) => [
    0xff,
    code,
    (data.length + 2) >> 8,
    (data.length + 2) & 255,
    ...data,
  ]
  const counts = (length: number, count: number) =>
    Array.from({ length: 16 }, (_, k) => (k + 1 === length ? count : 0))
  const head = [
    0xff,
    0xd8,
    ...segment(0xdb, 0, ...new Array<number>(64).fill(8)),
    ...segment(0xc0, 8, rows >> 8, rows & 255, cols >> 8, cols & 255, 1, 1, 0x11, 0),
    ...segment(0xc4, 0x00, ...counts(4, 12), ...Array.from({ length: 12 }, (_, k) => k)),
    ...segment(0xc4, 0x10, ...counts(1, 1), 0),
    ...(restart > 0 ? segment(0xdd, restart >> 8, restart & 255) : []),
    ...segment(0xda, 1, 1, 0x00, 0, 63, 0),
  ]
  const out: number[] = []
  let bits = ''
  const flush = () => {
    while (bits.length % 8 !== 0) bits += '1'
    for (let k = 0; k < bits.length; k += 8) {
      const byte = Number.parseInt(bits.slice(k, k + 8), 2)
      out.push(byte)
      if (byte === 0xff) out.push(0)
    }
    bits = ''
  }
  const [down, across] = [Math.ceil(rows / 8), Math.ceil(cols / 8)]
  let before = 0
  for (let k = 0; k < down * across; k++) {
    if (restart > 0 && k > 0 && k % restart === 0) {
      flush()
      out.push(0xff, 0xd0 + ((k / restart - 1) % 8))
      before = 0
    }
    const dc = level(Math.floor(k / across), k % across) - 128
    const step = dc - before
    before = dc
    const size = step === 0 ? 0 : Math.floor(Math.log2(Math.abs(step))) + 1
    const value = step > 0 ? step : step + 2 ** size - 1
    bits += size.toString(2).padStart(4, '0') + (size > 0 ? value.toString(2).padStart(size, '0') : '') + '0'
  }
  flush()
  return Uint8Array.from([...head, ...out, 0xff, 0xd9])
}
