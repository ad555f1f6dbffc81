import { describe, expect, it } from 'vitest'
import { measureField } from '../../../../main/engine/measure/index.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'
import { drawDiscs } from '../segment/scenes.ts'
import { byKey, discWindow, options } from './scenes.ts'

/** The estimators on windows of random patterns whose truth is known: bias and coverage. */
describe('statistics of a field', () => {
  it('counts and sizes objects without bias when cut ones are left out', () => {
    const random = randomStream(21)
    const [rows, cols] = [160, 200]
    const truth = { count: 0, diameters: 0 }
    const found = { count: 0, density: 0, diameters: 0, inside: 0 }
    for (let round = 0; round < 400; round++) {
      const { labels, inside } = discWindow(random, rows, cols, 0.0004, () => [4, 20][random.integer(2)]!, 1)
      truth.count += inside.length
      truth.diameters += inside.reduce((sum, { radius }) => sum + 2 * radius, 0)
      const field = byKey(labels, rows, cols, {
        edge: 'exclude',
        measures: ['objectCount', 'numberDensity', 'equivalentCircleDiameterMean'],
      })
      const count = field.objectCount.value ?? 0
      found.count += count
      found.density += field.numberDensity.value ?? 0
      found.diameters += count * (field.equivalentCircleDiameterMean.value ?? 0)
      found.inside += field.objectCount.n
    }
    const size = { truth: truth.diameters / truth.count, found: found.diameters / found.count }
    expect(Math.abs(found.count / truth.count - 1)).toBeLessThan(0.03)
    expect(Math.abs((found.density * rows * cols) / truth.count - 1)).toBeLessThan(0.03)
    expect(Math.abs(size.found / size.truth - 1)).toBeLessThan(0.03)
    // The plain count of whole objects misses every fifth.
    expect(found.inside / truth.count).toBeLessThan(0.85)
  })

  it('measures the neighbour distance of a Poisson pattern without bias at the edge', () => {
    const random = randomStream(22)
    const size = 300
    const lambda = 25 / size ** 2
    const truth = 0.5 / Math.sqrt(lambda)
    let [excluded, included, rounds] = [0, 0, 0]
    for (let round = 0; round < 400; round++) {
      const labels = new Int32Array(size * size)
      let label = 0
      // A Poisson number of single pixels.
      for (let t = -Math.log(1 - random.uniform()); t < 25; t -= Math.log(1 - random.uniform()))
        labels[random.integer(size * size)] = ++label
      const key = { measures: ['nearestNeighbourDistanceMean' as const] }
      const a = byKey(labels, size, size, { ...key, edge: 'exclude' }).nearestNeighbourDistanceMean.value
      const b = byKey(labels, size, size, { ...key, edge: 'include' }).nearestNeighbourDistanceMean.value
      if (a === null || b === null) continue
      excluded += a
      included += b
      rounds++
    }
    expect(rounds).toBeGreaterThan(390)
    expect(Math.abs(excluded / rounds / truth - 1)).toBeLessThan(0.04)
    expect(included / rounds / truth).toBeGreaterThan(1.07)
  })

  it('covers the truth with every interval, and not by being wide', () => {
    const random = randomStream(23)
    const [rows, cols] = [256, 256]
    const rounds = 300
    const fields = Array.from({ length: rounds }, () => {
      const { labels } = discWindow(random, rows, cols, 0.0009, () => 5 + 6 * random.uniform(), 2)
      return measureField(labels, rows, cols, options({ edge: 'exclude' }))
    })
    fields[0]!.forEach(({ measure }, k) => {
      if (measure === 'objectCount') return
      const truth = fields.reduce((sum, field) => sum + field[k]!.value!, 0) / rounds
      const covered =
        fields.filter((field) => field[k]!.low! <= truth && truth <= field[k]!.high!).length / rounds
      // 90 % is promised; in a pattern whose objects repel each other, tiles vary more than whole fields do.
      expect(covered, measure).toBeGreaterThan(0.84)
      const spread = Math.sqrt(
        fields.reduce((sum, field) => sum + (field[k]!.value! - truth) ** 2, 0) / rounds,
      )
      const half = fields.reduce((sum, field) => sum + (field[k]!.high! - field[k]!.low!) / 2, 0) / rounds
      expect(half / spread, measure).toBeLessThan(2.6)
    })
  })

  it('covers the fraction of a clustered pattern, where the count of objects alone would not', () => {
    const random = randomStream(24)
    const size = 320
    const rounds = 200
    const fields = Array.from({ length: rounds }, () => {
      const discs = []
      for (let t = -Math.log(1 - random.uniform()); t < 60; t -= Math.log(1 - random.uniform())) {
        const [row, col] = [random.uniform() * 420 - 50, random.uniform() * 420 - 50]
        for (let k = 0; k < 6; k++)
          discs.push({ row: row + 12 * random.normal(), col: col + 12 * random.normal(), radius: 3 })
      }
      return byKey(drawDiscs(size, size, discs), size, size, { measures: ['areaFraction'] }).areaFraction
    })
    const truth = fields.reduce((sum, field) => sum + field.value!, 0) / rounds
    const covered = fields.filter((field) => field.low! <= truth && truth <= field.high!).length / rounds
    expect(covered).toBeGreaterThan(0.83)
    expect(covered).toBeLessThan(0.97)
  })
})
