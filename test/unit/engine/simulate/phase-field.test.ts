import { describe, expect, it } from 'vitest'
import { silentProgress } from '../../../../main/engine/dataset/table.ts'
import {
  alloyAt,
  compositionGrey,
  fastestWaveNumber,
  growthRate,
  interfaceWidthPx,
  leverRule,
  phaseLabels,
  simulatePhaseField,
  type Alloy,
  type PhaseFieldSpec,
} from '../../../../main/engine/simulate/phase-field/index.ts'
import { Integrator } from '../../../../main/engine/simulate/phase-field/integrator.ts'
import { fft2 } from '../../../../main/engine/math/index.ts'

const alloy: Alloy = { alpha: 0, beta: 1, barrier: 1, gradientEnergy: 1, mobility: 1 }
const spec: PhaseFieldSpec = {
  alloy,
  meanComposition: 0.45,
  rows: 64,
  cols: 64,
  times: [0, 20, 60, 150, 300],
  noise: 0.02,
  tolerance: 0.02,
}
const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length

describe('Cahn–Hilliard', () => {
  it('keeps its mass to 1e-12 and its energy never rises', () => {
    for (const run of simulatePhaseField(spec, 2, 5, silentProgress)) {
      expect(run.steps).toBeGreaterThan(50)
      run.snapshots.forEach(({ composition, energy }, i) => {
        expect(Math.abs(mean(composition) - 0.45)).toBeLessThan(1e-12)
        if (i > 0) expect(energy).toBeLessThan(run.snapshots[i - 1]!.energy)
      })
    }
  })

  it('never raises the energy of a pair from step to step, whatever the tolerance', () => {
    const initial = (phase: number): Float64Array =>
      Float64Array.from({ length: 32 * 32 }, (_, i) => 0.5 + 0.3 * Math.sin(i * i + phase))
    const integrator = new Integrator(alloy, { first: initial(0), second: initial(1) }, 32, 32, 0.3)
    let before = integrator.energy
    integrator.advanceTo(500, () => {
      expect(integrator.energy).toBeLessThanOrEqual(before + 1e-9)
      before = integrator.energy
    })
    expect(integrator.time).toBe(500)
  })

  it('grows and damps small waves at the analytic rate', () => {
    const [n, time, amplitude] = [64, 4, 1e-6]
    for (const [kr, kc, c0] of [
      [3, 0, 0.5],
      [0, 6, 0.5],
      [4, 4, 0.4],
      [12, 5, 0.5],
      [3, 2, 0.1],
    ] as const) {
      const wave = Float64Array.from(
        { length: n * n },
        (_, i) => c0 + amplitude * Math.cos((2 * Math.PI * (kr * Math.floor(i / n) + kc * (i % n))) / n),
      )
      const integrator = new Integrator(alloy, { first: wave, second: wave }, n, n, 1e-11)
      integrator.advanceTo(time, () => undefined)
      const [re, im] = [integrator.current.first.slice(), new Float64Array(n * n)]
      fft2(n, n).forward(re, im)
      const grown = (2 * re[kr * n + kc]!) / (n * n) / amplitude
      const rate = growthRate(alloy, c0, (2 * Math.PI * Math.hypot(kr, kc)) / n)
      expect(Math.log(grown) / time).toBeCloseTo(rate, 2)
      expect(Math.abs(Math.log(grown) / time / rate - 1)).toBeLessThan(0.02)
    }
  })

  it('coarsens as the cube root of time', () => {
    // Interface per area falls as 1/size; energy counts it (Lifshitz & Slyozov 1961: r ∝ t^(1/3)).
    const runs = simulatePhaseField(
      { ...spec, meanComposition: 0.5, rows: 128, cols: 128, times: [150, 1500], tolerance: 0.05 },
      4,
      9,
      silentProgress,
    )
    const total = (k: number): number => runs.reduce((sum, run) => sum + run.snapshots[k]!.energy, 0)
    const exponent = Math.log(total(0) / total(1)) / Math.log(10)
    expect(exponent).toBeGreaterThan(0.27)
    expect(exponent).toBeLessThan(0.4)
  })

  it('ends near the lever rule, particles or network by the composition', () => {
    const late = (c: number, noise: number): Uint8Array =>
      phaseLabels(
        alloy,
        simulatePhaseField({ ...spec, meanComposition: c, noise, times: [600] }, 1, 3, silentProgress)[0]!
          .snapshots[0]!.composition,
      )
    const share = (labels: Uint8Array): number => labels.reduce((sum, v) => sum + v, 0) / labels.length
    // Gibbs–Thomson: small particles hold the matrix above alpha, so their share stays somewhat below the rule.
    expect(share(late(0.5, 0.02))).toBeCloseTo(leverRule(alloy, 0.5), 1)
    const off = share(late(0.3, 0.1))
    expect(off).toBeLessThan(leverRule(alloy, 0.3))
    expect(off).toBeGreaterThan(0.22)
  })

  it('repeats with its seed', () => {
    const run = (seed: number): Float64Array =>
      simulatePhaseField({ ...spec, times: [30] }, 1, seed, silentProgress)[0]!.snapshots[0]!.composition
    expect(run(1)).toEqual(run(1))
    expect(run(1)).not.toEqual(run(2))
  })

  it('draws compositions as grey levels and phases', () => {
    const field = Float64Array.from([-1, 0, 0.4, 0.6, 1, 3])
    expect([...compositionGrey(alloy, field)]).toEqual([0, 64, 115, 141, 192, 255])
    expect([...phaseLabels(alloy, field)]).toEqual([0, 0, 0, 1, 1, 1])
  })

  it('follows the temperature: gap, mobility, wave length', () => {
    const conditions = { criticalTemperatureK: 1000, activationEnergy: 1.5e5, referenceTemperatureK: 800 }
    const [cool, warm] = [700, 900].map((temperatureK) => alloyAt({ ...conditions, temperatureK }, 1, 1))
    expect(cool!.beta - cool!.alpha).toBeGreaterThan(warm!.beta - warm!.alpha)
    expect(warm!.mobility / cool!.mobility).toBeCloseTo(
      Math.exp((1.5e5 / 8.314462618) * (1 / 700 - 1 / 900)),
      6,
    )
    expect(fastestWaveNumber(warm!, 0.5)!).toBeLessThan(fastestWaveNumber(cool!, 0.5)!)
    expect(fastestWaveNumber(alloy, 0.1)).toBeNull()
    expect(interfaceWidthPx(alloy)).toBeCloseTo(3.107, 3)
  })

  it('refuses what cannot be computed', () => {
    const refused =
      (change: Partial<PhaseFieldSpec>): (() => unknown) =>
      () =>
        simulatePhaseField({ ...spec, ...change }, 1, 1, silentProgress)
    expect(refused({ meanComposition: 1.2 })).toThrow(/outside the two phases/)
    expect(refused({ rows: 60 })).toThrow(/power of two/)
    expect(refused({ times: [5, 5] })).toThrow(/ascend/)
    expect(refused({ alloy: { ...alloy, gradientEnergy: 0.2 } })).toThrow(/thinner than 3/)
    expect(refused({ noise: Number.NaN })).toThrow(/noise/)
    expect(() =>
      alloyAt({
        temperatureK: 1000,
        criticalTemperatureK: 1000,
        activationEnergy: 1,
        referenceTemperatureK: 1,
      }),
    ).toThrow(/below 1000 K/)
  })

  it('stops when asked to', () => {
    let calls = 0
    const progress = {
      check: () => {
        if (++calls > 3) throw new Error('stop')
      },
      report: () => undefined,
    }
    expect(() => simulatePhaseField(spec, 2, 1, progress)).toThrow('stop')
  })
})
