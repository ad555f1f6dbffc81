import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ContractError } from '../../../../main/contract/index.ts'
import { GAS_CONSTANT, ZERO_CELSIUS_K } from '../../../../main/engine/models/physics/constants.ts'
import {
  arrheniusEquivalentTimeS,
  formatProfile,
  jmakProgress,
  larsonMiller,
  larsonMillerOfProfile,
  lnZenerHollomon,
  maxCoolingRateCPerS,
  maxHeatingRateCPerS,
  meanTemperatureC,
  parseProfile,
  peakTemperatureC,
  profileNumbersOfText,
  profileQuantities,
  requireProfile,
  scheilTimeS,
  timeAboveS,
  totalDurationS,
  zenerHollomon,
} from '../../../../main/engine/models/physics/index.ts'

const text = '25>850:300; 850:3600; 850>25:60'
const codeOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    return error instanceof ContractError ? `${error.code}: ${error.detail ?? ''}` : String(error)
  }
  return 'no error'
}
const temperature = fc.integer({ min: -200, max: 1600 })
const segment = fc.record({
  startC: temperature,
  endC: temperature,
  durationS: fc.integer({ min: 0, max: 100_000 }),
})

describe('a written temperature profile', () => {
  it('reads ramps and holds, with times in s, min or h', () => {
    expect(parseProfile(text)).toEqual([
      { startC: 25, endC: 850, durationS: 300 },
      { startC: 850, endC: 850, durationS: 3600 },
      { startC: 850, endC: 25, durationS: 60 },
    ])
    expect(parseProfile(' 20 > 1e3 : 5min ;1000:1.5h; ')).toEqual([
      { startC: 20, endC: 1000, durationS: 300 },
      { startC: 1000, endC: 1000, durationS: 5400 },
    ])
  })

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 6 }), (profile) => {
        expect(parseProfile(formatProfile(profile))).toEqual(profile)
      }),
    )
  })

  it.each([
    ['', 'TABLE_BAD_NUMBER: '],
    [' ; ', 'TABLE_BAD_NUMBER:  ; '],
    ['850', 'TABLE_BAD_NUMBER: 850'],
    ['25>850:300; hot:60', 'TABLE_BAD_NUMBER: hot:60'],
    ['850:-5', 'TABLE_BAD_NUMBER: 850:-5'],
    ['-300:60', 'TABLE_BAD_NUMBER: -300:60'],
    ['25>-273.15:60', 'TABLE_BAD_NUMBER: 25>-273.15:60'],
    ['1e999:60', 'TABLE_BAD_NUMBER: 1e999:60'],
    ['850:60 days', 'TABLE_BAD_NUMBER: 850:60 days'],
    ['850,5:60', 'TABLE_BAD_NUMBER: 850,5:60'],
  ])('refuses "%s" and names the segment', (bad, code) => {
    expect(codeOf(() => parseProfile(bad))).toBe(code)
  })

  it('refuses segments given as numbers that cannot be', () => {
    expect(codeOf(() => requireProfile([]))).toMatch(/^BAD_REQUEST/)
    expect(codeOf(() => requireProfile([{ startC: 20, endC: Number.NaN, durationS: 1 }]))).toMatch(
      /^TABLE_BAD_NUMBER/,
    )
  })
})

describe('the shape of a profile', () => {
  const profile = parseProfile(text)
  it('has the peak, mean, duration, time above and rates of its segments', () => {
    expect(peakTemperatureC(profile)).toBe(850)
    expect(totalDurationS(profile)).toBe(3960)
    expect(meanTemperatureC(profile)).toBeCloseTo((437.5 * 300 + 850 * 3600 + 437.5 * 60) / 3960, 10)
    expect(timeAboveS(profile, 437.5)).toBeCloseTo(3600 + 150 + 30, 10)
    expect(timeAboveS(profile, 850)).toBe(0)
    expect(maxHeatingRateCPerS(profile)).toBeCloseTo(2.75, 12)
    expect(maxCoolingRateCPerS(profile)).toBeCloseTo(13.75, 12)
    expect(maxCoolingRateCPerS(parseProfile('850>25:0'))).toBe(Infinity)
    expect(meanTemperatureC(parseProfile('850>25:0'))).toBeNaN()
  })

  it('never spends more time above a higher temperature', () => {
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 5 }), temperature, temperature, (p, a, b) => {
        expect(timeAboveS(p, Math.max(a, b))).toBeLessThanOrEqual(timeAboveS(p, Math.min(a, b)) + 1e-9)
      }),
    )
  })

  it('stands in a table as named numbers, missing where one is not defined', () => {
    const numbers = profileNumbersOfText('850:3600')
    expect(numbers).toHaveLength(profileQuantities.length)
    expect(numbers[0]).toBe(850)
    expect(numbers[5]).toBeCloseTo(Math.log(3600), 10)
    expect(numbers[6]).toBeNaN()
    expect(profileNumbersOfText('850>25:0').slice(1)).toEqual(new Array(7).fill(Number.NaN))
  })
})

