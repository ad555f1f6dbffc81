import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ContractError } from '../../../../main/contract/index.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'
import type { RandomStream } from '../../../../main/engine/math/index.ts'
import {
  adapt,
  applyOffsetInputs,
  chooseSpreadRows,
  fitOffset,
  offsetInputs,
} from '../../../../main/engine/models/offset/index.ts'
import type {
  OffsetModel,
  OutOfFoldRows,
  PredictedRows,
} from '../../../../main/engine/models/offset/index.ts'
import { negativeLogMarginal } from '../../../../main/engine/models/offset/marginal.ts'
import { minimise } from '../../../../main/engine/models/offset/minimise.ts'
import { steelTable } from './physics-steels.ts'

const modelOf = (level: number, slope: number, bend: number, noise: number): OffsetModel => ({
  kind: 'offset',
  width: 1,
  scales: { level, slopes: Float64Array.of(slope), bend, length: 1, noise },
  unit: 'one sd',
  sd: 1,
  groupCount: 10,
  rows: 100,
  logEvidence: 0,
})
const rowsOf = (z: readonly number[], mean: number | readonly number[] = 0, variance = 1): PredictedRows => ({
  z: Float64Array.from(z),
  moments: {
    mean: Float64Array.from(z, (_, i) => (typeof mean === 'number' ? mean : mean[i]!)),
    epistemicVariance: new Float64Array(z.length).fill(0.6 * variance),
    aleatoricVariance: new Float64Array(z.length).fill(0.4 * variance),
  },
})

describe('an offset learnt from own rows', () => {
  it('is the random-intercept formula: τ²/(τ² + σ²/k) of the mean residual', () => {
    const model = modelOf(2, 0, 0, 0.5)
    const own = rowsOf([0, 1, -1, 2], 10)
    const out = adapt(model, own, Float64Array.of(11, 12, 11.5, 13.5), rowsOf([0.3, 5], 20))
    const share = 2 / (2 + 0.5 / 4)
    for (let i = 0; i < 2; i++) {
      expect(out.mean[i]).toBeCloseTo(20 + share * 2, 10)
      expect(out.epistemicVariance[i]).toBeCloseTo(2 * (1 - share), 10)
      expect(out.aleatoricVariance[i]).toBe(0.5)
    }
  })

  it('with a slope is ridge regression on the own rows', () => {
    const model = modelOf(1.5, 0.7, 0, 0.2)
    const z = [-1, 0.5, 2]
    const y = [0.4, 1.1, 2.3]
    const out = adapt(model, rowsOf(z), Float64Array.from(y), rowsOf([1.2]))
    // Normal equations of (b0, b1) with prior diag(1.5, 0.7) and noise 0.2.
    const a11 = 3 / 0.2 + 1 / 1.5
    const a12 = z.reduce((s, v) => s + v, 0) / 0.2
    const a22 = z.reduce((s, v) => s + v * v, 0) / 0.2 + 1 / 0.7
    const r1 = y.reduce((s, v) => s + v, 0) / 0.2
    const r2 = y.reduce((s, v, i) => s + v * z[i]!, 0) / 0.2
    const det = a11 * a22 - a12 * a12
    const b0 = (a22 * r1 - a12 * r2) / det
    const b1 = (a11 * r2 - a12 * r1) / det
    expect(out.mean[0]).toBeCloseTo(b0 + 1.2 * b1, 10)
    expect(out.epistemicVariance[0]).toBeCloseTo((a22 - 2 * 1.2 * a12 + 1.44 * a11) / det, 10)
  })

  it('without own rows is the predictor with the variance groups had; missing targets do not count', () => {
    const model = modelOf(2, 0.1, 0.3, 0.5)
    const none = adapt(model, rowsOf([]), new Float64Array(0), rowsOf([1, 3], 7))
    expect([...none.mean]).toEqual([7, 7])
    expect(none.epistemicVariance[1]).toBeCloseTo(2 + 0.9 + 0.3, 12)
    const missing = adapt(model, rowsOf([0, 1]), Float64Array.of(Number.NaN, Number.NaN), rowsOf([1, 3], 7))
    expect(missing).toEqual(none)
  })

  it('more rows never widen it, and no number of them goes below the noise of a row', () => {
    const own = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 8 })
    const scale = fc.double({ min: 0.01, max: 3, noNaN: true })
    fc.assert(
      fc.property(own, scale, scale, scale, scale, (z, a, b, c, noise) => {
        const model = modelOf(a, b, c, noise)
        const fresh = rowsOf([0.4])
        const targets = Float64Array.from(z, (v) => 1 + v)
        const all = adapt(model, rowsOf(z), targets, fresh)
        const fewer = adapt(model, rowsOf(z.slice(1)), targets.slice(1), fresh)
        expect(all.epistemicVariance[0]).toBeLessThanOrEqual(fewer.epistemicVariance[0]! + 1e-9)
        expect(all.epistemicVariance[0]).toBeGreaterThanOrEqual(0)
        expect(all.aleatoricVariance[0]).toBe(noise)
      }),
    )
    const many = adapt(
      modelOf(2, 0, 0, 0.5),
      rowsOf(new Array<number>(200).fill(0)),
      new Float64Array(200).fill(3),
      rowsOf([0]),
    )
    expect(many.mean[0]).toBeCloseTo(3, 2)
    expect(many.epistemicVariance[0]).toBeLessThan(0.003)
    expect(many.aleatoricVariance[0]).toBe(0.5)
  })

  it('in units of the predicted sd a row that was known badly tells and learns in proportion', () => {
    const model: OffsetModel = { ...modelOf(0.8, 0, 0, 0.2), unit: 'predicted sd' }
    const narrow = adapt(model, rowsOf([0], 0, 1), Float64Array.of(1), rowsOf([0], 0, 1))
    const wide = adapt(model, rowsOf([0], 0, 1), Float64Array.of(1), rowsOf([0], 0, 9))
    expect(wide.mean[0]! / narrow.mean[0]!).toBeCloseTo(3, 10)
    expect(wide.aleatoricVariance[0]).toBeCloseTo(1.8, 10)
  })

  it('refuses lengths that do not agree', () => {
    const model = modelOf(1, 0, 0, 1)
    expect(() => adapt(model, rowsOf([0]), new Float64Array(2), rowsOf([0]))).toThrow(ContractError)
    const fresh = { ...rowsOf([0, 1]), z: new Float64Array(3) }
    expect(() => adapt(model, rowsOf([0]), new Float64Array(1), fresh)).toThrow(ContractError)
  })
})

