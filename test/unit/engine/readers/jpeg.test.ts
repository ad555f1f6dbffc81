import jpeg from 'jpeg-js'
import { describe, expect, it } from 'vitest'
import { readImage, toGrey } from '../../../../main/engine/readers/index.ts'
import { codeOf } from './errors.ts'
import { greyJpeg } from './writers.ts'

const [rows, cols] = [37, 53]
const value = (row: number, col: number) => Math.round(128 + 90 * Math.sin(row / 6) * Math.cos(col / 8))

function sample(quality: number): Uint8Array {
  const data = new Uint8Array(rows * cols * 4)
  for (let row = 0, i = 0; row < rows; row++)
    for (let col = 0; col < cols; col++, i += 4)
      data.set([value(row, col), value(row, col), value(row, col), 255], i)
  return new Uint8Array(jpeg.encode({ width: cols, height: rows, data }, quality).data)
}

/** Position of the first marker of this code. */
const marker = (bytes: Uint8Array, code: number) => Buffer.from(bytes).indexOf(Buffer.from([0xff, code]))

describe('JPEG reader', () => {
  it('reads a colour file within the loss of its quality', () => {
    const { format, images } = readImage(sample(95), 'a.jpg')
    const image = images[0]!
    expect([format, image.rows, image.cols, image.channels, image.dtype]).toEqual([
      'jpeg',
      rows,
      cols,
      3,
      'uint8',
    ])
    const grey = toGrey(image)
    let worst = 0
    for (let row = 0; row < rows; row++)
      for (let col = 0; col < cols; col++)
        worst = Math.max(worst, Math.abs(grey[row * cols + col]! * 255 - value(row, col)))
    expect(worst).toBeLessThan(8)
  })

  it('gives one channel of exact levels for a grey file, with restart markers or without', () => {
    const level = (i: number, j: number) => 20 + ((i * 41 + j * 67) % 200)
    for (const restart of [0, 1, 4, 5]) {
      const image = readImage(greyJpeg(21, 43, level, restart), 'a.jpg').images[0]!
      expect([image.rows, image.cols, image.channels]).toEqual([21, 43, 1])
      for (let row = 0; row < 21; row++)
        for (let col = 0; col < 43; col++)
          expect(image.pixels[row * 43 + col]).toBe(level(row >> 3, col >> 3))
    }
  })

  it('tells a file cut anywhere, even inside the pixels', () => {
    const whole = sample(80)
    for (let length = 3; length < whole.length; length++)
      expect(codeOf(() => readImage(whole.slice(0, length), 'a.jpg'))).toBe('IMAGE_TRUNCATED')
  })

  it('refuses what it does not read and what is too large, from the header', () => {
    const change = (offset: number, ...values: number[]) => {
      const bytes = sample(80)
      bytes.set(values, marker(bytes, 0xc0) + offset)
      return codeOf(() => readImage(bytes, 'a.jpg'))
    }
    expect(change(1, 0xc3)).toBe('IMAGE_UNSUPPORTED')
    expect(change(1, 0xc9)).toBe('IMAGE_UNSUPPORTED')
    expect(change(4, 12)).toBe('IMAGE_UNSUPPORTED')
    expect(change(9, 4)).toBe('IMAGE_TRUNCATED')
    expect(change(5, 0xff, 0xff, 0xff, 0xff)).toBe('IMAGE_TOO_LARGE')
    const start = performance.now()
    expect(change(5, 0x40, 0x00, 0x40, 0x00)).toBe('IMAGE_TRUNCATED')
    expect(performance.now() - start).toBeLessThan(500)
  })

  it('refuses a file that repeats scans to waste time', () => {
    const whole = sample(80)
    const scan = marker(whole, 0xda)
    const again = Buffer.from(whole.subarray(scan, whole.length - 2))
    const bytes = new Uint8Array(
      Buffer.concat([
        whole.subarray(0, scan),
        ...new Array<Buffer>(101).fill(again),
        Buffer.from([0xff, 0xd9]),
      ]),
    )
    expect(codeOf(() => readImage(bytes, 'a.jpg'))).toBe('IMAGE_UNSUPPORTED')
  })
})
