import { describe, expect, it } from 'vitest'
import { ContractError } from '../../../../main/contract/index.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'
import {
  fitPhysics,
  fitPhysicsMean,
  grainSizeUm,
  physicsMoments,
  physicsNotes,
  physicsPredictor,
} from '../../../../main/engine/models/physics/index.ts'
import type { PhysicsMean } from '../../../../main/engine/models/physics/index.ts'
import { subset } from '../../../../main/engine/models/sample.ts'
import type { Sample } from '../../../../main/engine/models/types.ts'
import { steelTable } from './physics-steels.ts'

const where = (sample: Sample, keep: (group: number) => boolean): Sample =>
  subset(sample, Int32Array.from([...sample.groups.keys()].filter((i) => keep(sample.groups[i]!))))
const constant = (law: PhysicsMean, name: string): PhysicsMean['constants'][number] =>
  law.constants.find((c) => c.name === name)!

/** One alloy whose grains grow exactly by the law: n = 4, Q = 320 kJ/mol. */
function exactGrowth(noise: number, seed = 1): Sample {
  const stream = randomStream(seed, 'exact growth')
  const rows: number[][] = []
  const y: number[] = []
  for (const initial of [10, 30, Number.NaN])
    for (let t = 900; t <= 1200; t += 50)
      for (const h of [0.1, 0.5, 2, 8]) {
        const lnK0 = 4 * Math.log(40) + 320_000 / (8.31446261815324 * 1323.15) - Math.log(3600)
        const c = { exponent: 4, lnK0, activationEnergyJPerMol: 320_000 }
        // An initial size that is not known was small.
        const size = grainSizeUm(Number.isNaN(initial) ? 0.01 : initial, 3600 * h, t, c)
        rows.push([t, h, initial])
        y.push(Math.log(size) + noise * stream.normal())
      }
  return {
    n: rows.length,
    inputs: ['anneal_C', 'hold_h', 'initial_grain_um'].map((name) => ({ name, unit: '', levels: null })),
    outputs: [{ name: 'grain size', unit: 'ln(µm)' }],
    x: Float64Array.from(rows.flat()),
    y: Float64Array.from(y),
    groups: new Int32Array(rows.length),
  }
}

