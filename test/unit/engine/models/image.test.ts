import { describe, expect, it } from 'vitest'
import { executor } from './tables.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'
import {
  convolutionalPredictor,
  CROP,
  fitConvolutional,
  type Crops,
} from '../../../../main/engine/models/image/convolutional.ts'
import { imageDescriptors, shrink, type Picture } from '../../../../main/engine/models/image/index.ts'

const picture = (rows: number, columns: number, at: (r: number, c: number) => number): Picture => ({
  rows,
  columns,
  grey: Float32Array.from({ length: rows * columns }, (_, i) => at(Math.floor(i / columns), i % columns)),
})
const described = (of: Picture): Record<string, number> => {
  const { names, values } = imageDescriptors(of)
  return Object.fromEntries(names.map((name, i) => [name, values[i]!]))
}

describe('descriptors of a micrograph', () => {
  it('measure stripes as they are: share, chords, correlation and contrast', () => {
    // Bright 6 px, dark 10 px, along columns: rows see chords of 6 and 10, columns only chords that meet the frame.
    const found = described(picture(64, 160, (_, c) => (c % 16 < 6 ? 0.9 : 0.1)))
    expect(found['bright share']).toBeCloseTo(6 / 16, 12)
    expect(found['bright chord, px']).toBe(6)
    expect(found['dark chord, px']).toBe(10)
    expect(found['dark chord sd, px']).toBe(0)
    expect(found['grey mean']).toBeCloseTo((6 * 0.9 + 10 * 0.1) / 16, 5)
    // Two of four directions cross an edge at (2 of 16) places with a step of 15 levels, one of them along rows …
    const across = (15 * 15 * (2 * 10 - 1)) / 159
    const diagonal = across
    expect(found['contrast at 1 px']).toBeCloseTo((across + 2 * diagonal) / 4, 6)
  })

  it('stay defined on one grey level and on a picture smaller than every lag', () => {
    for (const flat of [
      picture(40, 40, () => 0.5),
      picture(3, 2, (r, c) => (r + c) / 5),
      picture(1, 1, () => 0),
    ])
      for (const value of imageDescriptors(flat).values) expect(Number.isFinite(value)).toBe(true)
  })

  it('patterns do not see a change of brightness or contrast, nor a quarter turn', () => {
    const stream = randomStream(2)
    const noise = Float32Array.from({ length: 40 * 40 }, () => stream.uniform())
    const plain = described(picture(40, 40, (r, c) => noise[r * 40 + c]!))
    const changed = described(picture(40, 40, (r, c) => 0.2 + 0.5 * noise[r * 40 + c]!))
    const turned = described(picture(40, 40, (r, c) => noise[c * 40 + (39 - r)]!))
    for (const name of Object.keys(plain).filter((key) => key.startsWith('pattern'))) {
      expect(changed[name]).toBeCloseTo(plain[name]!, 12)
      expect(turned[name]).toBeCloseTo(plain[name]!, 12)
    }
  })

  it('shrink takes block means', () => {
    const small = shrink(
      picture(5, 4, (r, c) => r * 4 + c),
      2,
    )
    expect([small.rows, small.columns]).toEqual([2, 2])
    expect([...small.grey]).toEqual([2.5, 4.5, 10.5, 12.5])
  })
})

/** Discs of one size; the target is how many there are. */
function discs(n: number, name: string): Crops {
  const stream = randomStream(7, name)
  const pixels = new Float32Array(n * CROP * CROP)
  const target = new Float32Array(n)
  for (let i = 0; i < n; i++) {
    const count = 1 + stream.integer(20)
    target[i] = (count - 10.5) / 5.8
    for (let k = 0; k < count; k++) {
      const [r0, c0] = [4 + stream.integer(CROP - 8), 4 + stream.integer(CROP - 8)]
      for (let r = -3; r <= 3; r++)
        for (let c = -3; c <= 3; c++) if (r * r + c * c <= 9) pixels[(i * CROP + r0 + r) * CROP + c0 + c] = 1
    }
  }
  return { n, pixels, target }
}

describe('the convolutional network', () => {
  it('learns to count what it is shown, the same for the same seed', () => {
    const [train, validation, test] = [discs(64, 'train'), discs(16, 'validation'), discs(32, 'test')]
    const fit = (): ReturnType<typeof fitConvolutional> =>
      fitConvolutional(executor, train, validation, randomStream(1), () => undefined)
    const parameters = fit()
    const { mean } = convolutionalPredictor(executor, 1)(parameters, test.pixels, test.n)
    const error = mean.reduce((sum, v, i) => sum + (v - test.target[i]!) ** 2, 0)
    const spread = test.target.reduce((sum, v) => sum + v * v, 0)
    expect(1 - error / spread).toBeGreaterThan(0.8)
  }, 120_000)
})
