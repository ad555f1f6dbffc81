import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { silentProgress } from '../../../../main/engine/dataset/index.ts'
import { labelMask } from '../../../../main/engine/segment/index.ts'
import { squaredDistance } from '../../../../main/engine/segment/distance.ts'
import { otsuThreshold } from '../../../../main/engine/segment/otsu.ts'
import { gaussian, wideGaussian } from '../../../../main/engine/segment/smooth.ts'
import { splitTouching } from '../../../../main/engine/segment/watershed.ts'
import { drawDiscs, mirrored, turned } from './scenes.ts'

const masks = fc
  .tuple(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 14 }))
  .chain(([rows, cols]) =>
    fc.record({
      rows: fc.constant(rows),
      cols: fc.constant(cols),
      mask: fc.array(fc.constantFrom(0, 1), { minLength: rows * cols, maxLength: rows * cols }),
    }),
  )

/** Components by plain flooding, in raster order. */
function flooded(mask: number[], rows: number, cols: number): Int32Array {
  const labels = new Int32Array(mask.length)
  let count = 0
  for (let start = 0; start < mask.length; start++) {
    if (mask[start] === 0 || labels[start] !== 0) continue
    labels[start] = ++count
    const stack = [start]
    for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
      const [row, col] = [Math.floor(i / cols), i % cols]
      for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++)
        for (let c = Math.max(0, col - 1); c <= Math.min(cols - 1, col + 1); c++) {
          const j = r * cols + c
          if (mask[j] === 0 || labels[j] !== 0) continue
          labels[j] = count
          stack.push(j)
        }
    }
  }
  return labels
}

describe('labelMask', () => {
  it('agrees with flooding on any mask', () => {
    fc.assert(
      fc.property(masks, ({ rows, cols, mask }) => {
        const { labels, count } = labelMask(Uint8Array.from(mask), rows, cols)
        expect(labels).toEqual(flooded(mask, rows, cols))
        expect(count).toBe(Math.max(0, ...labels))
      }),
      { numRuns: 500 },
    )
  })
})

