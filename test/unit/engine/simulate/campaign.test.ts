import { describe, expect, it } from 'vitest'
import {
  inputColumns,
  inputsByName,
  names,
  processTableCsv,
  simulateCampaign,
  trueEdges,
  trueOutcome,
  trueYieldMPa,
} from '../../../../main/engine/simulate/index.ts'
import { drawNoise, realise, structure } from '../../../../main/engine/simulate/scm.ts'
import {
  cholesky,
  choleskySolve,
  matrix,
  randomStream,
  variance,
} from '../../../../main/engine/math/index.ts'

const campaign = simulateCampaign({ specimens: 72, fieldsPerSpecimen: 2, seed: 1 })

describe('the design', () => {
  it('is the same for the same seed and another for another', () => {
    const again = simulateCampaign({ specimens: 72, fieldsPerSpecimen: 2, seed: 1 })
    expect(again).toEqual(campaign)
    const other = simulateCampaign({ specimens: 72, fieldsPerSpecimen: 2, seed: 2 })
    expect(processTableCsv(other)).not.toBe(processTableCsv(campaign))
  })
  it('has heats of two or three that share a composition', () => {
    const byHeat = Map.groupBy(campaign.specimens, (s) => s.heat)
    for (const group of byHeat.values()) {
      expect([2, 3]).toContain(group.length)
      for (const s of group)
        expect([s.process.crWt, s.process.niWt, s.process.alWt]).toEqual([
          group[0]!.process.crWt,
          group[0]!.process.niWt,
          group[0]!.process.alWt,
        ])
    }
    expect(new Set(campaign.specimens.map((s) => s.name)).size).toBe(72)
  })
  it('fills the range of every setting', () => {
    for (const { name, range } of inputColumns) {
      const [low, high] = range!
      const values = campaign.specimens.map((s) => inputsByName(s.process)[name]!)
      expect(Math.min(...values)).toBeGreaterThanOrEqual(low)
      expect(Math.max(...values)).toBeLessThanOrEqual(high)
      const logs = name === names.ageingTime || name === names.coolingRate
      const share = logs
        ? Math.log(Math.max(...values) / Math.min(...values)) / Math.log(high / low)
        : (Math.max(...values) - Math.min(...values)) / (high - low)
      expect(share).toBeGreaterThan(0.8)
    }
  })
  it.each([
    [{ specimens: 2, fieldsPerSpecimen: 1, seed: 1 }],
    [{ specimens: 10.5, fieldsPerSpecimen: 1, seed: 1 }],
    [{ specimens: 10, fieldsPerSpecimen: 0, seed: 1 }],
  ])('refuses %j', (request) => {
    expect(() => simulateCampaign(request)).toThrowError(expect.objectContaining({ code: 'BAD_REQUEST' }))
  })
  it.each([3, 4, 5, 7, 500])('makes %i specimens', (specimens) => {
    expect(simulateCampaign({ specimens, fieldsPerSpecimen: 1, seed: 3 }).specimens).toHaveLength(specimens)
  })
})

describe('the process table', () => {
  const lines = processTableCsv(campaign).trimEnd().split('\n')
  it('has the stated header and one full line for each specimen', () => {
    expect(lines[0]).toBe(
      'specimen,heat,Cr (wt%),Ni (wt%),Al (wt%),solution temperature (°C),ageing temperature (°C),ageing time (h),' +
        'cooling rate (K/s),deformation (%),grain size (µm),yield strength (MPa),pixel size (µm)',
    )
    expect(lines).toHaveLength(73)
    for (const line of lines.slice(1)) {
      const cells = line.split(',')
      expect(cells).toHaveLength(13)
      for (const cell of cells.slice(2)) expect(cell).toMatch(/^\d+(\.\d{1,4})?$/)
    }
  })
  it('holds the values from which the truth was computed, so that none is lost by rounding', () => {
    const header = lines[0]!.split(',').map((h) => h.replace(/ \(.*\)$/, ''))
    campaign.specimens.forEach((specimen, i) => {
      const cells = lines[i + 1]!.split(',')
      const row = Object.fromEntries(header.map((name, k) => [name, Number(cells[k])]))
      expect(trueOutcome(row).yieldMPa).toBe(trueYieldMPa(specimen.process))
      expect(row[names.yieldStrength]).toBe(specimen.measured.yieldMPa)
    })
  })
  it('chooses magnifications at which precipitates are 12 to 60 px across', () => {
    for (const s of campaign.specimens) {
      const px = s.actual.equivalentCircleDiameterMeanUm / s.pixelSizeUm
      expect(px).toBeGreaterThan(12)
      expect(px).toBeLessThan(60)
    }
  })
})

