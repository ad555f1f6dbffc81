import { describe, expect, it } from 'vitest'
import { ContractError, segmentParams, type SegmentParams } from '../../../../main/contract/index.ts'
import { silentProgress } from '../../../../main/engine/dataset/index.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'
import { registerSegmenters, segmentImage, segmenters } from '../../../../main/engine/segment/index.ts'
import { drawDiscs, mirrored, toImage, turned, type Disc } from './scenes.ts'

const params = (parts: Partial<SegmentParams> = {}) => segmentParams.parse(parts)
const run = (
  grey: Float32Array,
  rows: number,
  cols: number,
  parts: Partial<SegmentParams> = {},
  databar = 0,
) => segmentImage(grey, rows, cols, params(parts), databar, silentProgress)

const [rows, cols] = [120, 160]
const discs: Disc[] = [
  { row: 25, col: 30, radius: 12 },
  { row: 30, col: 90, radius: 9 },
  { row: 80, col: 45, radius: 15 },
  { row: 85, col: 120, radius: 11 },
  { row: 119, col: 80, radius: 7 },
]
const truth = drawDiscs(rows, cols, discs)

function noisy(grey: Float32Array, sd: number, seed: number): Float32Array {
  const random = randomStream(seed)
  return grey.map((value) => value + sd * random.normal())
}

