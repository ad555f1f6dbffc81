import { describe, expect, it } from 'vitest'
import { fieldFeature, measureKey } from '../../../../main/contract/index.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'
import { measureField, measures, registerMeasures } from '../../../../main/engine/measure/index.ts'
import { drawDiscs, mirrored, turned } from '../segment/scenes.ts'
import { byKey, discWindow, options } from './scenes.ts'

const lattice = (step: number, radius: number, count: number) => {
  const size = step * count
  const discs = Array.from({ length: count * count }, (_, k) => ({
    row: step / 2 - 0.2 + step * Math.floor(k / count),
    col: step / 2 + 0.3 + step * (k % count),
    radius,
  }))
  return { labels: drawDiscs(size, size, discs), size }
}

describe('measureField', () => {
  it('gives every measure of the contract once, in its shape, or the chosen ones', () => {
    const { labels, size } = lattice(30, 8, 6)
    const all = measureField(labels, size, size, options())
    expect(all.map(({ measure }) => measure)).toEqual(measureKey.options)
    for (const feature of all) expect(fieldFeature.parse(feature)).toEqual(feature)
    const some = measureField(labels, size, size, options({ measures: ['objectCount', 'areaFraction'] }))
    expect(some.map(({ measure }) => measure)).toEqual(['areaFraction', 'objectCount'])
    expect(() => registerMeasures([...measures, measures[0]!])).toThrow(/same key/)
    expect(() => registerMeasures(measures.slice(1))).toThrow(/areaFraction/)
  })

  it('is right on a lattice of discs', () => {
    const [step, radius, count] = [40, 12, 7]
    const { labels, size } = lattice(step, radius, count)
    for (const edge of ['include', 'exclude'] as const) {
      const field = byKey(labels, size, size, { edge, pixelSizeUm: { row: 0.5, col: 0.5, source: 'table' } })
      expect(field.nearestNeighbourDistanceMean.value).toBeCloseTo(step * 0.5, 10)
      expect(field.areaFraction.value).toBeCloseTo((Math.PI * radius ** 2) / step ** 2, 2)
      expect(Math.abs(field.equivalentCircleDiameterMean.value! / radius - 1)).toBeLessThan(0.015)
      expect(Math.abs(field.equivalentCircleDiameterMedian.value! / radius - 1)).toBeLessThan(0.01)
      expect(field.equivalentCircleDiameterCv.value).toBeCloseTo(0, 10)
      expect(Math.abs(field.aspectRatioMean.value! - 1)).toBeLessThan(0.03)
      expect(field.circularityMean.value).toBeCloseTo(1, 1)
      // Mean chord of a disc: πr/2.
      expect(field.meanLinealIntercept.value! / ((Math.PI * radius * 0.5) / 2)).toBeCloseTo(1, 1)
      expect(field.meanLinealIntercept.unit).toBe('µm')
      expect(field.numberDensity.unit).toBe('1/µm²')
      expect(field.areaFraction.unit).toBe('1')
      expect(field.areaFraction.n).toBe(16)
    }
    const included = byKey(labels, size, size)
    expect([included.objectCount.value, included.objectCount.n, included.objectCount.low]).toEqual([
      49,
      49,
      null,
    ])
    expect(included.numberDensity.value).toBeCloseTo(49 / size ** 2, 12)
    expect(included.numberDensity.unit).toBe('1/px²')
  })

  it('counts the intercepts of a tiling exactly, cut ends as halves', () => {
    const [side, count] = [10, 8]
    const size = side * count + 6
    const labels = Int32Array.from({ length: size * size }, (_, i) => {
      const [r, c] = [Math.floor(i / size) + 3, (i % size) + 3]
      return 1 + Math.floor(r / side) * 20 + Math.floor(c / side)
    })
    const found = byKey(labels, size, size).meanLinealIntercept
    // Each of the 2·size lines crosses 8 boundaries and 86 px: 86 / 8.
    expect(found.value).toBeCloseTo(size / 8, 10)
    const stripes = Int32Array.from({ length: 60 * 60 }, (_, i) =>
      (i % 60) % 12 < 5 ? 1 + Math.floor((i % 60) / 12) : 0,
    )
    // Columns lie wholly in or out: length without an end. Rows: 5 stripes of 5 px, the first cut by the edge.
    expect(byKey(stripes, 60, 60).meanLinealIntercept.value).toBeCloseTo((2 * 60 * 25) / (60 * 4.5), 10)
  })

  it('keeps values and intervals when the field is turned or mirrored', () => {
    const random = randomStream(5)
    const { labels } = discWindow(random, 150, 230, 0.0008, () => 4 + 8 * random.uniform(), 2)
    for (const edge of ['include', 'exclude'] as const) {
      const here = measureField(labels, 150, 230, options({ edge }))
      for (const other of [
        measureField(turned(labels, 150, 230), 230, 150, options({ edge })),
        measureField(mirrored(labels, 150, 230), 150, 230, options({ edge })),
      ])
        here.forEach((feature, k) => {
          const key = feature.measure
          expect(other[k]!.value, key).toBeCloseTo(feature.value!, 9)
          expect(other[k]!.n, key).toBe(feature.n)
          // A mirrored tile or line grid may part uneven sizes elsewhere by a pixel.
          if (feature.low !== null) {
            const width = feature.high! - feature.low
            expect(Math.abs(other[k]!.low! - feature.low) / width, key).toBeLessThan(0.05)
          }
        })
    }
  })

  it('obeys the scaling law', () => {
    const random = randomStream(6)
    const { labels } = discWindow(random, 160, 200, 0.0008, () => 4 + 8 * random.uniform(), 2)
    const power = { number: 0, length: 1, perArea: -2 }
    for (const edge of ['include', 'exclude'] as const) {
      const one = measureField(
        labels,
        160,
        200,
        options({ edge, pixelSizeUm: { row: 0.2, col: 0.2, source: 'flag' } }),
      )
      const two = measureField(
        labels,
        160,
        200,
        options({ edge, pixelSizeUm: { row: 0.4, col: 0.4, source: 'flag' } }),
      )
      one.forEach((feature, k) => {
        const factor = 2 ** power[measures.find(({ key }) => key === feature.measure)!.dimension]
        for (const part of ['value', 'low', 'high'] as const)
          if (feature[part] !== null)
            expect(two[k]![part]! / (feature[part] * factor || 1)).toBeCloseTo(feature[part] === 0 ? 0 : 1, 9)
      })
    }
  })

  it('says why there is no value: empty field, lone object, all at the edge, all tiny', () => {
    const empty = byKey(new Int32Array(100 * 100), 100, 100)
    expect([empty.areaFraction.value, empty.objectCount.value, empty.numberDensity.value]).toEqual([0, 0, 0])
    for (const feature of Object.values(empty)) {
      expect([feature.low, feature.high]).toEqual([null, null])
      if (feature.value === null) expect(feature.flag).toBe('no objects in the field')
    }
    expect(empty.equivalentCircleDiameterMean.value).toBeNull()
    expect(empty.areaFraction.flag).toMatch(/no objects/)

    const lone = byKey(drawDiscs(100, 100, [{ row: 50, col: 50, radius: 10 }]), 100, 100, { edge: 'exclude' })
    expect(lone.equivalentCircleDiameterMean).toMatchObject({ n: 1, low: null, high: null, flag: null })
    expect(lone.equivalentCircleDiameterMean.value).toBeCloseTo(20, 0)
    expect([lone.equivalentCircleDiameterCv.value, lone.nearestNeighbourDistanceMean.value]).toEqual([
      null,
      null,
    ])
    expect(lone.nearestNeighbourDistanceMean.flag).toMatch(/single object/)

    const cut = byKey(drawDiscs(100, 100, [{ row: 0, col: 50, radius: 10 }]), 100, 100, { edge: 'exclude' })
    expect([cut.objectCount.value, cut.numberDensity.value, cut.circularityMean.value]).toEqual([
      null,
      null,
      null,
    ])
    expect(cut.objectCount.flag).toMatch(/touches the edge/)
    expect(cut.areaFraction.value).toBeGreaterThan(0)

    const tiny = byKey(drawDiscs(100, 100, [{ row: 50, col: 50, radius: 2 }]), 100, 100)
    expect([tiny.circularityMean.value, tiny.circularityMean.flag]).toEqual([
      null,
      'every object is smaller than 30 px',
    ])
    expect(tiny.aspectRatioMean.value).toBeCloseTo(1, 6)

    const small = byKey(new Int32Array(20 * 20).fill(1), 20, 20)
    expect(small.areaFraction).toMatchObject({ value: 1, low: null })
    expect(small.areaFraction.flag).toMatch(/too small/)
    expect(small.meanLinealIntercept.flag).toMatch(/no boundary/)
  })

  it('leaves the databar out', () => {
    const { labels, size } = lattice(40, 12, 5)
    const above = measureField(labels, size, size, options())
    const withBar = new Int32Array((size + 30) * size).fill(99)
    withBar.set(labels)
    expect(measureField(withBar, size + 30, size, options({ databarRows: 30 }))).toEqual(above)
  })
})
