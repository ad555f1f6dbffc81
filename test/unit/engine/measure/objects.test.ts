import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ContractError } from '../../../../main/contract/index.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'
import { measureObjects } from '../../../../main/engine/measure/index.ts'
import { nearestNeighbours } from '../../../../main/engine/measure/neighbours.ts'
import { croftonPerimeter } from '../../../../main/engine/measure/perimeter.ts'
import { gatherRegions } from '../../../../main/engine/measure/regions.ts'
import { drawDiscs } from '../segment/scenes.ts'

const one = (labels: Int32Array, rows: number, cols: number, pixel: [number, number] | null = null) =>
  measureObjects(
    labels,
    rows,
    cols,
    pixel === null ? null : { row: pixel[0], col: pixel[1], source: 'person' },
    0,
  ).objects[0]!

const perimeter = (labels: Int32Array, rows: number, cols: number, pixelRow = 1, pixelCol = 1) => {
  const { crossings } = gatherRegions(labels, rows, cols)
  return croftonPerimeter(crossings.row[0]!, crossings.col[0]!, crossings.diagonal[0]!, pixelRow, pixelCol)
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('measureObjects on discs', () => {
  it('reads perimeter within 1 % and circularity within 2 % from radius 5 on, over random places', () => {
    const random = randomStream(1, 'discs')
    for (const radius of [5, 8, 12, 20, 40, 80]) {
      const size = 2 * radius + 8
      const ratios: number[] = []
      const circularities: number[] = []
      for (let k = 0; k < 40; k++) {
        const [row, col] = [size / 2 + random.uniform(), size / 2 + random.uniform()]
        const labels = drawDiscs(size, size, [{ row, col, radius }])
        const object = one(labels, size, size)
        ratios.push(perimeter(labels, size, size) / (2 * Math.PI * radius))
        circularities.push(object.circularity!)
        expect(object.feretMax).toBeGreaterThan(2 * radius - 0.5)
        expect(object.feretMax).toBeLessThan(2 * radius + Math.SQRT2)
        expect(object.equivalentCircleDiameter / (2 * radius)).toBeGreaterThan(0.97)
        expect(object.equivalentCircleDiameter / (2 * radius)).toBeLessThan(1.03)
        expect(Math.hypot(object.centroidRowPx - row, object.centroidColPx - col)).toBeLessThan(0.3)
        expect(object.aspectRatio).toBeLessThan(1.08)
      }
      expect(Math.abs(mean(ratios) - 1)).toBeLessThan(0.01)
      expect(Math.abs(mean(circularities) - 1)).toBeLessThan(0.02)
    }
  })

  it('gives the same for pixels that are not square', () => {
    const [pixelRow, pixelCol] = [0.5, 0.8]
    const [rows, cols] = [140, 90]
    for (const radius of [10, 25]) {
      const labels = Int32Array.from({ length: rows * cols }, (_, i) => {
        const r = (Math.floor(i / cols) - 70.3) * pixelRow
        const c = ((i % cols) - 44.7) * pixelCol
        return r * r + c * c <= radius * radius ? 1 : 0
      })
      const object = one(labels, rows, cols, [pixelRow, pixelCol])
      expect(object.equivalentCircleDiameter / (2 * radius)).toBeCloseTo(1, 2)
      expect(object.aspectRatio).toBeCloseTo(1, 2)
      expect(Math.abs(object.circularity! - 1)).toBeLessThan(0.02)
      expect(
        Math.abs(perimeter(labels, rows, cols, pixelRow, pixelCol) / (2 * Math.PI * radius) - 1),
      ).toBeLessThan(0.01)
      expect(Math.abs(object.feretMax / (2 * radius) - 1)).toBeLessThan(0.06)
    }
  })
})

describe('measureObjects on exact shapes', () => {
  it('is exact for rectangles and single pixels', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), (h, w) => {
        const labels = new Int32Array(16 * 16)
        for (let r = 2; r < 2 + h; r++) for (let c = 3; c < 3 + w; c++) labels[r * 16 + c] = 7
        const object = one(labels, 16, 16)
        expect(object.label).toBe(7)
        expect(object.area).toBe(h * w)
        expect(object.aspectRatio).toBeCloseTo(Math.max(h, w) / Math.min(h, w), 10)
        expect(object.feretMax).toBeCloseTo(Math.hypot(h, w), 10)
        expect([object.centroidRowPx, object.centroidColPx]).toEqual([2 + (h - 1) / 2, 3 + (w - 1) / 2])
        expect(object.circularity === null).toBe(h * w < 30)
        expect([object.touchesEdge, object.nearestNeighbourDistance]).toEqual([false, null])
      }),
    )
  })

  it('reads the axes of ellipses at any angle', () => {
    for (const angle of [0, 0.4, 0.9, Math.PI / 2]) {
      const labels = Int32Array.from({ length: 120 * 120 }, (_, i) => {
        const [r, c] = [Math.floor(i / 120) - 60.3, (i % 120) - 59.8]
        const u = c * Math.cos(angle) + r * Math.sin(angle)
        const v = r * Math.cos(angle) - c * Math.sin(angle)
        return (u / 45) ** 2 + (v / 15) ** 2 <= 1 ? 1 : 0
      })
      const object = one(labels, 120, 120)
      expect(Math.abs(object.aspectRatio / 3 - 1)).toBeLessThan(0.01)
      expect(Math.abs(object.feretMax - 90)).toBeLessThan(1.5)
    }
  })

  it('leaves holes out of the area, and counts their boundary', () => {
    const labels = drawDiscs(80, 80, [
      { row: 40.3, col: 39.8, radius: 30 },
      { row: 40.3, col: 39.8, radius: 15 },
    ]).map((label) => (label === 1 ? 1 : 0))
    expect(one(labels, 80, 80).area / (Math.PI * (900 - 225))).toBeCloseTo(1, 2)
    expect(perimeter(labels, 80, 80) / (2 * Math.PI * 45)).toBeCloseTo(1, 2)
  })

  it('flags objects at any edge of the analysed rows and passes the databar over', () => {
    const [rows, cols] = [40, 40]
    const labels = new Int32Array(rows * cols)
    const put = (row: number, col: number, label: number) =>
      labels.fill(label, row * cols + col, row * cols + col + 2)
    put(0, 10, 1)
    put(15, 0, 2)
    put(15, 38, 3)
    put(29, 20, 4)
    put(28, 5, 5)
    put(35, 5, 9)
    const { objects } = measureObjects(labels, rows, cols, null, 10)
    expect(objects.map(({ label, touchesEdge }) => [label, touchesEdge])).toEqual([
      [1, true],
      [2, true],
      [3, true],
      [4, true],
      [5, false],
    ])
  })

  it('is empty for an empty label image and refuses what is none', () => {
    expect(measureObjects(new Int32Array(12), 3, 4, null, 0)).toEqual({ lengthUnit: 'px', objects: [] })
    expect(() => measureObjects(new Int32Array(11), 3, 4, null, 0)).toThrow(ContractError)
    expect(() => measureObjects(new Int32Array(12), 3, 4, null, 3)).toThrow(ContractError)
    expect(() => measureObjects(Int32Array.from([0, -1]), 1, 2, null, 0)).toThrow(ContractError)
    expect(() => measureObjects(Int32Array.from([0, 2 ** 30]), 1, 2, null, 0)).toThrow(ContractError)
  })

  it('obeys the scaling law: twice the pixel size, twice the lengths, four times the area', () => {
    const random = randomStream(3)
    const labels = Int32Array.from({ length: 50 * 60 }, (_, i) =>
      (i % 60) % 9 < 6 && random.uniform() < 0.8 ? 1 + (i % 4) : 0,
    )
    const small = measureObjects(labels, 50, 60, { row: 0.3, col: 0.4, source: 'table' }, 0)
    const large = measureObjects(labels, 50, 60, { row: 0.6, col: 0.8, source: 'table' }, 0)
    expect([small.lengthUnit, small.objects.length]).toEqual(['µm', 4])
    small.objects.forEach((object, k) => {
      const other = large.objects[k]!
      expect(other.area / object.area).toBeCloseTo(4, 10)
      expect(other.equivalentCircleDiameter / object.equivalentCircleDiameter).toBeCloseTo(2, 10)
      expect(other.feretMax / object.feretMax).toBeCloseTo(2, 10)
      expect(other.nearestNeighbourDistance! / object.nearestNeighbourDistance!).toBeCloseTo(2, 10)
      expect(other.aspectRatio).toBeCloseTo(object.aspectRatio, 10)
      expect(other.circularity).toBeCloseTo(object.circularity!, 10)
      expect(other.centroidRowPx).toBe(object.centroidRowPx)
    })
  })
})

describe('nearestNeighbours', () => {
  it('agrees with comparing all pairs, for scattered, clustered and collinear points', () => {
    const coordinate = fc.oneof(
      fc.double({ min: 0, max: 1000, noNaN: true }),
      fc.double({ min: 500, max: 500.01, noNaN: true }),
      fc.constant(3),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(coordinate, coordinate), { maxLength: 60 }), (points) => {
        const { distance: found, index } = nearestNeighbours(
          Float64Array.from(points, ([x]) => x),
          Float64Array.from(points, ([, y]) => y),
        )
        points.forEach(([x, y], i) => {
          const all = points.filter((_, j) => j !== i).map(([a, b]) => Math.sqrt((x - a) ** 2 + (y - b) ** 2))
          if (all.length === 0) expect(found[i]).toBeNaN()
          else {
            expect(found[i]).toBeCloseTo(Math.min(...all), 9)
            const [a, b] = points[index[i]!]!
            expect(index[i]).not.toBe(i)
            expect(found[i]).toBe(Math.sqrt((x - a) ** 2 + (y - b) ** 2))
          }
        })
      }),
      { numRuns: 400 },
    )
  })
})
