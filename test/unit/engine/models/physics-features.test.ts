import { describe, expect, it } from 'vitest'
import { ContractError } from '../../../../main/contract/index.ts'
import { inventory } from '../../../../main/engine/models/physics/columns/stages.ts'
import {
  featuresOf,
  larsonMiller,
  outputKind,
  physicsFeatures,
  recognise,
  withPhysicsFeatures,
} from '../../../../main/engine/models/physics/index.ts'
import type { InputColumn, Sample } from '../../../../main/engine/models/types.ts'

const column = (name: string, unit = '', levels: string[] | null = null): InputColumn => ({
  name,
  unit,
  levels,
})
const sampleOf = (inputs: InputColumn[], rows: number[][]): Sample => ({
  n: rows.length,
  inputs,
  outputs: [{ name: 'grain_um', unit: 'µm' }],
  x: Float64Array.from(rows.flat()),
  y: new Float64Array(rows.length),
  groups: Int32Array.from(rows.keys()),
})

describe('what a column is', () => {
  it.each([
    ['anneal_C', '', 'temperature'],
    ['Anneal temperature', 'K', 'temperature'],
    ['test_C', '', 'other'],
    ['quench_media_C', '', 'other'],
    ['C_wt', '', 'element'],
    ['C', 'wt%', 'element'],
    ['Nb', 'ppm', 'element'],
    ['wt_Cr', '', 'element'],
    ['hold_h', '', 'time'],
    ['soak time', 'min', 'time'],
    ['rupture_h', '', 'other'],
    ['initial_grain_um', '', 'initialGrain'],
    ['prior austenite grain size', 'nm', 'initialGrain'],
    ['grain_um', '', 'grain'],
    ['strain_rate_s', '', 'strainRate'],
    ['cooling_rate', 'K/min', 'rate'],
    ['thickness_mm', '', 'other'],
    ['dose_dpa', '', 'other'],
  ])('%s (%s) is %s', (name, unit, kind) => {
    expect(recognise(column(name, unit)).kind).toBe(kind)
  })

  it('a column of texts is a profile when every level reads as one', () => {
    expect(recognise(column('cycle', '', ['25>850:300; 850:60', '900:10'])).kind).toBe('profile')
    expect(recognise(column('route', '', ['as cast', 'rolled'])).kind).toBe('other')
    expect(recognise(column('cycle', '', [])).kind).toBe('other')
  })

  it('times go with the temperature of their stage, a single one with a single one', () => {
    const steps = inventory(
      ['ht1_C', 'ht1_h', 'ht2_C', 'ht2_h', 'hip_C', 'hip_h'].map((name) => column(name)),
    )
    expect(steps.stages.map((s) => [s.temperature.name, s.time?.name])).toEqual([
      ['ht1_C', 'ht1_h'],
      ['ht2_C', 'ht2_h'],
      ['hip_C', 'hip_h'],
    ])
    expect(inventory([column('anneal_C'), column('hold_h')]).stages[0]?.time?.name).toBe('hold_h')
    const open = inventory([column('harden_C'), column('harden_min'), column('normalize_C')])
    expect(open.stages.map((s) => s.time?.name ?? null)).toEqual(['harden_min', null])
  })

  it.each([
    ['grain_um', 'µm', 'grain'],
    ['precipitate radius', 'nm', 'particle'],
    ['martensite_frac', '1', 'fraction'],
    ['yield_MPa', 'MPa', 'strength'],
    ['hardness', 'HV', 'strength'],
    ['elongation_pct', '%', null],
    ['depth_um', 'µm', null],
  ])('output %s (%s) follows %s', (name, unit, kind) => {
    expect(outputKind({ name, unit })).toBe(kind)
  })
})