describe('the truth', () => {
  it('has an arrow exactly where an intervention on the one moves the other with all else held', () => {
    const random = randomStream(5, 'edges')
    const edges = new Set(trueEdges.map(([a, b]) => `${a}>${b}`))
    const noises = Array.from({ length: 12 }, () => drawNoise(random))
    for (const cause of structure)
      for (const effect of structure) {
        if (cause === effect) continue
        const moved = noises.some((noise) => {
          const base = realise(noise)
          const others = Object.fromEntries(Object.entries(base).filter(([name]) => name !== effect.name))
          const changed = realise(noise, { ...others, [cause.name]: base[cause.name]! * 1.05 })
          return Math.abs(changed[effect.name]! / base[effect.name]! - 1) > 1e-9
        })
        expect(moved, `${cause.name} on ${effect.name}`).toBe(edges.has(`${cause.name}>${effect.name}`))
      }
  })
  it('makes no arrow so weak that no experiment could see it', () => {
    for (const [from, to] of trueEdges) {
      const effect = campaign.truth.effects.find((e) => e.treatment === from && e.outcome === to)
      if (effect !== undefined) expect(Math.abs(effect.standardised), `${from} on ${to}`).toBeGreaterThan(0.1)
    }
  })
  it('has effects of the signs the physics asks for, and naive slopes that differ', () => {
    const effect = (treatment: string) =>
      campaign.truth.effects.find((e) => e.treatment === treatment && e.outcome === names.yieldStrength)!
    expect(effect(names.areaFraction).perUnit).toBeGreaterThan(0)
    expect(effect(names.diameter).perUnit).toBeLessThan(0)
    expect(effect(names.coolingRate).perUnit).toBeGreaterThan(0)
    expect(effect(names.grainSize).perUnit).toBeLessThan(0)
    expect(effect(names.grainSize).naivePerUnit).toBeGreaterThan(0)
    expect(effect(names.coolingRate).naivePerUnit / effect(names.coolingRate).perUnit).toBeLessThan(0.9)
    const none = campaign.truth.effects.find(
      (e) => e.treatment === names.deformation && e.outcome === names.areaFraction,
    )!
    expect(none.perUnit).toBe(0)
  })
  it('gives the effect of Cr, which nothing mediates, as its own derivative', () => {
    const effect = campaign.truth.effects.find(
      (e) => e.treatment === names.cr && e.outcome === names.yieldStrength,
    )!
    const slopes = campaign.specimens.map(({ process }) => {
      const up = trueYieldMPa({ ...process, crWt: process.crWt + 0.01 })
      return (up - trueYieldMPa({ ...process, crWt: process.crWt - 0.01 })) / 0.02
    })
    const average = slopes.reduce((a, b) => a + b, 0) / slopes.length
    expect(Math.abs(effect.perUnit / average - 1)).toBeLessThan(0.05)
  })
  it('states a noise floor that the residuals of many specimens confirm', () => {
    const many = simulateCampaign({ specimens: 1500, fieldsPerSpecimen: 1, seed: 9 })
    const residual = many.specimens.map((s) => s.measured.yieldMPa - s.expected.yieldMPa)
    const sd = Math.sqrt(variance(residual))
    expect(Math.abs(sd / many.truth.noiseFloor.givenProcessMPa - 1)).toBeLessThan(0.05)
    expect(many.truth.noiseFloor.givenProcessMPa).toBeGreaterThan(
      many.truth.noiseFloor.givenMicrostructureMPa,
    )
    expect(many.truth.noiseFloor.r2CeilingGivenProcess).toBeGreaterThan(0.9)
  })
  it('has a best setting that no specimen reaches', () => {
    const { bestPossible, bestSpecimen } = campaign.truth
    expect(trueOutcome(bestPossible.inputs).yieldMPa).toBe(bestPossible.yieldMPa)
    for (const s of campaign.specimens) expect(s.expected.yieldMPa).toBeLessThan(bestPossible.yieldMPa)
    expect(bestPossible.yieldMPa).toBeGreaterThan(1.1 * bestSpecimen.trueYieldMPa)
  })
  it('can be learnt: ridge on squares and products reaches R² above 0.85 on unseen heats', () => {
    expect(heldOutR2(1)).toBeGreaterThan(0.85)
  })
})

/** Leave-heats-out R² of ridge with all products of two of (ln t, ln q and the other inputs, standardised). */
function heldOutR2(seed: number): number {
  const { specimens } = simulateCampaign({ specimens: 72, fieldsPerSpecimen: 1, seed })
  const logs: string[] = [names.ageingTime, names.coolingRate]
  const raw = specimens.map((s) =>
    Object.entries(inputsByName(s.process)).map(([name, v]) => (logs.includes(name) ? Math.log(v) : v)),
  )
  const d = raw[0]!.length
  for (let k = 0; k < d; k++) {
    const column = raw.map((row) => row[k]!)
    const centre = column.reduce((a, b) => a + b, 0) / column.length
    const sd = Math.sqrt(variance(column))
    raw.forEach((row) => (row[k] = (row[k]! - centre) / sd))
  }
  const x = raw.map((row) => [1, ...row, ...row.flatMap((a, i) => row.slice(i).map((b) => 0.5 * a * b))])
  const y = specimens.map((s) => s.measured.yieldMPa)
  const heats = [...new Set(specimens.map((s) => s.heat))]
  let error = 0
  for (let fold = 0; fold < 6; fold++) {
    const test = specimens.map((s) => heats.indexOf(s.heat) % 6 === fold)
    const p = x[0]!.length
    const a = matrix(p, p)
    const b = new Float64Array(p)
    const train = y.filter((_, i) => !test[i])
    const centre = train.reduce((s, v) => s + v, 0) / train.length
    x.forEach((row, i) => {
      if (test[i]) return
      for (let j = 0; j < p; j++) {
        b[j]! += row[j]! * (y[i]! - centre)
        for (let k = 0; k < p; k++) a.data[j * p + k]! += row[j]! * row[k]!
      }
    })
    for (let j = 0; j < p; j++) a.data[j * p + j]! += 2
    const w = choleskySolve(cholesky(a)!, b)
    x.forEach((row, i) => {
      if (test[i]) error += (y[i]! - centre - row.reduce((s, v, j) => s + v * w[j]!, 0)) ** 2
    })
  }
  return 1 - error / (variance(y) * (y.length - 1))
}
