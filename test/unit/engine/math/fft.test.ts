import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  correlation,
  fft2,
  fftFrequencies,
  nextPowerOfTwo,
  radialMean,
  randomStream,
} from '../../../../main/engine/math/index.ts'

const field = (n: number, name: string): Float64Array => {
  const random = randomStream(3, name)
  return Float64Array.from({ length: n }, () => random.normal())
}

describe('fft2', () => {
  it('equals the sum that defines it', () => {
    const [rows, cols] = [4, 8]
    const re = field(rows * cols, 're')
    const im = field(rows * cols, 'im')
    const [outRe, outIm] = [re.slice(), im.slice()]
    fft2(rows, cols).forward(outRe, outIm)
    for (let k = 0; k < rows; k++)
      for (let l = 0; l < cols; l++) {
        let [sumRe, sumIm] = [0, 0]
        for (let r = 0; r < rows; r++)
          for (let c = 0; c < cols; c++) {
            const angle = -2 * Math.PI * ((k * r) / rows + (l * c) / cols)
            const at = r * cols + c
            sumRe += re[at]! * Math.cos(angle) - im[at]! * Math.sin(angle)
            sumIm += re[at]! * Math.sin(angle) + im[at]! * Math.cos(angle)
          }
        expect(outRe[k * cols + l]).toBeCloseTo(sumRe, 12)
        expect(outIm[k * cols + l]).toBeCloseTo(sumIm, 12)
      }
  })

  it('comes back, and keeps the energy (Parseval), for any two powers of two', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }), (a, b) => {
        const [rows, cols] = [2 ** a, 2 ** b]
        const n = rows * cols
        const [re, im] = [field(n, 're'), field(n, 'im')]
        const [r, i] = [re.slice(), im.slice()]
        const transform = fft2(rows, cols)
        transform.forward(r, i)
        const energy = (x: Float64Array, y: Float64Array): number =>
          x.reduce((sum, value, k) => sum + value ** 2 + y[k]! ** 2, 0)
        expect(energy(r, i) / n / energy(re, im)).toBeCloseTo(1, 12)
        transform.inverse(r, i)
        for (let k = 0; k < n; k++) {
          expect(r[k]).toBeCloseTo(re[k]!, 12)
          expect(i[k]).toBeCloseTo(im[k]!, 12)
        }
      }),
    )
  })

  it('refuses other sizes', () => {
    expect(() => fft2(6, 8)).toThrow(RangeError)
    expect(() => {
      fft2(8, 8).forward(new Float64Array(63), new Float64Array(64))
    }).toThrow(RangeError)
  })

  it('numbers frequencies in its own order', () => {
    expect([...fftFrequencies(4)]).toEqual([0, 0.25, 0.5, -0.25])
    expect(nextPowerOfTwo(65)).toBe(128)
    expect(nextPowerOfTwo(64)).toBe(64)
  })
})

describe('correlation', () => {
  const direct = (
    a: Float64Array,
    b: Float64Array,
    rows: number,
    cols: number,
    dr: number,
    dc: number,
    periodic: boolean,
  ): number => {
    let [sum, pairs] = [0, 0]
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < cols; c++) {
        let [r2, c2] = [r + dr, c + dc]
        if (periodic) [r2, c2] = [(r2 + rows) % rows, (c2 + cols) % cols]
        else if (r2 < 0 || c2 < 0 || r2 >= rows || c2 >= cols) continue
        sum += a[r * cols + c]! * b[r2 * cols + c2]!
        pairs++
      }
    return sum / pairs
  }

  it('equals the mean over pairs, inside the field and around it', () => {
    const [a, b] = [field(8 * 16, 'a'), field(8 * 16, 'b')]
    for (const periodic of [true, false]) {
      const { values } = correlation(a, b, 8, 16, 4, periodic)
      for (let dr = -4; dr <= 4; dr++)
        for (let dc = -4; dc <= 4; dc++)
          expect(values[(dr + 4) * 9 + dc + 4]).toBeCloseTo(direct(a, b, 8, 16, dr, dc, periodic), 10)
    }
  })

  it('takes any size where it does not wrap, and refuses lags that do not fit', () => {
    const a = field(7 * 11, 'a')
    expect(correlation(a, a, 7, 11, 6, false).values[6 * 13 + 6]).toBeCloseTo(
      direct(a, a, 7, 11, 0, 0, false),
      12,
    )
    expect(() => correlation(a, a, 7, 11, 7, false)).toThrow(RangeError)
    expect(() => correlation(field(64, 'a'), field(64, 'a'), 8, 8, 5, true)).toThrow(RangeError)
  })

  it('averages over directions', () => {
    const map = {
      maxLag: 2,
      values: Float64Array.from({ length: 25 }, (_, i) => (i === 12 ? 9 : i === 11 ? 8 : 0)),
    }
    const radial = radialMean(map)
    expect(radial[0]).toBe(9)
    // Lags of length 1 and √2 are nearest to 1: eight of them.
    expect(radial[1]).toBe(1)
  })
})