describe('squaredDistance', () => {
  it('is the distance to the nearest matrix pixel, exactly, and infinite where there is none', () => {
    fc.assert(
      fc.property(masks, ({ rows, cols, mask }) => {
        const found = squaredDistance(Int32Array.from(mask), rows, cols, silentProgress)
        for (let i = 0; i < mask.length; i++) {
          let nearest = Infinity
          for (let j = 0; j < mask.length; j++) {
            if (mask[j] !== 0) continue
            const square = (Math.floor(i / cols) - Math.floor(j / cols)) ** 2 + ((i % cols) - (j % cols)) ** 2
            nearest = Math.min(nearest, square)
          }
          expect(found[i]).toBe(nearest)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('splitTouching', () => {
  const split = (labels: Int32Array, rows: number, cols: number, depth: number) => {
    const out = labels.map((label) => (label > 0 ? 1 : 0))
    return { count: splitTouching(out, rows, cols, depth, silentProgress), labels: out }
  }
  const chain = drawDiscs(
    80,
    240,
    [0, 1, 2, 3, 4].map((k) => ({ row: 40 + 5 * (k % 2), col: 40 + 36 * k, radius: 21 })),
  )

  it('parts a chain of five discs at its necks and loses no pixel', () => {
    const { count, labels } = split(chain, 80, 240, 1)
    expect(count).toBe(5)
    expect(labels.map((label) => (label > 0 ? 1 : 0))).toEqual(chain.map((label) => (label > 0 ? 1 : 0)))
    for (let k = 0; k < 5; k++) {
      const centre = labels[(40 + 5 * (k % 2)) * 240 + 40 + 36 * k]!
      const own = labels.reduce((n, label) => n + (label === centre ? 1 : 0), 0)
      expect(Math.abs(own / (Math.PI * 21 * 21) - 1)).toBeLessThan(0.12)
    }
  })

  it('leaves them together when the necks are shallower than asked', () => {
    // Neck half-width √(21² − 18.2²) = 10.5, so that the passes lie about 10.5 px below the peaks.
    expect(split(chain, 80, 240, 9).count).toBe(5)
    expect(split(chain, 80, 240, 12).count).toBe(1)
  })

  it('keeps convex objects whole', () => {
    for (const radius of [3, 4.5, 8, 13.3, 20])
      expect(split(drawDiscs(60, 60, [{ row: 30.3, col: 29.6, radius }]), 60, 60, 1).count).toBe(1)
    const ellipse = Int32Array.from({ length: 60 * 120 }, (_, i) =>
      ((Math.floor(i / 120) - 30) / 12) ** 2 + (((i % 120) - 60) / 50) ** 2 <= 1 ? 1 : 0,
    )
    expect(split(ellipse, 60, 120, 1).count).toBe(1)
  })

  it('counts the same after a turn or in a mirror', () => {
    for (const depth of [0.5, 1, 3]) {
      const here = split(chain, 80, 240, depth).count
      expect(split(turned(chain, 80, 240), 240, 80, depth).count).toBe(here)
      expect(split(mirrored(chain, 80, 240), 80, 240, depth).count).toBe(here)
    }
  })

  it('takes a phase that fills the image for one object', () => {
    expect(split(new Int32Array(50).fill(1), 5, 10, 1).count).toBe(1)
  })
})

describe('otsuThreshold', () => {
  it('halves two levels and is null for one', () => {
    expect(otsuThreshold(Float32Array.from([0.2, 0.2, 0.2, 0.6]))).toBeCloseTo(0.4, 3)
    expect(otsuThreshold(new Float32Array(100).fill(0.3))).toBeNull()
  })

  it('has the largest between-class variance of all cuts between 8-bit levels', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 3, maxLength: 80 }), (levels) => {
        const values = Float32Array.from(levels, (level) => level / 255)
        const threshold = otsuThreshold(values)
        if (new Set(levels).size === 1) {
          expect(threshold).toBeNull()
          return
        }
        const between = (cut: number) => {
          const below = [...values].filter((value) => value <= cut)
          const above = [...values].filter((value) => value > cut)
          if (below.length === 0 || above.length === 0) return -1
          const mean = (list: number[]) => list.reduce((sum, value) => sum + value, 0) / list.length
          return below.length * above.length * (mean(above) - mean(below)) ** 2
        }
        const best = Math.max(...[...values].map(between))
        // The histogram has 1024 bins: bin means stand for values.
        expect(between(threshold!)).toBeGreaterThan(best * 0.97)
      }),
      { numRuns: 300 },
    )
  })
})

describe('smoothing', () => {
  const impulse = (rows: number, cols: number) => {
    const values = new Float32Array(rows * cols)
    values[Math.floor(rows / 2) * cols + Math.floor(cols / 2)] = 1
    return values
  }
  const spread = (values: Float32Array, rows: number, cols: number) => {
    let [sum, squares] = [0, 0]
    values.forEach((value, i) => {
      sum += value
      squares += value * (Math.floor(i / cols) - Math.floor(rows / 2)) ** 2
    })
    return { sum, sigma: Math.sqrt(squares / sum) }
  }

  it('spreads a point over σ and keeps its sum', () => {
    for (const sigma of [1, 2.5, 6]) {
      const { sum, sigma: found } = spread(
        gaussian(impulse(101, 81), 101, 81, sigma, silentProgress),
        101,
        81,
      )
      expect(sum).toBeCloseTo(1, 5)
      expect(found).toBeCloseTo(sigma, 1)
    }
    for (const sigma of [5, 15]) {
      const { sum, sigma: found } = spread(
        wideGaussian(impulse(201, 181), 201, 181, sigma, silentProgress),
        201,
        181,
      )
      expect(sum).toBeCloseTo(1, 4)
      expect(Math.abs(found / sigma - 1)).toBeLessThan(0.04)
    }
  })

  it('keeps a flat image flat up to its edges, however wide it is', () => {
    const flat = new Float32Array(12 * 7).fill(0.4)
    for (const sigma of [0, 0.5, 3, 20])
      for (const value of gaussian(flat, 12, 7, sigma, silentProgress)) expect(value).toBeCloseTo(0.4, 6)
    for (const sigma of [3, 200])
      for (const value of wideGaussian(flat, 12, 7, sigma, silentProgress)) expect(value).toBeCloseTo(0.4, 5)
  })
})
