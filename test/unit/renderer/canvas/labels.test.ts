import { encode } from 'fast-png'
import { describe, expect, it } from 'vitest'
import { traceOutlines } from '../../../../renderer/canvas/contours.ts'
import {
  decodeLabels,
  labelAt,
  labelBoxes,
  labelNear,
  type LabelImage,
} from '../../../../renderer/canvas/labels.ts'

function image(lines: string[]): LabelImage {
  const cols = lines[0]?.length ?? 0
  return {
    rows: lines.length,
    cols,
    labels: Uint16Array.from(
      lines.flatMap((line) => [...line].map((sign) => (sign === '.' ? 0 : Number(sign)))),
    ),
  }
}
const small = image(['......', '.11...', '.112..', '...22.', '......'])

function outline(of: LabelImage, only: number | null = null) {
  const pieces: { label: number; length: number }[] = []
  traceOutlines(
    of,
    { x0: 0, y0: 0, x1: of.cols, y1: of.rows },
    (label, x0, y0, x1, y1) => pieces.push({ label, length: Math.hypot(x1 - x0, y1 - y0) }),
    only,
  )
  return pieces
}

describe('label image', () => {
  it('reads 16-bit labels above 255 exactly', () => {
    const labels = Uint16Array.from([0, 1, 255, 256, 40_000, 65_535])
    const png = encode({ width: 3, height: 2, depth: 16, channels: 1, data: labels })
    const decoded = decodeLabels(png)
    expect([decoded.rows, decoded.cols]).toEqual([2, 3])
    expect([...decoded.labels]).toEqual([...labels])
  })

  it('refuses a picture with colours', () => {
    const png = encode({ width: 1, height: 1, depth: 8, channels: 3, data: Uint8Array.from([1, 2, 3]) })
    expect(() => decodeLabels(png)).toThrow(/grey PNG/)
  })

  it('finds the object under a point; pixel i covers i to i + 1', () => {
    expect(labelAt(small, 1, 1)).toBe(1)
    expect(labelAt(small, 2.99, 2.99)).toBe(1)
    expect(labelAt(small, 3.0, 2.5)).toBe(2)
    expect(labelAt(small, 0.5, 0.5)).toBe(0)
    for (const [x, y] of [
      [-0.1, 1],
      [6, 1],
      [1, 5],
    ] as const) {
      expect(labelAt(small, x, y)).toBe(0)
    }
  })

  it('finds the nearest object within reach, and none beyond it', () => {
    expect(labelNear(small, 0.6, 1.5, 1)).toBe(1)
    expect(labelNear(small, 5.2, 3.5, 1)).toBe(2)
    expect(labelNear(small, 5.5, 0.2, 1)).toBe(0)
    expect(labelNear(small, 0.6, 1.5, 0.1)).toBe(0)
  })

  it('boxes each object by its first and last pixel', () => {
    expect(Object.fromEntries(labelBoxes(small))).toEqual({
      1: { x0: 1, y0: 1, x1: 2, y1: 2 },
      2: { x0: 3, y0: 2, x1: 4, y1: 3 },
    })
  })
})

describe('outlines', () => {
  it('close around a single pixel as a diamond of four half-pixel corners', () => {
    const pieces = outline(image(['...', '.3.', '...']))
    expect(pieces).toHaveLength(4)
    expect(pieces.every((piece) => piece.label === 3)).toBe(true)
    expect(pieces.reduce((sum, piece) => sum + piece.length, 0)).toBeCloseTo(4 * Math.SQRT1_2, 12)
  })

  it('close at the edges of the picture too', () => {
    expect(outline(image(['1']))).toHaveLength(4)
  })

  it('of parts add up to the outline of the whole', () => {
    const whole = outline(small).length
    let parts = 0
    for (const x0 of [0, 3]) {
      for (const y0 of [0, 2, 4]) {
        const x1 = x0 === 0 ? 2 : small.cols
        const y1 = y0 === 4 ? small.rows : y0 + 1
        traceOutlines(small, { x0, y0, x1, y1 }, () => parts++)
      }
    }
    expect(parts).toBe(whole)
  })

  it('part two objects that touch, and take only one when asked', () => {
    const touching = image(['1122', '1122'])
    const between = outline(touching).filter((piece) => piece.label === 2)
    expect(between.length).toBeGreaterThan(0)
    expect(outline(touching, 1).every((piece) => piece.label === 1)).toBe(true)
    expect(outline(touching, 1)).toHaveLength(outline(image(['1100', '1100'])).length)
  })
})