describe('grain growth as a mean function', () => {
  it('finds the constants of grains that grow by the law, from any initial size', () => {
    const sample = exactGrowth(0.03)
    const law = fitPhysicsMean(sample, 0)!
    expect(law.initialRule).toBe('growth law')
    expect(constant(law, '1/n').mean).toBeCloseTo(0.25, 2)
    expect(Math.abs(constant(law, 'Q/n').mean - 80)).toBeLessThan(4 * constant(law, 'Q/n').sd)
    expect(constant(law, 'Q/n').sd).toBeLessThan(2)
    expect(law.constants.every((c) => c.identified)).toBe(true)
    expect(Math.sqrt(law.noiseVariance)).toBeCloseTo(0.03, 2)
    expect(physicsNotes(law)).toEqual([])
    const clean = exactGrowth(0)
    const { mean } = physicsMoments(law, clean.x, clean.n)
    for (let i = 0; i < clean.n; i++) expect(Math.abs(mean[i]! - clean.y[i]!)).toBeLessThan(0.06)
  })

  it('never predicts grains smaller than they were, and keeps quiet outside: more variance far from the rows', () => {
    const law = fitPhysicsMean(exactGrowth(0.05), 0)!
    const at = (...row: number[]): { mean: number; variance: number } => {
      const m = physicsMoments(law, Float64Array.from(row), 1)
      return { mean: m.mean[0]!, variance: m.epistemicVariance[0]! }
    }
    for (const initial of [10, 100, 500])
      expect(at(850, 0.1, initial).mean).toBeGreaterThanOrEqual(Math.log(initial) - 1e-9)
    expect(at(1050, 1, Number.NaN).variance).toBeLessThan(at(1500, 1, Number.NaN).variance)
    expect(at(1050, 1, Number.NaN).variance).toBeLessThan(at(1050, 1e5, Number.NaN).variance)
    // A size that the treatment can hardly change is as good as known.
    expect(at(900, 0.1, 200).variance).toBeLessThan(1e-4)
  })

  it('gives the same law whatever unit sizes and times came in, and for sizes instead of logarithms', () => {
    const sample = exactGrowth(0.05)
    const base = fitPhysicsMean(sample, 0)!
    const scaled: Sample = {
      ...sample,
      inputs: [
        { name: 'anneal temperature', unit: 'K', levels: null },
        { name: 'hold', unit: 's', levels: null },
        { name: 'initial grain size', unit: 'mm', levels: null },
      ],
      x: sample.x.map((v, at) => (at % 3 === 0 ? v + 273.15 : at % 3 === 1 ? v * 3600 : v / 1000)),
    }
    const other = fitPhysicsMean(scaled, 0)!
    expect(constant(other, 'Q/n').mean).toBeCloseTo(constant(base, 'Q/n').mean, 6)
    const inMm: Sample = {
      ...sample,
      outputs: [{ name: 'grain size', unit: 'mm' }],
      y: sample.y.map((v) => Math.exp(v) / 1000),
    }
    const plain = fitPhysicsMean(inMm, 0)!
    expect(constant(plain, '1/n').mean).toBeCloseTo(constant(base, '1/n').mean, 6)
    const ln = physicsMoments(base, sample.x, sample.n)
    const mm = physicsMoments(plain, sample.x, sample.n)
    for (let i = 0; i < sample.n; i += 7) {
      const whole = ln.epistemicVariance[i]! + ln.aleatoricVariance[i]!
      expect(mm.mean[i]! * 1000).toBeCloseTo(Math.exp(ln.mean[i]! + 0.5 * whole), 6)
    }
  })

  it('takes a treatment written as a profile for its peak and the time it is worth there', () => {
    const sample = exactGrowth(0.02)
    const known = [...sample.groups.keys()].filter((i) => Number.isNaN(sample.x[3 * i + 2]!))
    const levels = known.map((i) => `${sample.x[3 * i]!}:${3600 * sample.x[3 * i + 1]!}`)
    const law = fitPhysicsMean(
      {
        n: known.length,
        inputs: [{ name: 'furnace cycle', unit: '', levels }],
        outputs: sample.outputs,
        x: Float64Array.from(known.keys()),
        y: Float64Array.from(known, (i) => sample.y[i]!),
        groups: new Int32Array(known.length),
      },
      0,
    )!
    expect(constant(law, '1/n').mean).toBeCloseTo(0.25, 1)
    expect(Math.abs(constant(law, 'Q/n').mean - 80)).toBeLessThan(8)
  })

  it('where many final sizes are below the initial ones the law does not bound them', () => {
    const sample = exactGrowth(0.05)
    const x = sample.x.map((v, at) => (at % 3 === 2 ? 40 * v : v))
    expect(fitPhysicsMean({ ...sample, x }, 0)!.initialRule).toBe('linear')
    const unknown = sample.x.map((v, at) => (at % 3 === 2 ? Number.NaN : v))
    expect(fitPhysicsMean({ ...sample, x: unknown }, 0)!.initialRule).toBe('none')
  })

  it('on steels not seen: most of the variance explained, and 90 % intervals cover near 90 %', () => {
    let inside = 0
    let rows = 0
    let squares = 0
    let whole = 0
    for (const seed of [11, 12, 13]) {
      const table = steelTable(seed, 60, { heatSd: 0.3 })
      const law = fitPhysicsMean(
        where(table, (g) => g % 2 === 0),
        0,
        { log: true },
      )!
      const test = where(table, (g) => g % 2 === 1)
      const m = physicsMoments(law, test.x, test.n)
      const centre = test.y.reduce((s, v) => s + v, 0) / test.n
      for (let i = 0; i < test.n; i++) {
        const sd = Math.sqrt(m.epistemicVariance[i]! + m.aleatoricVariance[i]!)
        if (Math.abs(test.y[i]! - m.mean[i]!) < 1.6449 * sd) inside++
        squares += (test.y[i]! - m.mean[i]!) ** 2
        whole += (test.y[i]! - centre) ** 2
      }
      rows += test.n
    }
    expect(1 - squares / whole).toBeGreaterThan(0.6)
    // About 90 heats stand behind the share: its standard error is some 4 points.
    expect(inside / rows).toBeGreaterThan(0.8)
    expect(inside / rows).toBeLessThan(0.98)
  })
})

