import UTIF from 'utif2'
import { describe, expect, it } from 'vitest'
import { readImage } from '../../../../main/engine/readers/index.ts'
import { codeOf } from './errors.ts'
import { tiff, type TiffPage } from './writers.ts'

const read = (bytes: Uint8Array) => readImage(bytes, 'a.tif').images
const ramp = (count: number, top: number, step = 7919) =>
  Array.from({ length: count }, (_, i) => (i * step + Math.floor(i / 10)) % top)
const grey: TiffPage = { rows: 9, cols: 21, values: ramp(9 * 21, 256) }

describe('TIFF reader', () => {
  it('reads every compression, order, depth, predictor, strip, tile and plane layout', () => {
    let cases = 0
    for (const compression of ['none', 'deflate', 'packbits', 'lzw'] as const)
      for (const bigEndian of [false, true])
        for (const bits of [8, 16])
          for (const samples of [1, 2, 3, 4])
            for (const predictor of [false, true])
              for (const planar of [false, true])
                for (const shape of [{}, { rowsPerStrip: 4 }, { tile: [16, 16] as const }]) {
                  const [rows, cols] = [19, 23]
                  const values = ramp(rows * cols * samples, 2 ** bits)
                  const page = { rows, cols, samples, bits, values, compression, predictor, planar, ...shape }
                  const image = read(tiff([page], bigEndian))[0]!
                  expect([image.rows, image.cols, image.channels]).toEqual([rows, cols, samples])
                  expect([...image.pixels]).toEqual(values)
                  cases++
                }
    expect(cases).toBe(768)
  })

  it('agrees with another library on long LZW streams', () => {
    const [rows, cols] = [300, 400]
    const values = Array.from({ length: rows * cols }, (_, i) => (((i % cols) * (i / cols)) % 251) | 0)
    const bytes = tiff([{ rows, cols, values, compression: 'lzw' }])
    const pages = UTIF.decode(bytes.buffer as ArrayBuffer)
    UTIF.decodeImage(bytes.buffer as ArrayBuffer, pages[0]!)
    expect(Buffer.compare(pages[0]!.data, Buffer.from(values))).toBe(0)
    expect(Buffer.compare(read(bytes)[0]!.pixels as Uint8Array, Buffer.from(values))).toBe(0)
  })

  it('takes a last strip that is padded to full length', () => {
    const values = ramp(16 * 21, 256)
    const padded = { rows: 16, cols: 21, values, rowsPerStrip: 8, tags: { 257: [11] } }
    for (const compression of ['none', 'deflate', 'packbits', 'lzw'] as const)
      expect([...read(tiff([{ ...padded, compression }]))[0]!.pixels]).toEqual(values.slice(0, 11 * 21))
  })

  it('turns white-is-zero round and spreads 1 and 4 bits', () => {
    const inverse = read(tiff([{ ...grey, photometric: 0 }]))[0]!
    expect([...inverse.pixels]).toEqual([...(grey.values as number[])].map((value) => 255 - value))
    const bilevel = read(tiff([{ rows: 2, cols: 11, bits: 1, values: ramp(22, 2, 3) }]))[0]!
    expect([...bilevel.pixels]).toEqual(ramp(22, 2, 3).map((value) => value * 255))
    const four = read(tiff([{ rows: 2, cols: 11, bits: 4, values: ramp(22, 16, 5) }]))[0]!
    expect([...four.pixels]).toEqual(ramp(22, 16, 5).map((value) => value * 17))
  })

  it('looks palette colours up', () => {
    const palette = [...ramp(256, 256, 3), ...ramp(256, 256, 5), ...ramp(256, 256, 7)].map(
      (value) => value * 257,
    )
    const page = { rows: 1, cols: 3, values: [0, 1, 255], photometric: 3, tags: { 320: palette } }
    const image = read(tiff([page]))[0]!
    expect(image.channels).toBe(3)
    expect([...image.pixels]).toEqual(
      [0, 1, 255].flatMap((index) => [index, 256 + index, 512 + index].map((at) => palette[at]! >> 8)),
    )
  })

  it('gives one image per page, leaves reduced pages out and names pages it cannot read', () => {
    const float = { ...grey, bits: 8, tags: { 339: [3] } }
    const pages = [grey, { ...grey, rows: 4, values: ramp(84, 256) }, float, { ...grey, tags: { 254: [1] } }]
    const images = read(tiff(pages))
    expect(images.map(({ rows }) => rows)).toEqual([9, 4])
    expect(images[0]!.metadata.pageCount).toBe(3)
    expect(images[0]!.metadata.pagesNotRead).toMatchObject([{ page: 3, code: 'IMAGE_UNSUPPORTED' }])
    expect(readImage(tiff(pages), 'a.tif', { firstOnly: true }).images).toHaveLength(1)
  })

  it('keeps descriptive text and trusts no print resolution', () => {
    const tags = { 270: 'aged 100 h', 271: 'Maker', 282: [300], 283: [300], 296: [2] }
    const image = read(tiff([{ ...grey, tags }]))[0]!
    expect(image.metadata).toEqual({ imageDescription: 'aged 100 h', make: 'Maker' })
    expect(image.pixelSizeUm).toBeNull()
  })

  it('refuses what it does not read with IMAGE_UNSUPPORTED', () => {
    const refused: TiffPage[] = [
      { ...grey, tags: { 339: [3] } },
      { ...grey, tags: { 339: [2] } },
      { ...grey, tags: { 258: [32] } },
      { ...grey, tags: { 259: [4] } },
      { ...grey, tags: { 259: [34712] } },
      { ...grey, tags: { 262: [8] } },
      { ...grey, tags: { 317: [3] } },
    ]
    for (const page of refused) expect(codeOf(() => read(tiff([page])))).toBe('IMAGE_UNSUPPORTED')
    const big = tiff([grey])
    big[2] = 43
    expect(codeOf(() => read(big))).toBe('IMAGE_UNSUPPORTED')
  })

  it('refuses a loop of pages, more than 4096 pages and places outside the file', () => {
    const loop = Buffer.from(tiff([grey]))
    const at = loop.readUInt32LE(4)
    loop.writeUInt32LE(at, at + 2 + 12 * loop.readUInt16LE(at))
    expect(codeOf(() => read(new Uint8Array(loop)))).toBe('IMAGE_TRUNCATED')
    const tiny = { rows: 1, cols: 1, values: [5] }
    expect(codeOf(() => read(tiff(new Array<TiffPage>(4097).fill(tiny))))).toBe('IMAGE_TOO_LARGE')
    expect(read(tiff(new Array<TiffPage>(4096).fill(tiny)))).toHaveLength(4096)
    expect(codeOf(() => read(tiff([{ ...grey, tags: { 273: [1e8] } }])))).toBe('IMAGE_TRUNCATED')
    expect(codeOf(() => read(tiff([{ ...grey, tags: { 279: [1e8] } }])))).toBe('IMAGE_TRUNCATED')
    const outside = Buffer.from(tiff([grey]))
    outside.writeUInt32LE(0xfffffff0, 4)
    expect(codeOf(() => read(new Uint8Array(outside)))).toBe('IMAGE_TRUNCATED')
  })

  it('refuses more than 2^28 pixels on one page or over all pages, from the header', () => {
    expect(codeOf(() => read(tiff([{ ...grey, tags: { 256: [16385], 257: [16384] } }])))).toBe(
      'IMAGE_TOO_LARGE',
    )
    const start = performance.now()
    const zeros = { rows: 8192, cols: 8192, values: [0], compression: 'deflate' as const }
    // One page of 2^26 pixels whose data are too few is told before it is allocated.
    const page = { ...grey, tags: { 256: [zeros.cols], 257: [zeros.rows], 278: [zeros.rows] } }
    expect(codeOf(() => read(tiff([page])))).toBe('IMAGE_TRUNCATED')
    expect(performance.now() - start).toBeLessThan(500)
  })

  it('tells a file cut anywhere before its last pixel', () => {
    const whole = tiff([{ ...grey, compression: 'lzw' }])
    for (let length = 4; length < whole.length; length++)
      expect(codeOf(() => read(whole.slice(0, length)))).toBe('IMAGE_TRUNCATED')
  })
})
