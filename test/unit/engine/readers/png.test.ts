import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { encode, type BitDepth } from 'fast-png'
import { describe, expect, it } from 'vitest'
import { readImage } from '../../../../main/engine/readers/index.ts'
import { codeOf } from './errors.ts'
import { filteredPng, pngChunk, pngHeader, pngSignature } from './writers.ts'

const end = pngChunk('IEND', new Uint8Array(0))
const png = (...chunks: Buffer[]) => new Uint8Array(Buffer.concat([pngSignature, ...chunks]))
const first = (bytes: Uint8Array) => readImage(bytes, 'a.png').images[0]!

describe('PNG reader', () => {
  it('reads every depth and channel count that another library writes, straight and interlaced', () => {
    for (const depth of [8, 16] as const) {
      for (const channels of [1, 2, 3, 4] as const) {
        for (const interlace of ['null', 'Adam7'] as const) {
          const [rows, cols] = [13, 11]
          const top = 2 ** depth
          const data = Array.from({ length: rows * cols * channels }, (_, i) => (i * 7919) % top)
          const values = depth === 16 ? Uint16Array.from(data) : Uint8Array.from(data)
          const image = first(
            encode({ width: cols, height: rows, data: values, channels, depth }, { interlace }),
          )
          expect([image.rows, image.cols, image.channels]).toEqual([rows, cols, channels])
          expect(image.dtype).toBe(depth === 16 ? 'uint16' : 'uint8')
          expect([...image.pixels]).toEqual(data)
        }
      }
    }
  })

  it('undoes all five line filters', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const),
        fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
        (rows, cols, channels, stream) => {
          const pixels = Uint8Array.from(
            { length: rows * cols * channels },
            () => stream.next().value as number,
          )
          const image = first(filteredPng(pixels, rows, cols, channels))
          expect([...image.pixels]).toEqual([...pixels])
          expect(image.metadata).toEqual({ Software: 'made by hand' })
        },
      ),
      { numRuns: 60 },
    )
  })

  it('spreads grey of 1, 2 and 4 bits over 0..255', () => {
    for (const depth of [1, 2, 4] as BitDepth[]) {
      const levels = 2 ** depth
      const cols = 9
      const line = Uint8Array.from({ length: cols }, (_, c) => c % levels)
      const packed = new Uint8Array(Math.ceil((cols * depth) / 8))
      line.forEach((value, c) => {
        packed[(c * depth) >> 3]! |= value << (8 - depth - ((c * depth) & 7))
      })
      const image = first(
        png(pngHeader(1, cols, depth, 0), pngChunk('IDAT', deflateSync(Buffer.from([0, ...packed]))), end),
      )
      expect([...image.pixels]).toEqual([...line].map((value) => (value * 255) / (levels - 1)))
    }
  })

  it('gives one channel for a palette of greys, three for colours, and refuses an index without colour', () => {
    const pixels = pngChunk('IDAT', deflateSync(Buffer.from([0, 0, 1, 2])))
    const greys = pngChunk('PLTE', Buffer.from([9, 9, 9, 200, 200, 200, 4, 4, 4]))
    const colours = pngChunk('PLTE', Buffer.from([1, 2, 3, 4, 5, 6, 7, 8, 9]))
    const short = pngChunk('PLTE', Buffer.from([1, 2, 3]))
    expect([...first(png(pngHeader(1, 3, 8, 3), greys, pixels, end)).pixels]).toEqual([9, 200, 4])
    const image = first(png(pngHeader(1, 3, 8, 3), colours, pixels, end))
    expect([image.channels, ...image.pixels]).toEqual([3, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(codeOf(() => first(png(pngHeader(1, 3, 8, 3), short, pixels, end)))).toBe('IMAGE_TRUNCATED')
    expect(codeOf(() => first(png(pngHeader(1, 3, 8, 3), pixels, end)))).toBe('IMAGE_TRUNCATED')
  })

  it('keeps the grey level where an instrument mixes a few overlay colours into 256 greys', () => {
    const palette = Buffer.alloc(768)
    for (let k = 0; k < 256; k++) palette.fill(k, 3 * k, 3 * k + 3)
    for (let k = 9; k < 250; k += 9) palette.set([255, k, 0], 3 * k)
    const pixels = pngChunk('IDAT', deflateSync(Buffer.from([0, 10, 18, 254])))
    const image = first(png(pngHeader(1, 3, 8, 3), pngChunk('PLTE', palette), pixels, end))
    expect([...image.pixels]).toEqual([10, 18, 254])
    expect(image.metadata).toEqual({ overlayPixels: 1 })
  })

  it('refuses more than 2^28 pixels from the header, before any pixel is there', () => {
    const bytes = png(pngHeader(16385, 16384, 8, 0), pngChunk('IDAT', deflateSync(Buffer.alloc(1))), end)
    expect(codeOf(() => first(bytes))).toBe('IMAGE_TOO_LARGE')
  })

  it('inflates no more than the header promises', () => {
    const bomb = deflateSync(Buffer.alloc(60_000_000), { level: 1 })
    const bytes = png(pngHeader(1, 1, 8, 0), pngChunk('IDAT', bomb), end)
    const before = process.memoryUsage().arrayBuffers
    expect([...first(bytes).pixels]).toEqual([0])
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000)
  })

  it('tells a picture whose header is larger than its data can be, without allocating it', () => {
    const bytes = png(pngHeader(16384, 16384, 8, 0), pngChunk('IDAT', deflateSync(Buffer.alloc(1))), end)
    const start = performance.now()
    expect(codeOf(() => first(bytes))).toBe('IMAGE_TRUNCATED')
    expect(performance.now() - start).toBeLessThan(500)
  })

  it('tells every flipped bit of header and pixels', () => {
    const pixels = Uint8Array.from({ length: 35 }, (_, i) => i * 7)
    const whole = filteredPng(pixels, 5, 7, 1)
    const text = Buffer.from(whole).indexOf('tEXt') - 4
    const textEnd = text + 12 + 'Software\0made by hand'.length
    for (let bit = 64; bit < whole.length * 8; bit++) {
      if (bit >> 3 >= text && bit >> 3 < textEnd) continue
      const bytes = whole.slice()
      bytes[bit >> 3]! ^= 1 << (bit & 7)
      expect(['IMAGE_TRUNCATED', 'IMAGE_UNSUPPORTED', 'IMAGE_TOO_LARGE']).toContain(
        codeOf(() => first(bytes)),
      )
    }
  })

  it('tells a file cut anywhere', () => {
    const whole = filteredPng(
      Uint8Array.from({ length: 35 }, (_, i) => i * 7),
      5,
      7,
      1,
    )
    for (let length = 8; length < whole.length; length++)
      expect(codeOf(() => first(whole.slice(0, length)))).toBe('IMAGE_TRUNCATED')
  })
})
