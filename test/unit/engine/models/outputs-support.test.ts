import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  linkOf,
  supportOf,
  toLatentSample,
  type Support,
} from '../../../../main/engine/models/outputs/support.ts'
import { sampleOf } from '../../../../main/engine/models/sample.ts'
import { numberColumn, tableOf } from './tables.ts'

const supports: { name: string; support: Support; low: number; high: number }[] = [
  { name: 'positive', support: { kind: 'positive' }, low: 1e-9, high: 1e9 },
  { name: 'positive with a greatest value', support: { kind: 'positive', most: 250 }, low: 1e-9, high: 250 },
  { name: 'fraction', support: { kind: 'bounded', low: 0, high: 1 }, low: 0, high: 1 },
  { name: 'percentage', support: { kind: 'bounded', low: 0, high: 100 }, low: 0, high: 100 },
  { name: 'shifted range', support: { kind: 'bounded', low: -3, high: 5 }, low: -3, high: 5 },
]

describe.each(supports)('the link of a $name output', ({ support, low, high }) => {
  const link = linkOf(support)
  const inside = fc.double({ min: low, max: high, noNaN: true })

  it('comes back to the value it left, the ends included', () => {
    fc.assert(
      fc.property(inside, (y) => {
        const u = link.toLatent(y)
        expect(Number.isFinite(u)).toBe(true)
        expect(Math.abs(link.fromLatent(u) - y)).toBeLessThanOrEqual(1e-12 * Math.max(1, high - low))
      }),
    )
    for (const end of [low, high])
      expect(Math.abs(link.fromLatent(link.toLatent(end)) - end)).toBeLessThan(1e-12 * Math.max(1, high))
  })

  it('rises, and never leaves the support', () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (u) => {
        const y = link.fromLatent(u)
        expect(y).toBeGreaterThanOrEqual(support.kind === 'positive' ? 0 : low)
        if (high < 1e9) expect(y).toBeLessThanOrEqual(high)
        expect(link.fromLatent(u + 1)).toBeGreaterThanOrEqual(y)
      }),
    )
  })

  it('knows its slope: the change of variables of a density', () => {
    const middle = support.kind === 'positive' ? 3 : 0.5 * (low + high)
    for (const y of [0.4 * middle, middle, 1.3 * middle].filter((v) => v > low && v < high)) {
      const step = 1e-5 * Math.max(1, Math.abs(y))
      const slope = (link.toLatent(y + step) - link.toLatent(y - step)) / (2 * step)
      expect(link.logSlope(y)).toBeCloseTo(Math.log(slope), 5)
    }
  })
})

describe('a sample in latent units', () => {
  const table = tableOf([
    numberColumn('T', [1, 2, 3, 4]),
    numberColumn('share', [0, 1, Number.NaN, 0.4], 'microstructure'),
    numberColumn('d', [2, 5, 1, 9], 'microstructure'),
  ])
  const fraction: Support = { kind: 'bounded', low: 0, high: 1 }

  it('takes a measured 0 and 1, keeps what is missing and leaves other outputs alone', () => {
    const { y } = toLatentSample(sampleOf(table, ['T'], ['share', 'd'], { share: fraction }))
    expect([y[0], y[2]].every(Number.isFinite)).toBe(true)
    expect(y[0]).toBeCloseTo(-y[2]!, 12)
    expect(y[4]).toBeNaN()
    expect([y[1], y[3], y[5], y[7]]).toEqual([2, 5, 1, 9])
  })

  it('refuses a value outside its support, by row and name', () => {
    const tight: Support = { kind: 'bounded', low: 0, high: 0.9 }
    expect(() => toLatentSample(sampleOf(table, ['T'], ['share'], { share: tight }), (r) => `S${r}`)).toThrow(
      expect.objectContaining({
        code: 'BAD_REQUEST',
        detail: 'share',
        message: expect.stringContaining('S1'),
      }) as Error,
    )
    expect(() => toLatentSample(sampleOf(table, ['T'], ['share'], { share: { kind: 'positive' } }))).toThrow(
      /must be above 0/,
    )
  })
})

describe('the support that a column speaks for', () => {
  it.each([
    ['1', 'microstructure', [0, 0.4, 1], { kind: 'bounded', low: 0, high: 1 }],
    ['%', 'microstructure', [0, 40, Number.NaN], { kind: 'bounded', low: 0, high: 100 }],
    ['%', 'microstructure', [0, 40, 101], { kind: 'real' }],
    ['%', 'property', [3, 40], { kind: 'real' }],
    ['µm', 'microstructure', [0.1, 30], { kind: 'positive' }],
    ['µm', 'microstructure', [0, 30], { kind: 'real' }],
    ['MPa', 'property', [300, 400], { kind: 'real' }],
  ] as const)('unit %s, %s, values %j: %j', (unit, role, values, expected) => {
    expect(supportOf(unit, role, values)).toEqual(expected)
  })
})