describe('other laws', () => {
  const stream = randomStream(5, 'other laws')
  const sampleOf = (
    inputs: [string, string][],
    output: [string, string],
    rows: number[][],
    y: number[],
  ): Sample => ({
    n: rows.length,
    inputs: inputs.map(([name, unit]) => ({ name, unit, levels: null })),
    outputs: [{ name: output[0], unit: output[1] }],
    x: Float64Array.from(rows.flat()),
    y: Float64Array.from(y),
    groups: Int32Array.from(rows, (_, i) => Math.floor(i / 4)),
  })

  it('Hall–Petch: recovers the slope, and says when the rows do not identify it', () => {
    const rows = Array.from({ length: 40 }, (_, i) => [1 + 0.5 * i])
    const strength = (noise: number): number[] =>
      rows.map(([d]) => 200 + 500 / Math.sqrt(d!) + noise * stream.normal())
    const law = fitPhysicsMean(sampleOf([['grain_um', 'µm']], ['yield', 'MPa'], rows, strength(5)), 0)!
    const k = constant(law, 'Hall–Petch k')
    expect(Math.abs(k.mean - 500)).toBeLessThan(3 * k.sd)
    expect(k.identified).toBe(true)
    const rising = rows.map(([d]) => 400 - 600 / Math.sqrt(d!) + 5 * stream.normal())
    const odd = fitPhysicsMean(sampleOf([['grain_um', 'µm']], ['yield', 'MPa'], rows, rising), 0)!
    expect(physicsNotes(odd).map((n) => n.code)).toEqual(['CONSTANT_UNUSUAL'])
    const near = rows.map((_, i) => [20 + 0.01 * i])
    const blind = fitPhysicsMean(sampleOf([['grain_um', 'µm']], ['yield', 'MPa'], near, strength(40)), 0)!
    expect(constant(blind, 'Hall–Petch k').identified).toBe(false)
    expect(physicsNotes(blind).map((n) => n.code)).toContain('CONSTANT_NOT_IDENTIFIED')
    const fine = rows.map(([d]) => [d! / 30])
    const warned = fitPhysicsMean(sampleOf([['grain_um', 'µm']], ['yield', 'MPa'], fine, strength(5)), 0)!
    expect(physicsNotes(warned).map((n) => n.code)).toContain('HALL_PETCH_RANGE')
  })

  it('JMAK: fractions stay in 0..1, the exponent comes out, moments keep the law of total variance', () => {
    const rows: number[][] = []
    const y: number[] = []
    for (let t = 600; t <= 700; t += 20)
      for (const s of [30, 100, 300, 1000, 3000]) {
        const k = 1e-3 * Math.exp(-(200_000 / 8.31446261815324) * (1 / (t + 273.15) - 1 / 923.15))
        rows.push([t, s])
        y.push(1 - Math.exp(-((k * s) ** 2)))
      }
    const sample = sampleOf(
      [
        ['anneal_C', '°C'],
        ['hold_s', 's'],
      ],
      ['recrystallised fraction', '1'],
      rows,
      y,
    )
    const law = fitPhysicsMean(sample, 0)!
    expect(constant(law, 'n').mean).toBeCloseTo(2, 1)
    expect(constant(law, 'nQ').mean / 400).toBeCloseTo(1, 1)
    const m = physicsMoments(law, sample.x, sample.n)
    for (let i = 0; i < sample.n; i++) {
      expect(m.mean[i]).toBeGreaterThanOrEqual(0)
      expect(m.mean[i]).toBeLessThanOrEqual(1)
      expect(m.epistemicVariance[i]! + m.aleatoricVariance[i]!).toBeLessThanOrEqual(0.25)
    }
  })

  it('solution hardening of Al–Mg starts from the prior of its family and moves to the rows', () => {
    const rows = Array.from({ length: 48 }, () => [
      4 + 2 * stream.uniform(),
      0.2 + 0.6 * stream.uniform(),
      0.2,
      0.3 + 0.02 * stream.normal(),
    ])
    const y = rows.map(([mg, mn]) => 30 + 25 * mg! + 20 * mn! + 2 * stream.normal())
    const names: [string, string][] = [
      ['Mg', 'wt%'],
      ['Mn', 'wt%'],
      ['Si', 'wt%'],
      ['Fe', 'wt%'],
    ]
    const law = fitPhysicsMean(sampleOf(names, ['proof', 'MPa'], rows, y), 0)!
    const mg = constant(law, 'solution hardening by Mg')
    expect(mg.prior.source).toBe('recalled')
    expect(mg.prior.mean).toBe(14)
    const m = physicsMoments(law, Float64Array.of(4, 0.5, 0.2, 0.3, 6, 0.5, 0.2, 0.3), 2)
    expect(m.mean[1]! - m.mean[0]!).toBeCloseTo(50, -1)
  })
})

