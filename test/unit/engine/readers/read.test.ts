import jpeg from 'jpeg-js'
import { describe, expect, it } from 'vitest'
import { ContractError } from '../../../../main/contract/index.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'
import {
  decodeLabelPng,
  encodeGreyPng,
  encodeLabelPng,
  probeImage,
  readers,
  readImage,
  registerReaders,
  toDisplayPng,
  toGrey,
  toThumbnailPng,
  type RawImage,
} from '../../../../main/engine/readers/index.ts'
import { codeOf } from './errors.ts'
import { filteredPng, greyJpeg, tiff } from './writers.ts'

const pixels = Uint8Array.from({ length: 60 * 4 }, (_, i) => (i * 37) % 256)
const image = (parts: Partial<RawImage>): RawImage => ({
  rows: 1,
  cols: 1,
  channels: 1,
  dtype: 'uint8',
  pixels: new Uint8Array(1),
  metadata: {},
  pixelSizeUm: null,
  databarRows: 0,
  ...parts,
})

describe('readImage', () => {
  it('goes by the bytes, not by the name', () => {
    const bytes = filteredPng(pixels, 6, 10, 4)
    expect(probeImage(bytes, 'a.tif')).toEqual({ format: 'png', support: 'reads' })
    expect(readImage(bytes, 'a.tif').format).toBe('png')
    expect(probeImage(Buffer.from('DM3 or so'), 'scan.DM3')).toEqual({ format: 'dm3', support: 'none' })
    expect(probeImage(new Uint8Array(0), 'x')).toEqual({ format: 'unknown', support: 'none' })
  })

  it('names the file in every error', () => {
    for (const [bytes, code] of [
      [new Uint8Array(0), 'FILE_EMPTY'],
      [Buffer.from('GIF89a'), 'IMAGE_UNSUPPORTED'],
      [filteredPng(pixels, 6, 10, 4).slice(0, 50), 'IMAGE_TRUNCATED'],
    ] as const) {
      try {
        readImage(bytes, 'A7_2.png')
        expect.unreachable()
      } catch (error) {
        expect(error).toBeInstanceOf(ContractError)
        expect(error).toMatchObject({ code, detail: 'A7_2.png' })
      }
    }
  })

  it('has one reader per id, each with a full card', () => {
    expect(new Set(readers.map(({ card }) => card.id)).size).toBe(readers.length)
    for (const { card } of readers)
      expect(card.reads.length * card.refuses.length * card.extensions.length).toBeGreaterThan(0)
    expect(() => registerReaders([...readers, readers[0]!])).toThrow(/png/)
  })

  it('survives 2,000 seeded mutations of every format: a picture or a ContractError, and soon', () => {
    const data = new Uint8Array(24 * 16 * 4).map((_, i) => (i * 13) % 256)
    const values = [...data.subarray(0, 24 * 16)]
    const page = { rows: 16, cols: 24, values }
    const seeds = [
      filteredPng(pixels, 6, 10, 4),
      new Uint8Array(jpeg.encode({ width: 24, height: 16, data }, 70).data),
      greyJpeg(20, 30, (i, j) => 90 + 9 * i + j, 3),
      tiff([page, page]),
      tiff([{ ...page, compression: 'lzw', predictor: true, tile: [16, 16] }], true),
      tiff([{ ...page, compression: 'deflate', rowsPerStrip: 5 }]),
      tiff([{ ...page, compression: 'packbits', samples: 1 }]),
    ]
    const random = randomStream(7, 'mutations')
    let refused = 0
    let slowestMs = 0
    for (let round = 0; round < 2000; round++) {
      const source = seeds[round % seeds.length]!
      let bytes = source.slice()
      const changes = 1 + random.integer(8)
      for (let k = 0; k < changes; k++) {
        const at = random.integer(bytes.length)
        const kind = random.integer(4)
        if (kind === 0) bytes[at]! ^= 1 << random.integer(8)
        else if (kind === 1) bytes[at] = random.integer(256)
        else if (kind === 2) bytes[at] = random.uniform() < 0.5 ? 0 : 255
        else bytes = bytes.slice(0, Math.max(1, bytes.length - random.integer(20)))
      }
      const start = performance.now()
      try {
        const { images } = readImage(bytes, 'mutant')
        for (const one of images) expect(one.pixels.length).toBe(one.rows * one.cols * one.channels)
      } catch (error) {
        if (!(error instanceof ContractError)) throw error
        refused++
      }
      slowestMs = Math.max(slowestMs, performance.now() - start)
    }
    expect(refused).toBeGreaterThan(1000)
    expect(slowestMs).toBeLessThan(2000)
  })
})

