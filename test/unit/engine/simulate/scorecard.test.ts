import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  arrowScores,
  candidateScore,
  featureError,
  inputsByName,
  intervalCoverage,
  labelIoU,
  objectScores,
  simulateCampaign,
  trueEdges,
} from '../../../../main/engine/simulate/index.ts'

describe('labelIoU', () => {
  it('counts pixels by hand', () => {
    const score = labelIoU([0, 3, 3, 0, 1, 0], [1, 1, 1, 0, 0, 0])
    expect(score.iou).toBeCloseTo(2 / 4, 12)
    expect(score.precision).toBeCloseTo(2 / 3, 12)
    expect(score.recall).toBeCloseTo(2 / 3, 12)
    expect(score.predictedFraction).toBe(0.5)
  })
  it('is 1 on itself, symmetric, and null where both are empty', () => {
    const labels = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(labels, labels, (a, b) => {
        const n = Math.min(a.length, b.length)
        const p = a.slice(0, n)
        const t = b.slice(0, n)
        expect(labelIoU(p, t).iou).toBe(labelIoU(t, p).iou)
        expect(labelIoU(p, p).iou).toBe(p.some((v) => v > 0) ? 1 : null)
      }),
    )
    expect(labelIoU([0, 0], [0, 0]).iou).toBeNull()
    expect(labelIoU([1, 0], [0, 0]).recall).toBeNull()
  })
  it('refuses shapes that differ', () => {
    expect(() => labelIoU([1], [1, 0])).toThrowError(expect.objectContaining({ code: 'BAD_REQUEST' }))
  })
})

describe('objectScores', () => {
  it('matches objects above one half and no more', () => {
    expect(objectScores([5, 5, 5, 0, 7, 0], [1, 1, 1, 1, 0, 2])).toEqual({
      matched: 1,
      predicted: 2,
      truth: 2,
      precision: 0.5,
      recall: 0.5,
    })
    expect(objectScores([1, 1, 0, 0], [1, 1, 1, 1]).matched).toBe(0)
  })
})

describe('featureError and intervalCoverage', () => {
  it('leave missing values out and count them', () => {
    expect(featureError([11, Number.NaN, 18], [10, 5, 20])).toEqual({
      n: 2,
      missing: 1,
      meanAbsolute: expect.closeTo(0.1, 12) as number,
      bias: expect.closeTo(0, 12) as number,
      worst: expect.closeTo(0.1, 12) as number,
    })
    expect(featureError([Number.NaN], [1]).meanAbsolute).toBeNull()
    expect(intervalCoverage([1, 2, 3], [0, 2, 4], [1, 3, 5])).toEqual({
      n: 3,
      coverage: 2 / 3,
      meanWidth: 1,
    })
    expect(intervalCoverage([Number.NaN], [0], [1]).coverage).toBeNull()
  })
})

describe('arrowScores', () => {
  const nodes = ['a', 'b', 'c', 'd']
  const truth = [
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'd'],
    ['x', 'a'],
  ] as const
  it('scores arrows by hand; nodes outside both are left out', () => {
    const score = arrowScores(
      [
        { from: 'a', to: 'b', mark: '-->' },
        { from: 'b', to: 'c', mark: '--' },
        { from: 'd', to: 'a', mark: '-->' },
        { from: 'x', to: 'd', mark: '-->' },
      ],
      truth,
      nodes,
    )
    expect(score.truth).toBe(3)
    expect(score.found).toBe(3)
    expect(score.joined.precision).toBeCloseTo(2 / 3, 12)
    expect(score.arrows.precision).toBeCloseTo(1.5 / 3, 12)
    expect(score.arrows.recall).toBeCloseTo(1.5 / 3, 12)
    expect(score.structuralHammingDistance).toBe(1 + 2)
    expect(score.missed).toEqual([['c', 'd']])
    expect(score.wrong).toEqual([['d', '-->', 'a']])
  })
  it('gives a reversed arrow nothing, and no edges no precision', () => {
    const score = arrowScores([{ from: 'b', to: 'a', mark: '-->' }], truth, nodes)
    expect(score.arrows.precision).toBe(0)
    expect(score.joined.precision).toBe(1)
    const none = arrowScores([], truth, nodes)
    expect(none.arrows).toEqual({ precision: null, recall: 0 })
    expect(none.structuralHammingDistance).toBe(3)
  })
  it('gives the truth itself full marks', () => {
    const all = [...new Set(trueEdges.flat())]
    const score = arrowScores(
      trueEdges.map(([from, to]) => ({ from, to, mark: '-->' as const })),
      trueEdges,
      all,
    )
    expect(score.arrows).toEqual({ precision: 1, recall: 1 })
    expect(score.structuralHammingDistance).toBe(0)
  })
})

describe('candidateScore', () => {
  const campaign = simulateCampaign({ specimens: 30, fieldsPerSpecimen: 1, seed: 2 })
  it('is 0 for the best specimen itself and 1 for the best possible', () => {
    const best = campaign.specimens.reduce((a, b) => (b.measured.yieldMPa > a.measured.yieldMPa ? b : a))
    const itself = candidateScore(campaign, inputsByName(best.process))
    expect(itself.gainMPa).toBe(0)
    expect(itself.bestSpecimen).toBe(best.name)
    const top = candidateScore(campaign, campaign.truth.bestPossible.inputs)
    expect(top.shareOfPossible).toBeCloseTo(1, 12)
    expect(top.gainPct).toBeCloseTo((100 * top.gainMPa) / itself.candidateMPa, 9)
  })
})
