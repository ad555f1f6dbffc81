import { describe, expect, it } from 'vitest'
import {
  micrographShape,
  microscopeView,
  renderMicrograph,
  simulateCampaign,
} from '../../../../main/engine/simulate/index.ts'
import { lengthText, scaleBarUm } from '../../../../main/engine/simulate/databar.ts'
import { drawText, textWidthPx } from '../../../../main/engine/simulate/font.ts'
import { placeParticles, reach } from '../../../../main/engine/simulate/particles.ts'
import { sectionMeanRatio } from '../../../../main/engine/simulate/section.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'

const campaign = simulateCampaign({ specimens: 24, fieldsPerSpecimen: 2, seed: 4 })
const { rows, cols, databarRows } = micrographShape
const imagePixels = (rows - databarRows) * cols

describe('a rendered field', () => {
  const view = microscopeView(campaign.specimens[0]!)
  const image = renderMicrograph(view, 1, 4)

  it('is the same in any order, and differs between fields, specimens and seeds', () => {
    const second = renderMicrograph(view, 2, 4)
    expect(renderMicrograph(view, 1, 4)).toEqual(image)
    expect(second.pixels).not.toEqual(image.pixels)
    expect(renderMicrograph(view, 1, 5).pixels).not.toEqual(image.pixels)
    expect(renderMicrograph({ ...view, name: 'S099' }, 1, 4).pixels).not.toEqual(image.pixels)
    expect(image.fileName).toBe('S001_f1.png')
    expect(second.fileName).toBe('S001_f2.png')
  })
  it('has a truth that numbers its objects without gap and leaves the databar out', () => {
    expect(image.pixels).toHaveLength(rows * cols)
    const seen = new Set(image.truthLabels)
    expect(seen.size).toBe(image.objectCount + 1)
    expect(Math.max(...seen)).toBe(image.objectCount)
    expect(image.truthLabels.subarray(imagePixels).every((label) => label === 0)).toBe(true)
    const covered = image.truthLabels.reduce((n, label) => n + (label > 0 ? 1 : 0), 0)
    expect(image.trueAreaFraction).toBe(covered / imagePixels)
  })
  it('keeps objects apart: no two labels touch, not even over a corner', () => {
    for (let r = 0; r + 1 < rows - databarRows; r++)
      for (let c = 0; c + 1 < cols; c++) {
        const here = new Set(
          [0, 1, cols, cols + 1].map((o) => image.truthLabels[r * cols + c + o]!).filter((v) => v > 0),
        )
        expect(here.size).toBeLessThan(2)
      }
  })
  it('shows precipitates darker than the matrix by several times the noise', () => {
    const grey = { matrix: [] as number[], particle: [] as number[] }
    for (let i = 0; i < imagePixels; i++)
      (image.truthLabels[i]! > 0 ? grey.particle : grey.matrix).push(image.pixels[i]!)
    const mean = (v: number[]): number => v.reduce((a, b) => a + b, 0) / v.length
    expect(mean(grey.matrix) - mean(grey.particle)).toBeGreaterThan(30)
    const centre = mean(grey.matrix)
    const sd = Math.sqrt(mean(grey.matrix.map((v) => (v - centre) ** 2)))
    expect(sd).toBeGreaterThan(4)
    expect((centre - mean(grey.particle)) / sd).toBeGreaterThan(2.5)
  })
  it('refuses field 0 and a size that is not positive', () => {
    expect(() => renderMicrograph(view, 0, 1)).toThrowError(expect.objectContaining({ code: 'BAD_REQUEST' }))
    expect(() => renderMicrograph({ ...view, pixelSizeUm: 0 }, 1, 1)).toThrowError(
      expect.objectContaining({ code: 'BAD_REQUEST', detail: 'S001' }),
    )
  })
})

describe('fields over a campaign', () => {
  const fields = campaign.specimens.flatMap((s) =>
    [1, 2].map((field) => ({ s, image: renderMicrograph(microscopeView(s), field, 4) })),
  )
  it('have fraction and diameter of the specimen on average', () => {
    let fraction = 0
    let diameter = 0
    for (const { s, image } of fields) {
      fraction += image.trueAreaFraction / s.actual.areaFraction / fields.length
      diameter +=
        image.trueEquivalentCircleDiameterMeanUm! / s.actual.equivalentCircleDiameterMeanUm / fields.length
    }
    expect(Math.abs(fraction - 1)).toBeLessThan(0.04)
    expect(Math.abs(diameter - 1)).toBeLessThan(0.03)
  })
  it('show more than ten objects each', () => {
    for (const { image } of fields) expect(image.objectCount).toBeGreaterThan(10)
  })
})

describe('placement', () => {
  it('keeps the hard core and reaches the fraction asked for', () => {
    const request = {
      rows: 900,
      cols: 900,
      areaFraction: 0.15,
      meanSphereRadiusPx: 12,
      aspectRatio: 1.2,
      gapPx: 2,
    }
    const particles = placeParticles(request, randomStream(3, 'place'))
    let area = 0
    let diameter = 0
    for (const [i, a] of particles.entries()) {
      area += Math.PI * a.radius ** 2
      diameter += (2 * a.radius) / particles.length
      for (const b of particles.slice(0, i))
        expect(Math.hypot(a.centreRow - b.centreRow, a.centreCol - b.centreCol)).toBeGreaterThanOrEqual(
          reach(a) + reach(b) + 2 - 1e-9,
        )
    }
    expect(area / (900 + 2 * 2.6 * 12) ** 2).toBeCloseTo(0.15, 2)
    expect(Math.abs(diameter / (24 * sectionMeanRatio) - 1)).toBeLessThan(0.06)
  })
  it('places nothing for a fraction of 0', () => {
    const request = { rows: 90, cols: 90, areaFraction: 0, meanSphereRadiusPx: 5, aspectRatio: 1.1, gapPx: 1 }
    expect(placeParticles(request, randomStream(3, 'none'))).toEqual([])
  })
})

describe('the databar', () => {
  it.each([
    [0.005, 0.5, '500 nm'],
    [0.0025, 0.2, '200 nm'],
    [0.01, 1, '1 µm'],
    [0.04, 2, '2 µm'],
  ])('has a round bar at %f µm/px', (pixel, um, text) => {
    expect(scaleBarUm(pixel, 110)).toBeCloseTo(um, 12)
    expect(lengthText(um)).toBe(text)
  })
  it('draws the bar in its true length', () => {
    const view = microscopeView(campaign.specimens[0]!)
    const image = renderMicrograph(view, 1, 4)
    const centre = rows - databarRows / 2
    const line = [...image.pixels.subarray(centre * cols, (centre + 1) * cols)]
    let run = 0
    let longest = 0
    for (const grey of line) {
      run = grey > 200 ? run + 1 : 0
      longest = Math.max(longest, run)
    }
    expect(longest - 1).toBe(Math.round(scaleBarUm(view.pixelSizeUm, 110) / view.pixelSizeUm))
  })
  it('writes SIMULATED on every image', () => {
    const width = textWidthPx('SIMULATED')
    const word = new Uint8Array(7 * width)
    drawText(word, width, 'SIMULATED', 0, 0, 1)
    const image = renderMicrograph(microscopeView(campaign.specimens[1]!), 2, 4)
    const top = rows - databarRows + Math.floor((databarRows - 7) / 2)
    for (let r = 0; r < 7; r++)
      for (let c = 0; c < width; c++)
        expect(image.pixels[(top + r) * cols + 8 + c]! > 200 ? 1 : 0).toBe(word[r * width + c])
  })
})
