import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ac1C,
  ac3C,
  coarsenedRadius,
  fleischerMPa,
  grainSizeUm,
  hallPetchMPa,
  hallPetchNote,
  inQuadrature,
  intercriticalShare,
  inverseRoot,
  jmakFraction,
  labuschMPa,
  linearSolutionMPa,
  lnArrhenius,
  lnGrainSize,
  lswRateM3PerS,
  martensiteFraction,
  martensiteStartC,
  obstacleSpacingNm,
  orowanMPa,
  reuss,
  taylorMPa,
  undissolvedFractions,
  voigt,
  weakPairCuttingMPa,
  zenerLimitUm,
} from '../../../../main/engine/models/physics/index.ts'
import { USUAL_NITROGEN_WT } from '../../../../main/engine/models/physics/steel/precipitates.ts'

const nickel = { shearModulusGPa: 80, burgersNm: 0.25, poissonRatio: 0.3, taylorFactor: 3.06 }

describe('grain growth', () => {
  const constants = { exponent: 2, lnK0: Math.log(4e8), activationEnergyJPerMol: 200_000 }
  it('is parabolic for n = 2: D² − D0² grows in proportion to time', () => {
    const grown = (t: number): number => grainSizeUm(10, t, 1000, constants) ** 2 - 100
    expect(grown(7200) / grown(3600)).toBeCloseTo(2, 10)
    const k = 4e8 * Math.exp(-200_000 / (8.31446261815324 * 1273.15))
    expect(grown(3600)).toBeCloseTo(k * 3600, 6)
  })

  it('starts from the initial size, and from nothing where that is 0', () => {
    expect(grainSizeUm(10, 0, 1000, constants)).toBeCloseTo(10, 12)
    const free = grainSizeUm(0, 3600, 1000, constants)
    expect(free).toBeGreaterThan(0)
    expect(grainSizeUm(free / 1e6, 3600, 1000, constants)).toBeCloseTo(free, 8)
    expect(grainSizeUm(-1, 3600, 1000, constants)).toBeNaN()
  })

  it('has the gradient of finite differences, and never shrinks with time or temperature', () => {
    const arbitrary = fc.record({
      start: fc.double({ min: 2, max: 200, noNaN: true }),
      time: fc.double({ min: 60, max: 1e5, noNaN: true }),
      temperature: fc.double({ min: 800, max: 1300, noNaN: true }),
      exponent: fc.double({ min: 2, max: 8, noNaN: true }),
    })
    fc.assert(
      fc.property(arbitrary, ({ start, time, temperature, exponent }) => {
        const c = { exponent, lnK0: exponent * 12, activationEnergyJPerMol: exponent * 85_000 }
        const { value, gradient } = lnGrainSize(start, time, temperature, c)
        const at = (change: Partial<typeof c>, s = start): number =>
          lnGrainSize(s, time, temperature, { ...c, ...change }).value
        const slope = (low: number, high: number, h: number): number => (high - low) / (2 * h)
        const h = 1e-5
        expect(gradient.exponent).toBeCloseTo(
          slope(at({ exponent: exponent - h }), at({ exponent: exponent + h }), h),
          5,
        )
        expect(gradient.lnK0).toBeCloseTo(slope(at({ lnK0: c.lnK0 - h }), at({ lnK0: c.lnK0 + h }), h), 5)
        expect(gradient.activationEnergyJPerMol * 1e5).toBeCloseTo(
          1e5 *
            slope(
              at({ activationEnergyJPerMol: c.activationEnergyJPerMol - 10 }),
              at({ activationEnergyJPerMol: c.activationEnergyJPerMol + 10 }),
              10,
            ),
          4,
        )
        expect(gradient.lnInitial).toBeCloseTo(
          slope(at({}, start * Math.exp(-h)), at({}, start * Math.exp(h)), h),
          5,
        )
        expect(lnGrainSize(start, 2 * time, temperature, c).value).toBeGreaterThanOrEqual(value - 1e-12)
        expect(lnGrainSize(start, time, temperature + 20, c).value).toBeGreaterThanOrEqual(value - 1e-12)
        expect(value).toBeGreaterThanOrEqual(Math.log(start) - 1e-12)
      }),
    )
  })

  it('stops at Zener’s limit', () => {
    expect(zenerLimitUm(0.03, 0.002)).toBeCloseTo(20, 10)
    expect(zenerLimitUm(0.03, 0)).toBe(Infinity)
  })
})