/** Residuals of a predictor: level sd 0.8, slope sd 0.4, noise sd 0.3, predicted sd 1 everywhere. */
function residuals(stream: RandomStream, groupCount: number, rows: number): OutOfFoldRows {
  const n = groupCount * rows
  const y = new Float64Array(n)
  const z = new Float64Array(n)
  const groups = new Int32Array(n)
  for (let g = 0; g < groupCount; g++) {
    const level = 0.8 * stream.normal()
    const slope = 0.4 * stream.normal()
    for (let k = 0; k < rows; k++) {
      const i = g * rows + k
      groups[i] = g
      z[i] = stream.normal()
      y[i] = level + slope * z[i]! + 0.3 * stream.normal()
    }
  }
  return { y, mean: new Float64Array(n), sd: new Float64Array(n).fill(1), groups, z, width: 1 }
}

describe('the random-effects model of residuals', () => {
  it('has the gradient of finite differences', () => {
    const stream = randomStream(3, 'gradient')
    const { y, z } = residuals(stream, 1, 12)
    const groups = [
      { n: 12, z, residual: y },
      { n: 1, z: Float64Array.of(0.5), residual: Float64Array.of(-1) },
    ]
    const at = Float64Array.of(-0.5, -1.2, -1.7, 0.2, -1.9)
    const priors = Array.from(at, () => ({ mean: -1, sd: 1.5 }))
    const { gradient } = negativeLogMarginal(groups, at, priors)
    at.forEach((_, t) => {
      const moved = (h: number): number =>
        negativeLogMarginal(
          groups,
          at.map((v, k) => (k === t ? v + h : v)),
          priors,
        ).value
      expect(gradient[t]).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 5)
    })
  })

  it('finds the variances that made the residuals', () => {
    const model = fitOffset(residuals(randomStream(4, 'recover'), 150, 8), 1)!
    const inUnits = model.sd ** 2
    const { level, slopes, bend, noise } = model.scales
    expect(Math.sqrt((level + bend) * inUnits)).toBeCloseTo(0.8, 1)
    expect(Math.sqrt(slopes[0]! * inUnits)).toBeCloseTo(0.4, 1)
    expect(Math.sqrt(noise * inUnits)).toBeCloseTo(0.3, 1)
  })

  it('after three own rows 90 % intervals of new groups cover 90 %, and the error falls near the noise', () => {
    let inside = 0
    let count = 0
    let squares = 0
    for (let seed = 0; seed < 25; seed++) {
      const stream = randomStream(seed, 'coverage')
      const model = fitOffset(residuals(stream, 25, 8), seed)!
      const fresh = residuals(stream, 20, 8)
      for (let g = 0; g < 20; g++) {
        const part = (from: number, to: number): PredictedRows => ({
          z: fresh.z.slice(8 * g + from, 8 * g + to),
          moments: rowsOf(new Array<number>(to - from).fill(0)).moments,
        })
        const out = adapt(model, part(0, 3), fresh.y.slice(8 * g, 8 * g + 3), part(3, 8))
        for (let k = 0; k < 5; k++) {
          const error = fresh.y[8 * g + 3 + k]! - out.mean[k]!
          const sd = Math.sqrt(out.epistemicVariance[k]! + out.aleatoricVariance[k]!)
          if (Math.abs(error) < 1.6449 * sd) inside++
          squares += error * error
          count++
        }
      }
    }
    expect(inside / count).toBeGreaterThan(0.87)
    expect(inside / count).toBeLessThan(0.93)
    expect(Math.sqrt(squares / count)).toBeLessThan(0.55)
  })

  it('takes residuals in the predicted sd where they scale with it', () => {
    const stream = randomStream(6, 'scaled')
    const plain = residuals(stream, 60, 6)
    const sd = plain.y.map(() => Math.exp(stream.normal()))
    const scaled = { ...plain, sd, y: plain.y.map((v, i) => v * sd[i]!) }
    expect(fitOffset(scaled, 1)!.unit).toBe('predicted sd')
    expect(fitOffset({ ...plain, sd }, 1)!.unit).toBe('one sd')
  })

  it('needs three groups of two rows, positive sds and equal lengths; is finite on odd residuals; repeats', () => {
    const stream = randomStream(7, 'odd')
    const good = residuals(stream, 6, 4)
    const single = { ...good, groups: Int32Array.from(good.groups.keys()) }
    expect(fitOffset(single, 1)).toBeNull()
    expect(fitOffset({ ...good, y: good.y.map(() => Number.NaN) }, 1)).toBeNull()
    expect(() => fitOffset({ ...good, sd: good.sd.map(() => 0) }, 1)).toThrow(ContractError)
    expect(() => fitOffset({ ...good, mean: new Float64Array(3) }, 1)).toThrow(ContractError)
    const none = fitOffset({ ...good, y: good.y.map(() => 0) }, 1)!
    expect(
      Object.values(none.scales)
        .flat()
        .every((v) => typeof v !== 'number' || Number.isFinite(v)),
    ).toBe(true)
    const outlier = good.y.slice()
    outlier[0] = 1e6
    const wide = fitOffset({ ...good, y: outlier, z: good.z.map((v, i) => (i === 2 ? Number.NaN : v)) }, 1)!
    expect(Number.isFinite(wide.logEvidence)).toBe(true)
    expect(wide.sd).toBeGreaterThan(1e4)
    expect(fitOffset(good, 1)).toEqual(fitOffset(good, 1))
  })

  it('the minimiser finds the valley of Rosenbrock’s function', () => {
    const found = minimise(
      (at) => {
        const [a, b] = [at[0]!, at[1]!]
        return {
          value: (1 - a) ** 2 + 100 * (b - a * a) ** 2,
          gradient: Float64Array.of(-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a)),
        }
      },
      Float64Array.of(-1.2, 1),
      500,
    )
    expect(found.at[0]).toBeCloseTo(1, 3)
    expect(found.at[1]).toBeCloseTo(1, 3)
  })
})