describe('what a law is not fitted to', () => {
  const good = exactGrowth(0.05)
  it.each<[string, Partial<Sample>]>([
    ['an output of no law', { outputs: [{ name: 'elongation', unit: '%' }] }],
    [
      'a grain size without a temperature',
      { inputs: good.inputs.map((c, j) => (j === 0 ? { ...c, name: 'power', unit: 'W' } : c)) },
    ],
    ['targets that are all equal', { y: good.y.map(() => 3) }],
    ['targets that are all missing', { y: good.y.map(() => Number.NaN) }],
    ['seven rows', { n: 7, x: good.x.slice(0, 21), y: good.y.slice(0, 7), groups: good.groups.slice(0, 7) }],
  ])('%s', (_, change) => {
    expect(fitPhysicsMean({ ...good, ...change }, 0)).toBeNull()
  })

  it('refuses an output that is not there and rows of another width', () => {
    expect(() => fitPhysicsMean(good, 1)).toThrow(ContractError)
    const law = fitPhysicsMean(good, 0)!
    expect(() => physicsMoments(law, new Float64Array(2), 1)).toThrow(ContractError)
  })

  it('an outlier a million times away, missing targets and missing inputs leave a finite, wider law', () => {
    const y = good.y.slice()
    y[0] = Math.log(1e6 * Math.exp(y[0]!))
    y[5] = Number.NaN
    const x = good.x.slice()
    for (let i = 0; i < 10; i++) x[3 * i] = Number.NaN
    const law = fitPhysicsMean({ ...good, x, y }, 0)!
    const m = physicsMoments(law, x, good.n)
    expect([...m.mean, ...m.epistemicVariance, ...m.aleatoricVariance].every(Number.isFinite)).toBe(true)
    expect(law.noiseVariance).toBeGreaterThan(fitPhysicsMean(good, 0)!.noiseVariance)
  })
})

describe('laws as a predictor', () => {
  const table = steelTable(21, 24)
  const folds = table.groups.map((g) => g % 3)
  const two: Sample = {
    ...table,
    outputs: [
      { name: 'grain_um', unit: 'ln(µm)' },
      { name: 'elongation', unit: '%' },
    ],
    y: Float64Array.from({ length: 2 * table.n }, (_, i) => (i % 2 === 0 ? table.y[i / 2]! : 20)),
  }

  it('predicts every row out of its fold, and is missing for an output without a law', () => {
    const { outOfFold, state } = fitPhysics(two, folds, 3)
    for (let i = 0; i < table.n; i++) {
      expect(Number.isFinite(outOfFold.mean[2 * i]!)).toBe(true)
      expect(outOfFold.mean[2 * i + 1]).toBeNaN()
    }
    expect(state.outputs[1]).toBeNull()
    // A fold's rows are predicted by a law that never saw them.
    const others = where(table, (g) => g % 3 !== 0)
    const law = fitPhysicsMean(others, 0, { log: true })!
    const first = [...table.groups].findIndex((g) => g % 3 === 0)
    const d = table.inputs.length
    const alone = physicsMoments(law, table.x.slice(first * d, (first + 1) * d), 1)
    expect(outOfFold.mean[2 * first]).toBeCloseTo(alone.mean[0]!, 10)
  })

  it('same rows, same bytes; its state survives storage; draws have the moments and repeat', () => {
    const one = { ...table, outputs: [{ name: 'grain_um', unit: 'ln(µm)' }] }
    const { state } = fitPhysics(one, folds, 3)
    expect(fitPhysics(one, folds, 3).state).toEqual(state)
    const stored = physicsPredictor(structuredClone(state))
    const rows = 12
    const x = one.x.slice(0, rows * one.inputs.length)
    const moments = stored.moments(x, rows)
    expect(physicsPredictor(state).moments(x, rows)).toEqual(moments)
    const count = 600
    const draws = stored.drawMeans(x, rows, count)
    expect(stored.drawMeans(x, rows, 2)).toEqual(draws.slice(0, 2 * rows))
    for (let i = 0; i < rows; i++) {
      const values = Array.from({ length: count }, (_, k) => draws[k * rows + i]!)
      const centre = values.reduce((s, v) => s + v, 0) / count
      const variance = values.reduce((s, v) => s + (v - centre) ** 2, 0) / (count - 1)
      const sd = Math.sqrt(moments.epistemicVariance[i]!)
      expect(Math.abs(centre - moments.mean[i]!)).toBeLessThan(0.25 * sd)
      expect(Math.sqrt(variance) / sd).toBeGreaterThan(0.8)
      expect(Math.sqrt(variance) / sd).toBeLessThan(1.25)
    }
  })
})
