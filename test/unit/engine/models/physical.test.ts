import { describe, expect, it } from 'vitest'
import { nearestRows } from '../../../../main/engine/models/neighbours.ts'
import { impossibleInputs, physicalLimits } from '../../../../main/engine/models/physical.ts'

describe('physical limits', () => {
  it('follow from unit and role, and are unknown where physics sets none', () => {
    expect(physicalLimits('wt%', 'composition')).toEqual({ low: 0, high: 100 })
    expect(physicalLimits('ppm', 'composition')).toEqual({ low: 0, high: 1e6 })
    expect(physicalLimits('°C', 'process')).toEqual({ low: -273.15, high: null })
    expect(physicalLimits('h', 'process')).toEqual({ low: 0, high: null })
    // A reduction is a share, a strain may be negative: no limit is claimed for a process.
    expect(physicalLimits('%', 'process')).toEqual({ low: null, high: null })
    expect(physicalLimits('MPa', 'property')).toEqual({ low: null, high: null })
  })

  it('name what no specimen can be', () => {
    const columns = [
      { name: 'Cr', unit: 'wt%', role: 'composition' },
      { name: 'Ni', unit: 'wt%', role: 'composition' },
      { name: 'T', unit: '°C', role: 'process' },
      { name: 'route', unit: '1', role: 'process' },
    ] as const
    const row = { Cr: 40, Ni: 50, T: 700, route: 'cast' }
    expect(impossibleInputs(row, columns)).toEqual([])
    expect(impossibleInputs({ ...row, Ni: null }, columns)).toEqual([])
    expect(impossibleInputs({ ...row, Ni: 60.005 }, columns)).toEqual([])
    expect(impossibleInputs({ ...row, Ni: 70 }, columns)).toEqual(['composition adds up to 110 wt%'])
    expect(impossibleInputs({ ...row, Ni: -1, T: -300 }, columns)).toEqual([
      'Ni below 0 wt%',
      'T below −273.15 °C',
    ])
  })
})

describe('the nearest specimens', () => {
  const model = {
    inputColumns: [
      { name: 'T', unit: '°C', levels: null },
      { name: 'route', unit: '1', levels: ['cast', 'forged'] },
    ],
    domain: [
      { low: 600, high: 800, levels: null, missing: true, spread: 100 },
      { low: 0, high: 0, levels: ['cast', 'forged'], missing: false, spread: 1 },
    ],
    training: {
      n: 4,
      x: Float64Array.of(600, 0, 700, 0, 700, 1, Number.NaN, 0),
      rowIds: ['a', 'b', 'c', 'gap'],
    },
  }

  it('come in order of their distance in standard deviations', () => {
    const found = nearestRows(model, Float64Array.of(710, 0), 10)
    expect(found.map((one) => one.specimen)).toEqual(['b', 'gap', 'c', 'a'])
    expect(found[0]!.distance).toBeCloseTo(0.1 / Math.SQRT2, 12)
    expect(found[1]!.distance).toBeCloseTo(1 / Math.SQRT2, 12)
    expect(found[2]!.distance).toBeCloseTo(Math.sqrt((0.01 + 1) / 2), 12)
  })

  it('a gap is like a gap, and of equals the first of the data comes first', () => {
    expect(nearestRows(model, Float64Array.of(Number.NaN, 0), 1)).toEqual([{ specimen: 'gap', distance: 0 }])
    expect(nearestRows(model, Float64Array.of(650, 0), 2).map((one) => one.specimen)).toEqual(['a', 'b'])
  })
})
