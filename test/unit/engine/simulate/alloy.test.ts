import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inputColumns, names, trueOutcome } from '../../../../main/engine/simulate/index.ts'
import {
  atomicAl,
  atomicNi,
  equilibriumFraction,
  meanRadiusNm,
  precipitateFraction,
  solvusC,
  transformedShare,
} from '../../../../main/engine/simulate/precipitation.ts'
import {
  radiusOfSectionNm,
  sectionAreaRatio,
  sectionDiameterUm,
  sectionMeanRatio,
} from '../../../../main/engine/simulate/section.ts'
import { grainSizeUm, orowanMPa, taylorMPa, yieldTerms } from '../../../../main/engine/simulate/strength.ts'
import { alloy } from '../../../../main/engine/simulate/constants.ts'

const niWt = fc.double({ min: 6, max: 9.5, noNaN: true })
const alWt = fc.double({ min: 4.5, max: 6.8, noNaN: true })
const ageingC = fc.double({ min: 660, max: 820, noNaN: true })
const timeH = fc.double({ min: 4, max: 200, noNaN: true })

describe('precipitate fraction', () => {
  it('satisfies the solubility product and the mass balance', () => {
    fc.assert(
      fc.property(niWt, alWt, ageingC, (ni, al, t) => {
        const f = equilibriumFraction(ni, al, t)
        const product = (atomicNi(ni) - f / 2) * (atomicAl(al) - f / 2)
        expect(f).toBeGreaterThan(0)
        expect(Math.log(product)).toBeCloseTo(alloy.solubilityA - alloy.solubilityBK / (t + 273.15), 8)
      }),
    )
  })
  it('is zero from the solvus on, and the solvus lies below every solution temperature of the design', () => {
    fc.assert(
      fc.property(niWt, alWt, (ni, al) => {
        const solvus = solvusC(ni, al)
        expect(solvus).toBeLessThan(1120)
        expect(equilibriumFraction(ni, al, solvus + 0.01)).toBe(0)
        expect(equilibriumFraction(ni, al, solvus - 1)).toBeGreaterThan(0)
      }),
    )
  })
  it('grows with time towards the lever rule, as JMAK says', () => {
    const start = alloy.formedOnCooling
    expect(transformedShare(700, 0)).toBe(start)
    const half = Math.log(2) ** (1 / alloy.jmakExponent) / alloy.jmakRate700PerH
    expect(transformedShare(700, half)).toBeCloseTo((1 + start) / 2, 12)
    expect(transformedShare(720, half)).toBeGreaterThan((1 + start) / 2)
    expect(precipitateFraction(8, 6, 750, 1000)).toBeCloseTo(equilibriumFraction(8, 6, 750), 12)
  })
})

describe('precipitate size', () => {
  it('coarsens as r³ = r0³ + K t, r0 falling with the cooling rate', () => {
    const r = (t: number): number => meanRadiusNm(2, 760, t) ** 3
    expect(r(20) - r(10)).toBeCloseTo(r(110) - r(100), 3)
    expect(meanRadiusNm(1, 700, 0)).toBeCloseTo(alloy.startRadiusNm, 9)
    expect(meanRadiusNm(16, 700, 0)).toBeCloseTo(alloy.startRadiusNm / 2, 9)
    expect(meanRadiusNm(1e12, 700, 100)).toBeCloseTo(62, 0)
  })
  it('shows sections of π/4 (1 + CV²) of the mean sphere, before the thinnest caps are left out', () => {
    const spread = Math.exp(alloy.logSizeSd ** 2)
    const plain = (Math.PI / 4) * spread
    expect(sectionMeanRatio).toBeGreaterThan(plain)
    expect(sectionMeanRatio).toBeLessThan(plain * 1.03)
    expect(sectionAreaRatio).toBeGreaterThan((2 / 3) * Math.exp(3 * alloy.logSizeSd ** 2) * 0.98)
    expect(radiusOfSectionNm(sectionDiameterUm(80))).toBeCloseTo(80, 10)
  })
})

describe('strength', () => {
  it('gives the Orowan stress of a worked example', () => {
    // r = 100 nm, f = 0.15: rs 81.65 nm, L 210.4 nm, ln(2rs/b) 6.490, line tension term 8.366e3 MPa nm.
    const rs = Math.sqrt(2 / 3) * 100
    const spacing = rs * (Math.sqrt(Math.PI / 0.15) - 2)
    const line = (2.9 * 0.4 * 77_000 * 0.248) / (Math.PI * Math.sqrt(0.71))
    expect(orowanMPa(0.15, 100)).toBeCloseTo((line * Math.log((2 * rs) / 0.248)) / spacing, 9)
    expect(orowanMPa(0.15, 100)).toBeGreaterThan(240)
    expect(orowanMPa(0.15, 100)).toBeLessThan(270)
    expect(orowanMPa(0, 100)).toBe(0)
  })
  it('adds its terms as stated', () => {
    const terms = yieldTerms(10, 8, 0.1, 80, 25)
    expect(terms.hallPetchMPa).toBeCloseTo(120, 12)
    expect(terms.forestMPa).toBeCloseTo(taylorMPa(), 12)
    expect(terms.totalMPa).toBeCloseTo(
      50 + 120 + terms.solidSolutionMPa + Math.sqrt(terms.forestMPa ** 2 + terms.orowanMPa ** 2),
      9,
    )
  })
  it('stays within sane limits all over the design, with grain size rising with temperature', () => {
    fc.assert(
      fc.property(niWt, alWt, ageingC, timeH, (ni, al, t, hours) => {
        const outcome = trueOutcome({
          [names.cr]: 10,
          [names.ni]: ni,
          [names.al]: al,
          [names.solutionTemperature]: 1200,
          [names.ageingTemperature]: t,
          [names.ageingTime]: hours,
          [names.coolingRate]: 10,
          [names.deformation]: 40,
        })
        expect(outcome.yieldMPa).toBeGreaterThan(350)
        expect(outcome.yieldMPa).toBeLessThan(1200)
        expect(outcome.areaFraction).toBeLessThan(0.2)
      }),
    )
    expect(grainSizeUm(1250, 40)).toBeGreaterThan(grainSizeUm(1150, 40))
    expect(grainSizeUm(1150, 60)).toBeLessThan(grainSizeUm(1150, 20))
  })
  it('refuses missing and absent inputs by name', () => {
    expect(() => trueOutcome({})).toThrowError(
      expect.objectContaining({ code: 'COLUMN_UNKNOWN', detail: 'Cr' }),
    )
    const all = Object.fromEntries(inputColumns.map(({ name }) => [name, 10]))
    expect(() => trueOutcome({ ...all, [names.ageingTime]: Number.NaN })).toThrowError(
      expect.objectContaining({ code: 'BAD_REQUEST', detail: 'ageing time' }),
    )
  })
})
