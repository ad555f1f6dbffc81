import { describe, expect, it } from 'vitest'
import { linealPath, twoPointProbability } from '../../../../main/engine/measure/index.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'

const random = (rows: number, cols: number, fraction: number): Uint8Array => {
  const stream = randomStream(11, 'pixels')
  return Uint8Array.from({ length: rows * cols }, () => (stream.uniform() < fraction ? 1 : 0))
}
/** Vertical stripes of `width` px, every `period`. */
const stripes = (size: number, width: number, period: number): Uint8Array =>
  Uint8Array.from({ length: size * size }, (_, i) => ((i % size) % period < width ? 1 : 0))

describe('two-point probability', () => {
  it('of independent pixels is V at 0 and V² beyond', () => {
    const s2 = twoPointProbability(random(256, 256, 0.3), 256, 256, 60, true)
    expect(s2[0]).toBeCloseTo(0.3, 2)
    for (let r = 1; r <= 60; r++) expect(s2[r]).toBeCloseTo(0.09, 2)
  })

  it('of discs falls off as the overlap of discs', () => {
    // One disc of radius R in a large field: S₂(r)/S₂(0) = (2/π)(acos x − x√(1 − x²)), x = r/2R.
    const [size, radius] = [128, 20]
    const disc = Uint8Array.from({ length: size * size }, (_, i) =>
      Math.hypot(Math.floor(i / size) - 63.5, (i % size) - 63.5) <= radius ? 1 : 0,
    )
    const s2 = twoPointProbability(disc, size, size, 60, true)
    for (let r = 2; r <= 44; r += 2) {
      const x = Math.min(1, r / (2 * radius))
      const overlap = (2 / Math.PI) * (Math.acos(x) - x * Math.sqrt(1 - x * x))
      expect(Math.abs(s2[r]! / s2[0]! - overlap)).toBeLessThan(0.01)
    }
  })

  it('is the same by windows as around the field for stripes in whole periods', () => {
    const around = twoPointProbability(stripes(128, 6, 16), 128, 128, 40, true)
    const within = twoPointProbability(stripes(128, 6, 16), 128, 128, 40)
    around.forEach((value, r) => {
      expect(Math.abs(within[r]! - value)).toBeLessThan(0.02)
    })
  })

  it('takes fields of any size, and refuses what does not fit', () => {
    expect(twoPointProbability(new Uint8Array(5 * 9).fill(1), 5, 9, 4)[3]).toBeCloseTo(1, 12)
    expect(() => twoPointProbability(new Uint8Array(44), 5, 9, 4)).toThrow(/44 pixels/)
    expect(() => twoPointProbability(new Uint8Array(45), 5, 9, 5)).toThrow(/largest distance/)
    expect(() => twoPointProbability(new Uint8Array(64), 8, 8, 5, true)).toThrow(/largest distance/)
  })
})

describe('lineal path', () => {
  it('of independent pixels is V^(r + 1), its mean chord 1/(1 − V)', () => {
    const { probability, meanChordPx } = linealPath(random(512, 512, 0.4), 512, 512, 6, true)
    for (let r = 0; r <= 6; r++) expect(probability[r]).toBeCloseTo(0.4 ** (r + 1), 2)
    expect(meanChordPx).toBeCloseTo(1 / 0.6, 2)
  })

  it('of stripes is exact', () => {
    const { probability } = linealPath(stripes(64, 6, 16), 64, 64, 40, true)
    // Across: 4 stripes of 6 px, 6 − r places each; along: all of their pixels.
    for (let r = 0; r <= 40; r++)
      expect(probability[r]).toBeCloseTo((Math.max(0, 6 - r) / 16 + 6 / 16) / 2, 12)
    const within = linealPath(stripes(64, 6, 16), 64, 64, 5)
    expect(within.probability[0]).toBeCloseTo(6 / 16, 12)
  })

  it('closes lines upon themselves only when asked to', () => {
    const line = Uint8Array.from([1, 1, 0, 0, 0, 0, 0, 1])
    const pixels = Uint8Array.from({ length: 64 }, (_, i) => line[i % 8]!)
    const around = linealPath(pixels, 8, 8, 4, true)
    const within = linealPath(pixels, 8, 8, 4)
    // Rows: one run of 3 px around, two (2 and 1 px, each with one end inside) within; columns: never an end.
    expect(around.chords).toBe(8)
    expect(within.chords).toBe(8)
    expect(around.probability[2]).toBeCloseTo((1 / 8 + 3 / 8) / 2, 12)
    expect(within.probability[2]).toBeCloseTo((0 + (3 * 6) / (8 * 6)) / 2, 12)
  })

  it('has no mean chord where there is no boundary', () => {
    const full = linealPath(new Uint8Array(64).fill(1), 8, 8, 7, true)
    expect(full.meanChordPx).toBeNull()
    expect([...full.probability]).toEqual(new Array(8).fill(1))
    expect(linealPath(new Uint8Array(64), 8, 8, 7).probability[0]).toBe(0)
    expect(() => linealPath(new Uint8Array(64), 8, 8, 8)).toThrow(/longest segment/)
    expect(() => linealPath(new Uint8Array(63), 8, 8, 4)).toThrow(/63 pixels/)
  })
})