/** E1(x) by its continued fraction (Abramowitz & Stegun 5.1.22), x > 1. */
function e1(x: number): number {
  let f = 0
  for (let k = 200; k >= 1; k--) f = k / (1 + k / (x + f))
  return Math.exp(-x) / (x + f)
}

describe('kinetics of a profile', () => {
  it('Larson–Miller of a hold is T (C + log10 hours) and does not depend on how the hold is cut', () => {
    expect(larsonMiller(600, 36_000)).toBeCloseTo(873.15 * 21, 8)
    expect(larsonMiller(600, 0)).toBeNaN()
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 300, max: 1300 }),
        (times, heldC) => {
          const cut = times.map((durationS) => ({ startC: heldC, endC: heldC, durationS }))
          const whole = larsonMiller(heldC, totalDurationS(cut))
          expect(larsonMillerOfProfile(cut) / whole).toBeCloseTo(1, 9)
        },
      ),
    )
    expect(larsonMillerOfProfile(parseProfile('600:0'))).toBeNaN()
  })

  it('Larson–Miller of a ramp follows dP/dt = T 10^(C − P/T)/ln 10 and grows with every further segment', () => {
    // Fourth-order Runge–Kutta of the equation itself, from a hold of one second so that it starts finite.
    const start = larsonMiller(500, 1)
    const rate = (t: number, p: number): number => {
      const k = 500 + t / 36 + ZERO_CELSIUS_K
      return (k * 10 ** (20 - p / k)) / Math.LN10 / 3600
    }
    let p = start
    const steps = 200_000
    const h = 3600 / steps
    for (let i = 0; i < steps; i++) {
      const t = i * h
      const k1 = rate(t, p)
      const k2 = rate(t + h / 2, p + (h / 2) * k1)
      const k3 = rate(t + h / 2, p + (h / 2) * k2)
      p += (h / 6) * (k1 + 2 * k2 + 2 * k3 + rate(t + h, p + h * k3))
    }
    const profile = parseProfile('500:1; 500>600:3600')
    expect(larsonMillerOfProfile(profile) / p).toBeCloseTo(1, 4)
    expect(larsonMillerOfProfile([...profile, { startC: 600, endC: 600, durationS: 60 }])).toBeGreaterThan(
      larsonMillerOfProfile(profile),
    )
  })

  it('the Arrhenius-equivalent time of a hold and of a ramp are the closed forms', () => {
    const q = 300_000
    expect(arrheniusEquivalentTimeS(parseProfile('850:3600'), q)).toBeCloseTo(3600, 8)
    const slope = q / GAS_CONSTANT
    const ratio = Math.exp(-slope * (1 / 1123.15 - 1 / 1223.15))
    expect(arrheniusEquivalentTimeS(parseProfile('850:3600'), q, 950)).toBeCloseTo(3600 * ratio, 6)
    // ∫ exp(−a/T) dT = T exp(−a/T) − a E1(a/T)
    const area = (k: number): number => k * Math.exp(-slope / k) - slope * e1(slope / k)
    const low = 600 + ZERO_CELSIUS_K
    const high = 1100 + ZERO_CELSIUS_K
    const exact = ((area(high) - area(low)) / (high - low)) * 1000 * Math.exp(slope / high)
    expect(arrheniusEquivalentTimeS(parseProfile('600>1100:1000'), q) / exact).toBeCloseTo(1, 8)
    expect(arrheniusEquivalentTimeS(parseProfile('1100>600:1000'), q) / exact).toBeCloseTo(1, 8)
  })

  it('JMAK progress of a hold is JMAK, and Scheil adds shares of isothermal times', () => {
    const rate = { ratePerS: 1e-3, referenceC: 700, activationEnergyJPerMol: 200_000, exponent: 2.5 }
    expect(jmakProgress(parseProfile('700:900'), rate)).toBeCloseTo(1 - Math.exp(-(0.9 ** 2.5)), 12)
    const cut = jmakProgress(parseProfile('650:300; 700:500; 650:200'), rate)
    const reordered = jmakProgress(parseProfile('700:500; 650:500'), rate)
    expect(cut).toBeCloseTo(reordered, 12)
    expect(scheilTimeS(parseProfile('500:40; 400:100'), (t) => (t === 500 ? 80 : 60))).toBeCloseTo(70, 9)
    expect(scheilTimeS(parseProfile('500:40'), () => 80)).toBeNull()
    expect(scheilTimeS(parseProfile('900>500:400'), (t) => (t > 700 ? Infinity : 100))).toBeCloseTo(300, 0)
  })

  it('Zener–Hollomon is rate exp(Q/RT), NaN without a rate', () => {
    expect(zenerHollomon(0.5, 26.85, GAS_CONSTANT * 300)).toBeCloseTo(0.5 * Math.E, 10)
    expect(lnZenerHollomon(1, 900, 350_000)).toBeCloseTo(350_000 / (GAS_CONSTANT * 1173.15), 10)
    expect(lnZenerHollomon(0, 900, 350_000)).toBeNaN()
  })
})