describe('toGrey', () => {
  it('weights colour by Rec. 601, ignores alpha and keeps equal channels exact', () => {
    expect(toGrey(image({ channels: 3, pixels: Uint8Array.from([255, 0, 0]) }))[0]).toBeCloseTo(0.299, 6)
    expect(toGrey(image({ channels: 4, pixels: Uint8Array.from([0, 255, 0, 9]) }))[0]).toBeCloseTo(0.587, 6)
    expect(toGrey(image({ channels: 3, pixels: Uint8Array.from([0, 0, 255]) }))[0]).toBeCloseTo(0.114, 6)
    for (let v = 0; v < 256; v++)
      expect(toGrey(image({ channels: 3, pixels: Uint8Array.from([v, v, v]) }))[0]).toBe(
        toGrey(image({ pixels: Uint8Array.from([v]) }))[0],
      )
    expect(toGrey(image({ channels: 2, pixels: Uint8Array.from([51, 0]) }))[0]).toBeCloseTo(0.2, 7)
    expect(toGrey(image({ dtype: 'uint16', pixels: Uint16Array.from([65535]) }))[0]).toBe(1)
  })
})

describe('pictures for the screen', () => {
  it('shows 8 bits as they are and stretches 16 bits between the 0.1 and 99.9 percentiles', () => {
    const plain = image({ rows: 6, cols: 40, pixels })
    expect([...readImage(toDisplayPng(plain), 'd').images[0]!.pixels]).toEqual([...pixels])
    const words = new Uint16Array(10_000).fill(1000)
    for (let i = 0; i < 5000; i++) words[i] = 3000
    words[0] = 0
    words[1] = 65535
    const shown = readImage(
      toDisplayPng(image({ rows: 100, cols: 100, dtype: 'uint16', pixels: words })),
      'd',
    )
    const grey = shown.images[0]!.pixels
    expect([grey[0], grey[1], grey[2], grey[9999]]).toEqual([0, 255, 255, 0])
  })

  it('makes a thumbnail of means, no larger than asked and never enlarged', () => {
    const ramp = image({
      rows: 300,
      cols: 600,
      pixels: Uint8Array.from({ length: 180_000 }, (_, i) => (i % 2) * 200),
    })
    const small = readImage(toThumbnailPng(ramp, 60), 't').images[0]!
    expect([small.rows, small.cols]).toEqual([30, 60])
    expect(new Set(small.pixels)).toEqual(new Set([100]))
    const tiny = readImage(toThumbnailPng(image({ rows: 2, cols: 3, pixels: new Uint8Array(6) }), 60), 't')
    expect([tiny.images[0]!.rows, tiny.images[0]!.cols]).toEqual([2, 3])
    const thin = readImage(toThumbnailPng(image({ rows: 1, cols: 5000, pixels: new Uint8Array(5000) })), 't')
    expect([thin.images[0]!.rows, thin.images[0]!.cols]).toEqual([1, 256])
  })
})

describe('label images', () => {
  it('come back as they went, up to 65535 objects', () => {
    const labels = Int32Array.from({ length: 70 * 1000 }, (_, i) => i % 65536)
    const back = decodeLabelPng(encodeLabelPng(labels, 70, 1000))
    expect([back.rows, back.cols]).toEqual([70, 1000])
    expect(back.labels).toEqual(labels)
    expect(encodeLabelPng(labels, 70, 1000)).toEqual(encodeLabelPng(labels, 70, 1000))
  })

  it('refuse more objects, negative labels, wrong shapes and colour pictures', () => {
    expect(codeOf(() => encodeLabelPng(Int32Array.from([65536]), 1, 1))).toBe('BAD_REQUEST')
    expect(codeOf(() => encodeLabelPng(Int32Array.from([-1]), 1, 1))).toBe('BAD_REQUEST')
    expect(codeOf(() => encodeGreyPng(new Uint8Array(5), 2, 3))).toBe('BAD_REQUEST')
    expect(codeOf(() => decodeLabelPng(filteredPng(pixels, 6, 10, 4)))).toBe('IMAGE_UNSUPPORTED')
  })
})