describe('other kinetics', () => {
  it('coarsening: r³ is linear in time, K is 8γDcV²/9RT', () => {
    expect(coarsenedRadius(2, 1, 19)).toBeCloseTo(3, 12)
    const c = {
      interfaceEnergyJPerM2: 0.02,
      diffusivityM2PerS: 1e-17,
      solubilityMolPerM3: 2e4,
      molarVolumeM3: 7e-6,
    }
    expect(lswRateM3PerS(c, 800)).toBeCloseTo(
      (8 * 0.02 * 1e-17 * 2e4 * 4.9e-11) / (9 * 8.31446261815324 * 1073.15),
      40,
    )
  })

  it('JMAK is 1 − 1/e at kt = 1 whatever n, with the gradient of finite differences', () => {
    for (const n of [1, 2, 3.7]) expect(jmakFraction(0.01, 100, n).value).toBeCloseTo(1 - 1 / Math.E, 12)
    const { gradient } = jmakFraction(0.01, 70, 2.2)
    const h = 1e-6
    const slope = (a: number, b: number): number => (b - a) / (2 * h)
    expect(gradient.lnRate).toBeCloseTo(
      slope(
        jmakFraction(0.01 * Math.exp(-h), 70, 2.2).value,
        jmakFraction(0.01 * Math.exp(h), 70, 2.2).value,
      ),
      6,
    )
    expect(gradient.exponent).toBeCloseTo(
      slope(jmakFraction(0.01, 70, 2.2 - h).value, jmakFraction(0.01, 70, 2.2 + h).value),
      6,
    )
    expect(jmakFraction(0.01, 0, 2).value).toBe(0)
  })

  it('Koistinen–Marburger leaves austenite as published and none forms above Ms', () => {
    expect(martensiteFraction(25, 325)).toBeCloseTo(1 - Math.exp(-3.3), 12)
    expect(martensiteFraction(400, 325)).toBe(0)
  })

  it('Arrhenius is its reference at the reference temperature', () => {
    expect(lnArrhenius(-3, 250_000, 900, 900)).toBe(-3)
    expect(lnArrhenius(-3, 250_000, 950, 900)).toBeGreaterThan(-3)
  })
})

describe('strength', () => {
  it('Hall–Petch in MPa·µm^1/2, with a warning below its range', () => {
    expect(hallPetchMPa(194, 490, 4)).toBeCloseTo(439, 10)
    expect(inverseRoot(4)).toBe(0.5)
    expect(inverseRoot(0)).toBeNaN()
    expect(hallPetchNote(0.2)?.code).toBe('HALL_PETCH_RANGE')
    expect(hallPetchNote(5)).toBeNull()
  })

  it('solid solution: square root, two thirds, linear', () => {
    expect(fleischerMPa(1000, 0.04)).toBeCloseTo(200, 10)
    expect(labuschMPa(1000, 0.008)).toBeCloseTo(40, 10)
    expect(linearSolutionMPa({ Mg: 14, Mn: 20 }, { Mg: 4.5, Zn: 1 })).toBeCloseTo(63, 10)
  })

  it('Orowan falls with spacing, grows with fraction, and is finite at the edge of its range', () => {
    // Hand calculation: rs = 8.165 nm, L = 8.165 (√(π/0.02) − 2) = 86.0 nm.
    expect(obstacleSpacingNm(10, 0.02)).toBeCloseTo(86.0, 1)
    const byHand = (3.06 * 0.4 * 80_000 * 0.25 * Math.log(16.33 / 0.25)) / (Math.PI * Math.sqrt(0.7) * 86.0)
    expect(orowanMPa(10, 0.02, nickel) / byHand).toBeCloseTo(1, 3)
    expect(orowanMPa(10, 0, nickel)).toBe(0)
    expect(orowanMPa(10, 0.05, nickel)).toBeGreaterThan(orowanMPa(10, 0.02, nickel))
    expect(orowanMPa(40, 0.02, nickel)).toBeLessThan(orowanMPa(10, 0.02, nickel))
    expect(orowanMPa(10, 0.9, nickel)).toBeNaN()
  })

  it('weak pairs: a quarter of the size cuts the root in half, and small particles do nothing', () => {
    const plus = (r: number): number =>
      weakPairCuttingMPa(r, 0.2, 0.15, nickel) + (3.06 * 0.15 * 0.2) / (2 * 0.25e-9) / 1e6
    expect(plus(8) / plus(2)).toBeCloseTo(2, 8)
    expect(weakPairCuttingMPa(1e-3, 0.2, 0.15, nickel)).toBe(0)
    expect(weakPairCuttingMPa(10, 0, 0.15, nickel)).toBe(0)
  })

  it('Taylor: M α G b √ρ, and strong obstacles add in quadrature', () => {
    expect(taylorMPa(1e14, 0.25, nickel)).toBeCloseTo(3.06 * 0.25 * 80_000 * 0.25e-9 * 1e7, 8)
    expect(inQuadrature(300, 400)).toBe(500)
  })

  it('mixtures: Reuss never above Voigt, equal for one phase', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 900 }), (f, s) => {
        expect(reuss([f, 1 - f], [s, 1000])).toBeLessThanOrEqual(voigt([f, 1 - f], [s, 1000]) + 1e-9)
      }),
    )
    expect(reuss([1, 0], [250, 900])).toBeCloseTo(voigt([1, 0], [250, 900]), 12)
  })
})