describe('inputs and rows of a group', () => {
  it('takes 1/T and ln t of a table of steels, standardised by how they vary inside a steel', () => {
    const table = steelTable(31, 20)
    const inputs = offsetInputs(table)
    expect(inputs.columns.slice(0, 2).map((c) => c.name)).toEqual(['1000/T', 'ln time'])
    expect(inputs.columns.map((c) => c.name).some((name) => /_wt|Ms/.test(name))).toBe(false)
    const z = applyOffsetInputs(inputs, table.x, table.n)
    const width = inputs.columns.length
    let squares = 0
    let freedom = 0
    for (const group of new Set(table.groups)) {
      const values = [...table.groups.keys()]
        .filter((i) => table.groups[i] === group)
        .map((i) => z[i * width]!)
      const centre = values.reduce((s, v) => s + v, 0) / values.length
      squares += values.reduce((s, v) => s + (v - centre) ** 2, 0)
      freedom += values.length - 1
    }
    expect(Math.sqrt(squares / freedom)).toBeCloseTo(1, 1)
  })

  it('has none where groups hold one condition each', () => {
    const table = steelTable(32, 12)
    const lone = { ...table, groups: Int32Array.from(table.groups.keys()) }
    expect(offsetInputs(lone).columns).toEqual([])
  })

  it('spreads rows: corners of a grid before its middle, different draws, the same rows for the same draw', () => {
    const z = Float64Array.from({ length: 50 }, (_, at) =>
      at % 2 === 0 ? Math.floor(at / 2) % 5 : Math.floor(at / 10),
    )
    const chosen = (draw: number): number[] => [...chooseSpreadRows(z, 25, 3, 1, draw)]
    expect(chosen(0)).toEqual(chosen(0))
    expect(new Set([0, 1, 2, 3, 4].map((d) => chosen(d).join())).size).toBeGreaterThan(2)
    for (let draw = 0; draw < 5; draw++) {
      const rows = chosen(draw)
      expect(new Set(rows).size).toBe(3)
      let nearest = Infinity
      for (const a of rows)
        for (const b of rows)
          if (a !== b)
            nearest = Math.min(nearest, Math.hypot(z[2 * a]! - z[2 * b]!, z[2 * a + 1]! - z[2 * b + 1]!))
      expect(nearest).toBeGreaterThanOrEqual(2)
    }
    expect(chooseSpreadRows(z, 25, 25, 1, 0)).toHaveLength(25)
    expect(chooseSpreadRows(new Float64Array(4).fill(Number.NaN), 4, 2, 1, 0)).toHaveLength(2)
    expect(() => chooseSpreadRows(z, 25, 26, 1, 0)).toThrow(ContractError)
  })
})
