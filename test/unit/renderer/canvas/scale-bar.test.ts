import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lengthLabel, scaleBar } from '../../../../renderer/canvas/scale-bar.ts'

describe('scale bar', () => {
  it('is as long on the screen as its label says', () => {
    // 4.2 nm per picture px at zoom 0.5: 8.4 nm per screen px; 200 px hold 1.68 µm.
    expect(scaleBar(0.0084, 200)).toEqual({ lengthUm: 1, lengthPx: 1 / 0.0084, label: '1 µm' })
  })

  it('is 1, 2 or 5 times a power of ten, at most the room, and more than two fifths of it', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-5, max: 1e3, noNaN: true }), (umPerPx) => {
        const bar = scaleBar(umPerPx, 200)
        const mantissa = Number(
          (bar.lengthUm / 10 ** Math.floor(Math.log10(bar.lengthUm) + 1e-9)).toPrecision(4),
        )
        expect([1, 2, 5]).toContain(mantissa)
        expect(bar.lengthPx).toBeLessThanOrEqual(200 * (1 + 1e-6))
        expect(bar.lengthPx).toBeGreaterThan(79)
        expect(bar.lengthPx * umPerPx).toBeCloseTo(bar.lengthUm, 6)
      }),
    )
  })

  it('labels in the unit that needs the fewest figures', () => {
    expect([0.05, 0.2, 1, 500, 2000].map(lengthLabel)).toEqual(['50 nm', '200 nm', '1 µm', '500 µm', '2 mm'])
  })
})
