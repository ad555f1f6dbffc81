import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  fit,
  maxScale,
  panBy,
  reveal,
  toPicture,
  toScreen,
  visiblePart,
  zoomAt,
  type View,
} from '../../../../renderer/canvas/view.ts'

const picture = { width: 2048, height: 1768 }
const canvas = { width: 1000, height: 600 }
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const views = fc.record({
  scale: number(0.05, 60),
  offsetX: number(-5000, 5000),
  offsetY: number(-5000, 5000),
})

describe('view of a picture', () => {
  it('toPicture undoes toScreen', () => {
    fc.assert(
      fc.property(views, number(-100, 3000), number(-100, 3000), (view, x, y) => {
        const back = toPicture(view, toScreen(view, { x, y }))
        expect(back.x).toBeCloseTo(x, 6)
        expect(back.y).toBeCloseTo(y, 6)
      }),
    )
  })

  it('zooming keeps the picture point under the cursor where it is', () => {
    fc.assert(
      fc.property(views, number(0, 1000), number(0, 600), number(0.2, 5), (view, x, y, factor) => {
        const before = toPicture(view, { x, y })
        const zoomed = zoomAt(view, { x, y }, factor, picture, canvas)
        const after = toScreen(zoomed, before)
        expect(after.x).toBeCloseTo(x, 5)
        expect(after.y).toBeCloseTo(y, 5)
        expect(zoomed.scale).toBeLessThanOrEqual(maxScale)
      }),
    )
  })

  it('zooming in and out by the same factor comes back', () => {
    const view = fit(picture, canvas)
    const at = { x: 200, y: 500 }
    const back = zoomAt(zoomAt(view, at, 2, picture, canvas), at, 0.5, picture, canvas)
    expect(back.scale).toBeCloseTo(view.scale, 12)
    expect(back.offsetX).toBeCloseTo(view.offsetX, 9)
  })

  it('does not zoom out beyond half of the fitting scale', () => {
    const far = zoomAt(fit(picture, canvas), { x: 1, y: 1 }, 1e-6, picture, canvas)
    expect(far.scale).toBeCloseTo(fit(picture, canvas).scale / 2, 12)
  })

  it('fits the whole picture, centred, touching two edges', () => {
    const view = fit(picture, canvas)
    const a = toScreen(view, { x: 0, y: 0 })
    const b = toScreen(view, { x: picture.width, y: picture.height })
    expect(a.y).toBeCloseTo(0, 9)
    expect(b.y).toBeCloseTo(canvas.height, 9)
    expect(a.x).toBeCloseTo(canvas.width - b.x, 9)
    expect(a.x).toBeGreaterThan(0)
  })

  it('panning never loses the picture', () => {
    fc.assert(
      fc.property(number(-1e5, 1e5), number(-1e5, 1e5), number(0.1, 8), (dx, dy, scale) => {
        const view: View = { scale, offsetX: 0, offsetY: 0 }
        const moved = panBy(view, dx, dy, picture, canvas)
        const part = visiblePart(moved, picture, canvas)
        expect((part.x1 - part.x0) * scale).toBeGreaterThanOrEqual(47.9)
        expect((part.y1 - part.y0) * scale).toBeGreaterThanOrEqual(47.9)
      }),
    )
  })

  it('reveals a point with the least move, and does not move for a point in sight', () => {
    const view: View = { scale: 2, offsetX: 0, offsetY: 0 }
    expect(reveal(view, { x: 100, y: 100 }, canvas)).toEqual(view)
    const moved = toScreen(reveal(view, { x: 700, y: 100 }, canvas, 40), { x: 700, y: 100 })
    expect(moved).toEqual({ x: canvas.width - 40, y: 200 })
  })
})