describe('steel', () => {
  const microalloyed = { C: 0.1, Mn: 1.4, Nb: 0.04, Ti: 0.015, Al: 0.03, V: 0.05, N: 0.005 }
  it('particles dissolve on heating, niobium carbonitride near 1150 °C, titanium nitride not at all', () => {
    let before = Infinity
    for (let t = 850; t <= 1300; t += 50) {
      const { Nb, Ti, Al, V } = undissolvedFractions(microalloyed, t)
      expect(Nb + Ti + Al + V).toBeLessThanOrEqual(before + 1e-12)
      before = Nb + Ti + Al + V
      for (const f of [Nb, Ti, Al, V]) expect(f).toBeGreaterThanOrEqual(0)
    }
    expect(undissolvedFractions(microalloyed, 900).Nb).toBeGreaterThan(2e-4)
    expect(undissolvedFractions(microalloyed, 1250).Nb).toBe(0)
    expect(undissolvedFractions(microalloyed, 1250).Ti).toBeGreaterThan(5e-5)
  })

  it('what is left dissolved lies on the solubility product', () => {
    const { Nb } = undissolvedFractions({ C: 0.1, Nb: 0.1, N: 1e-9 }, 1000)
    const bound = Nb / 0.012
    const product = (0.1 - bound) * (0.1 - (bound * 12.011) / 92.906)
    expect(Math.log10(product)).toBeCloseTo(2.26 - 6770 / 1273.15, 8)
  })

  it('nitrogen that no one measured is taken as usual, not as none', () => {
    const given = undissolvedFractions({ Ti: 0.02, N: USUAL_NITROGEN_WT }, 1200)
    expect(undissolvedFractions({ Ti: 0.02, N: 0 }, 1200)).toEqual(given)
    expect(undissolvedFractions({ Ti: 0.02 }, 1200)).toEqual(given)
    expect(given.Ti).toBeGreaterThan(0)
  })

  it('Andrews’ temperatures of a plain 0.2 % C steel, and the share between them', () => {
    const steel = { C: 0.2, Mn: 1, Si: 0.3 }
    expect(martensiteStartC(steel)).toBeCloseTo(539 - 84.6 - 30.4, 8)
    expect(ac1C(steel)).toBeCloseTo(723 - 10.7 + 8.73, 8)
    expect(ac3C(steel)).toBeCloseTo(910 - 203 * Math.sqrt(0.2) + 13.41 - 30, 8)
    expect(intercriticalShare(steel, 700)).toBe(0)
    expect(intercriticalShare(steel, 900)).toBe(1)
    expect(intercriticalShare(steel, 0.5 * (ac1C(steel) + ac3C(steel)))).toBeCloseTo(0.5, 10)
  })
})