describe('derived physics', () => {
  const named = (sample: Sample): Record<string, number> => {
    const features = physicsFeatures(sample)
    const values = features.apply(sample.x, sample.n)
    return Object.fromEntries(features.columns.map((c, j) => [c.name, values[j]!]))
  }

  it('holds the textbook values, whatever units the columns came in', () => {
    const celsius = sampleOf(
      [column('anneal_C'), column('hold_h'), column('initial_grain_um')],
      [[1000, 2, 15]],
    )
    const kelvin = sampleOf(
      [column('anneal temperature', 'K'), column('hold', 'min'), column('initial grain size', 'nm')],
      [[1273.15, 120, 15_000]],
    )
    const a = named(celsius)
    expect(a['1000/T']).toBeCloseTo(1000 / 1273.15, 12)
    expect(a['ln time']).toBeCloseTo(Math.log(7200), 12)
    expect(a['Larson–Miller']).toBeCloseTo(larsonMiller(1000, 7200) / 1000, 12)
    expect(a['ln initial grain']).toBeCloseTo(Math.log(15), 12)
    const b = named(kelvin)
    expect(Object.keys(b)).toEqual(Object.keys(a))
    for (const [name, value] of Object.entries(a)) expect(b[name]).toBeCloseTo(value, 10)
  })

  it('a missing or impossible part makes the derived value missing, never 0', () => {
    const sample = sampleOf(
      [column('anneal_C'), column('hold_h'), column('initial_grain_um')],
      [[1000, 0, Number.NaN]],
    )
    const values = named(sample)
    expect(values['ln time']).toBeNaN()
    expect(values['Larson–Miller']).toBeNaN()
    expect(values['ln initial grain']).toBeNaN()
    expect(values['1000/T']).toBeGreaterThan(0)
    const steel = sampleOf(
      [column('C_wt'), column('Mn_wt'), column('Nb_wt'), column('anneal_C')],
      [
        [0.1, 1, Number.NaN, 1000],
        [0.1, 1, 0.05, 1000],
      ],
    )
    const features = physicsFeatures(steel)
    const pinning = features.columns.findIndex((c) => c.name === 'ln pinning particles')
    const out = features.apply(steel.x, 2)
    expect(out[pinning]).toBeNaN()
    expect(out[features.columns.length + pinning]).toBeGreaterThan(0)
  })

  it('takes steels for steels only: a nickel alloy with carbon and manganese has no Ms', () => {
    const nickel = sampleOf(
      [column('C_wt'), column('Mn_wt'), column('Fe_wt'), column('Ni_wt'), column('ht1_C')],
      [[0.05, 0.1, 3, 60, 1100]],
    )
    expect(Object.keys(named(nickel))).not.toContain('Ms')
    const steel = sampleOf([column('C_wt'), column('Mn_wt'), column('ht1_C')], [[0.05, 0.1, 1100]])
    expect(Object.keys(named(steel))).toContain('Ms')
  })

  it('a profile column becomes its numbers, and an unreadable level is a coded error', () => {
    const cycle = column('cycle', '', ['25>850:300; 850:3600', '900:60'])
    const sample = sampleOf([cycle], [[0], [1], [Number.NaN]])
    const features = physicsFeatures(sample)
    const out = features.apply(sample.x, 3)
    const peak = features.columns.findIndex((c) => c.name === 'peak temperature (cycle)')
    const width = features.columns.length
    expect([out[peak], out[width + peak]]).toEqual([850, 900])
    expect(out[2 * width + peak]).toBeNaN()
    const bad = sampleOf([column('cycle', '', ['850:60; fast'])], [[0]])
    expect(() => physicsFeatures(bad)).toThrow(ContractError)
  })

  it('is plain data: a stored recipe gives the same values, and nothing recognised gives nothing', () => {
    const sample = sampleOf(
      [column('anneal_C'), column('hold_h')],
      [
        [1000, 2],
        [1100, 1],
      ],
    )
    const features = physicsFeatures(sample)
    const again = featuresOf(JSON.parse(JSON.stringify(features.recipe)) as typeof features.recipe)
    expect(again.apply(sample.x, 2)).toEqual(features.apply(sample.x, 2))
    const wide = withPhysicsFeatures(sample)
    expect(wide.inputs).toHaveLength(2 + features.columns.length)
    expect(wide.x[wide.inputs.length]).toBe(1100)
    expect(physicsFeatures(sampleOf([column('speed_mm_s')], [[1]])).columns).toEqual([])
  })
})
