import { describe, expect, it } from 'vitest'
import { partialCorrelation } from '../../../../main/engine/causal/correlation.ts'
import { designEffects, fisherZ } from '../../../../main/engine/causal/fisher-z.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'

/** A column pair of n rows with exactly this correlation, and a third uncorrelated with both. */
function withCorrelation(r: number, n: number): Float64Array[] {
  const random = randomStream(1, 'exact')
  const basis: Float64Array[] = []
  for (let k = 0; k < 3; k++) {
    const v = Float64Array.from({ length: n }, () => random.normal())
    const mean = v.reduce((s, x) => s + x, 0) / n
    for (let i = 0; i < n; i++) v[i]! -= mean
    for (const b of basis) {
      const f = v.reduce((s, x, i) => s + x * b[i]!, 0)
      for (let i = 0; i < n; i++) v[i]! -= f * b[i]!
    }
    const norm = Math.sqrt(v.reduce((s, x) => s + x * x, 0))
    basis.push(v.map((x) => x / norm))
  }
  const [a, e, z] = basis as [Float64Array, Float64Array, Float64Array]
  const scale = Math.sqrt(n)
  const y = a.map((v, i) => r * v + Math.sqrt(1 - r * r) * e[i]!)
  return [a, y, z].map((column) => column.map((v) => v * scale))
}

describe('Fisher z', () => {
  it('gives p = erfc(artanh(r) √(n − |S| − 3) / √2)', () => {
    // Reference values: scipy.stats.norm.sf, twice.
    const half = fisherZ(withCorrelation(0.5, 28), 28, null, null).test(0, 1, [])
    expect(half.statistic).toBeCloseTo(0.5, 12)
    expect(half.p).toBeCloseTo(0.006022924485883396, 12)
    const given = fisherZ(withCorrelation(0.2, 100), 100, null, null).test(0, 1, [2])
    expect(given.statistic).toBeCloseTo(0.2, 12)
    expect(given.p).toBeCloseTo(0.04699278261771392, 12)
  })

  it('takes the partial correlation from the inverse correlation matrix for larger sets', () => {
    // Correlations of five columns; the precision matrix below was inverted with numpy.
    const r = Float64Array.from(
      [
        [1, 0.5, 0.3, 0.2, 0.1],
        [0.5, 1, 0.4, 0.3, 0.2],
        [0.3, 0.4, 1, 0.5, 0.3],
        [0.2, 0.3, 0.5, 1, 0.4],
        [0.1, 0.2, 0.3, 0.4, 1],
      ].flat(),
    )
    const recursive = (x: number, y: number, s: number[]): number => {
      const [z, ...rest] = s
      if (z === undefined) return r[x * 5 + y]!
      const xy = recursive(x, y, rest)
      const xz = recursive(x, z, rest)
      const yz = recursive(y, z, rest)
      return (xy - xz * yz) / Math.sqrt((1 - xz * xz) * (1 - yz * yz))
    }
    for (const s of [[], [2], [2, 3], [4, 2, 3]])
      expect(partialCorrelation(r, 5, 0, 1, s)).toBeCloseTo(recursive(0, 1, s), 12)
  })

  it('keeps its level: 2,000 independent draws at alpha 0.05', () => {
    let rejected = 0
    for (let draw = 0; draw < 2000; draw++) {
      const random = randomStream(draw, 'level')
      const columns = [0, 1, 2].map(() => Float64Array.from({ length: 40 }, () => random.normal()))
      if (fisherZ(columns, 40, null, null).test(0, 1, [2]).p < 0.05) rejected++
    }
    // Three standard errors of a share of 0.05 in 2,000 draws are 0.0146.
    expect(rejected / 2000).toBeGreaterThan(0.035)
    expect(rejected / 2000).toBeLessThan(0.065)
  })

  it('keeps its level when rows come in groups of four, and would not without the design effect', () => {
    let rejected = 0
    let careless = 0
    for (let draw = 0; draw < 600; draw++) {
      const random = randomStream(draw, 'clusters')
      const groups = Int32Array.from({ length: 80 }, (_, i) => i >> 2)
      const columns = [0, 1].map(() => {
        const heat = Array.from({ length: 20 }, () => random.normal())
        return Float64Array.from(groups, (g) => heat[g]! + 0.3 * random.normal())
      })
      if (fisherZ(columns, 80, null, designEffects(columns, groups, 20)).test(0, 1, []).p < 0.05) rejected++
      if (fisherZ(columns, 80, null, null).test(0, 1, []).p < 0.05) careless++
    }
    expect(rejected / 600).toBeLessThan(0.08)
    expect(careless / 600).toBeGreaterThan(0.2)
  })

  it('uses the rows in which the columns of the test are known, and no others', () => {
    const random = randomStream(3, 'missing')
    const full = [0, 1, 2].map(() => Float64Array.from({ length: 50 }, () => random.normal()))
    const holed = full.map((column) => column.slice())
    for (let i = 0; i < 10; i++) holed[1]![i] = Number.NaN
    for (let i = 45; i < 50; i++) holed[2]![i] = Number.NaN
    const test = fisherZ(holed, 50, null, null)
    const cut = (from: number, to: number) =>
      fisherZ(
        full.map((c) => c.slice(from, to)),
        to - from,
        null,
        null,
      )
    expect(test.test(0, 1, []).p).toBeCloseTo(cut(10, 50).test(0, 1, []).p, 12)
    expect(test.test(0, 2, []).n).toBe(45)
    expect(test.test(0, 1, [2]).p).toBeCloseTo(cut(10, 45).test(0, 1, [2]).p, 12)
  })

  it('reads weights as repeated rows', () => {
    const random = randomStream(4, 'weights')
    const columns = [0, 1, 2].map(() => Float64Array.from({ length: 12 }, () => random.normal()))
    const weights = Float64Array.from([2, 0, 1, 3, 1, 1, 0, 1, 2, 1, 0, 1])
    const rows = Array.from(weights).flatMap((w, i) => Array<number>(w).fill(i))
    const repeated = columns.map((c) => Float64Array.from(rows, (i) => c[i]!))
    const a = fisherZ(columns, 12, weights, null).test(0, 1, [2])
    const b = fisherZ(repeated, rows.length, null, null).test(0, 1, [2])
    expect(a.n).toBe(rows.length)
    expect(a.p).toBeCloseTo(b.p, 12)
  })

  it('calls a test untestable, never independent, when rows or given columns cannot answer', () => {
    const random = randomStream(5, 'untestable')
    const x = Float64Array.from({ length: 8 }, () => random.normal())
    const y = Float64Array.from({ length: 8 }, () => random.normal())
    const copy = x.map((v) => 2 * v + 1)
    const more = [0, 1, 2, 3].map(() => Float64Array.from({ length: 8 }, () => random.normal()))
    const test = fisherZ([x, y, copy, ...more], 8, null, null)
    expect(test.test(0, 1, [3, 4, 5]).untestable).toBe(false)
    const few = test.test(0, 1, [3, 4, 5, 6, 2])
    expect(few.untestable).toBe(true)
    expect(few.p).toBeNaN()
    expect(test.test(0, 1, [2]).untestable).toBe(true)
    expect(test.test(0, 1, [2, 3]).untestable).toBe(true)
    // A perfect correlation is clamped, not infinite.
    const perfect = test.test(0, 2, [])
    expect(perfect.p).toBeGreaterThanOrEqual(0)
    expect(perfect.p).toBeLessThan(1e-6)
  })
})