describe('segmentImage', () => {
  it('finds discs under noise, bright or dark, and numbers them in raster order', () => {
    for (const [phase, matrix, polarity] of [
      [0.7, 0.3, 'bright'],
      [0.3, 0.7, 'dark'],
    ] as const) {
      const result = run(noisy(toImage(truth, phase, matrix), 0.08, 1), rows, cols)
      expect([result.objectCount, result.polarityUsed, result.notes]).toEqual([5, polarity, []])
      expect(result.threshold).toBeCloseTo(0.5, 1)
      const area = truth.filter((label) => label > 0).length
      expect(result.areaFraction).toBeGreaterThan((0.97 * area) / truth.length)
      expect(result.areaFraction).toBeLessThan((1.03 * area) / truth.length)
      const firsts = [1, 2, 3, 4, 5].map((label) => result.labels.indexOf(label))
      expect(firsts).toEqual([...firsts].sort((a, b) => a - b))
    }
  })

  it('gives the same labels for the same pixels, and the negative the same with the other polarity', () => {
    const grey = noisy(toImage(truth, 0.7, 0.3), 0.08, 2)
    const a = run(grey, rows, cols, { method: 'watershed' })
    const b = run(grey, rows, cols, { method: 'watershed' })
    expect(b).toEqual(a)
    const negative = run(
      grey.map((value) => 1 - value),
      rows,
      cols,
    )
    expect(negative.polarityUsed).toBe('dark')
    expect(negative.objectCount).toBe(5)
  })

  it('calls a flat image empty with a note, whatever the grey level and settings', () => {
    for (const level of [0, 1e-7, 0.1234567, 0.5, 1])
      for (const parts of [
        {},
        { smoothingSigmaPx: 5 },
        { backgroundSigmaPx: 30 },
        { method: 'watershed' as const },
      ]) {
        const result = run(new Float32Array(rows * cols).fill(level), rows, cols, parts)
        expect([result.objectCount, result.areaFraction]).toEqual([0, 0])
        expect(result.notes.map(({ code }) => code)).toEqual(['FLAT_IMAGE'])
      }
  })

  it('does not look at the databar: a bright bar changes nothing above it', () => {
    const grey = noisy(toImage(truth, 0.6, 0.5), 0.01, 3)
    const alone = run(grey, rows, cols)
    const barRows = 20
    const withBar = new Float32Array((rows + barRows) * cols).fill(1)
    withBar.set(grey)
    const result = run(withBar, rows + barRows, cols, {}, barRows)
    expect(result.threshold).toBe(alone.threshold)
    expect(result.areaFraction).toBe(alone.areaFraction)
    expect(result.labels.slice(0, rows * cols)).toEqual(alone.labels)
    expect(result.labels.slice(rows * cols).every((label) => label === 0)).toBe(true)
  })

  it('drops small objects and says so when none is left', () => {
    const grey = toImage(truth, 1, 0)
    const areas = [1, 2, 3, 4, 5].map((label) => truth.filter((value) => value === label).length)
    const limit = [...areas].sort((a, b) => a - b)[1]! + 1
    expect(run(grey, rows, cols, { smoothingSigmaPx: 0, minAreaPx: limit }).objectCount).toBe(3)
    expect(run(grey, rows, cols, { smoothingSigmaPx: 0, minAreaPx: limit - 1 }).objectCount).toBe(4)
    const none = run(grey, rows, cols, { minAreaPx: 100_000 })
    expect([none.objectCount, none.notes.map(({ code }) => code)]).toEqual([0, ['NO_OBJECTS']])
  })

  it('keeps holes as matrix and takes diagonal neighbours for one object', () => {
    const ring = drawDiscs(60, 60, [
      { row: 30, col: 30, radius: 20 },
      { row: 30, col: 30, radius: 8 },
    ]).map((label) => (label === 1 ? 1 : 0))
    const result = run(toImage(ring, 1, 0), 60, 60, { smoothingSigmaPx: 0, polarity: 'bright' })
    expect(result.labels).toEqual(ring)
    const diagonal = Int32Array.from([1, 0, 0, 0, 1, 0, 0, 0, 1])
    expect(run(toImage(diagonal, 1, 0), 3, 3, { smoothingSigmaPx: 0, minAreaPx: 1 }).objectCount).toBe(1)
  })

  it('asks for a polarity where both phases cover about one half', () => {
    const half = Int32Array.from({ length: 100 * 100 }, (_, i) => (i % 100 < 48 ? 1 : 0))
    const result = run(toImage(half, 1, 0), 100, 100, { smoothingSigmaPx: 0 })
    expect(result.polarityUsed).toBe('bright')
    expect(result.notes.map(({ code }) => code)).toEqual(['POLARITY_AMBIGUOUS'])
    const dark = run(toImage(half, 1, 0), 100, 100, { smoothingSigmaPx: 0, polarity: 'dark' })
    expect([dark.polarityUsed, dark.notes]).toEqual(['dark', []])
    expect(dark.areaFraction).toBeCloseTo(0.52, 12)
  })

  it('sees objects under shading that is as strong as the contrast, once the background is levelled', () => {
    const [high, wide] = [300, 400]
    const spots = Array.from({ length: 35 }, (_, k) => ({
      row: 30 + 60 * Math.floor(k / 7),
      col: 28 + 57 * (k % 7),
      radius: 8 + (k % 3),
    }))
    const scene = drawDiscs(high, wide, spots)
    const shaded = toImage(scene, 0.6, 0.4).map(
      (value, i) => value + 0.2 * Math.cos((Math.PI * (i % wide)) / wide),
    )
    const wrong = (labels: Int32Array) => labels.filter((label, i) => label > 0 !== scene[i]! > 0).length
    const plain = run(shaded, high, wide, { polarity: 'bright', backgroundSigmaPx: 0 })
    const levelled = run(shaded, high, wide, { polarity: 'bright', backgroundSigmaPx: 40 })
    expect(wrong(plain.labels)).toBeGreaterThan(0.3 * high * wide)
    expect(wrong(levelled.labels)).toBeLessThan(0.005 * high * wide)
    expect(levelled.objectCount).toBe(35)
  })

  it('counts the same after a turn or in a mirror', () => {
    const grey = noisy(toImage(truth, 0.7, 0.3), 0.1, 4)
    for (const method of ['otsu', 'watershed'] as const) {
      const here = run(grey, rows, cols, { method })
      const turn = run(turned(grey, rows, cols), cols, rows, { method })
      const mirror = run(mirrored(grey, rows, cols), rows, cols, { method })
      for (const other of [turn, mirror]) {
        expect(other.objectCount).toBe(here.objectCount)
        expect(other.areaFraction).toBeCloseTo(here.areaFraction, 4)
      }
    }
  })

  it('stops when it is cancelled', () => {
    const cancelled = {
      check: () => {
        throw new ContractError('CANCELLED', 'Cancelled.')
      },
      report: () => undefined,
    }
    expect(() => segmentImage(toImage(truth, 1, 0), rows, cols, params(), 0, cancelled)).toThrow('Cancelled.')
  })

  it('refuses shapes that do not fit and two segmenters of one id', () => {
    for (const [length, r, c, bar] of [
      [10, 3, 3, 0],
      [9, 3, 3, 3],
      [9, 3, 3, -1],
    ] as const)
      expect(() => run(new Float32Array(length), r, c, {}, bar)).toThrow(ContractError)
    const one = [...segmenters.values()][0]!
    expect(() => registerSegmenters([one, one])).toThrow()
  })
})
