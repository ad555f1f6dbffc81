import { describe, expect, it } from 'vitest'
import { mean, randomStream, variance } from '../../../../main/engine/math/index.ts'
import { growForest, leavesOf, TREES } from '../../../../main/engine/models/forest/bagged.ts'
import { growState } from '../../../../main/engine/models/forest/forest.ts'
import { nodeStore, treeGrower } from '../../../../main/engine/models/forest/grow.ts'
import { fitForest, forestMoments, forestPredictor } from '../../../../main/engine/models/forest/index.ts'
import { fillLeaves } from '../../../../main/engine/models/forest/leaves.ts'
import { presort } from '../../../../main/engine/models/forest/presorted.ts'
import { samplingShare, subsetSize } from '../../../../main/engine/models/forest/sampling-share.ts'
import { applyTreeFeatures } from '../../../../main/engine/models/forest/tree-features.ts'
import { foldsOf } from './tables.ts'
import { drawMoments, noCheck, sdOf, smooth, step, uniformSample } from './tree-samples.ts'

describe('a tree', () => {
  const n = 40
  const stream = randomStream(2, 'tree')
  const x = Float64Array.from({ length: n }, () => Math.round(20 * stream.uniform()) / 20)
  const y = Float64Array.from(x, (v) => Math.cos(4 * v) + 0.3 * stream.normal())

  it('splits at the root where the sum of squares falls most, by exhaustive search', () => {
    const store = nodeStore()
    treeGrower(presort(x, n, 1), y)(new Uint8Array(n).fill(1), randomStream(1), store)
    const squares = (rows: number[]): number => {
      const centre = mean(rows.map((i) => y[i]!))
      return rows.reduce((sum, i) => sum + (y[i]! - centre) ** 2, 0)
    }
    const all = Array.from({ length: n }, (_, i) => i)
    const cost = (threshold: number): number => {
      const left = all.filter((i) => x[i]! <= threshold)
      const right = all.filter((i) => x[i]! > threshold)
      return Math.min(left.length, right.length) < 2 ? Infinity : squares(left) + squares(right)
    }
    const levels = [...new Set(x)].sort((a, b) => a - b)
    const least = Math.min(...levels.slice(1).map((v, k) => cost(0.5 * (v + levels[k]!))))
    expect(store.feature[0]).toBe(0)
    expect(cost(store.threshold[0]!)).toBeCloseTo(least, 10)
    expect(levels).not.toContain(store.threshold[0])
  })

  it('has two drawn rows or more in each leaf, and a row drawn twice counts twice', () => {
    const counts = Uint8Array.from({ length: n }, (_, i) => [0, 1, 3][i % 3]!)
    const store = nodeStore()
    treeGrower(presort(x, n, 1), y)(counts, randomStream(1), store)
    const leaf = new Int32Array(n)
    const trees = { roots: Int32Array.of(0, store.size), ...store }
    leavesOf(trees, 0, x, n, 1, leaf)
    const drawn = new Map<number, number>()
    leaf.forEach((node, i) => counts[i]! > 0 && drawn.set(node, (drawn.get(node) ?? 0) + 1))
    expect(Math.min(...drawn.values())).toBeGreaterThanOrEqual(2)
    // The same rows written out as often as drawn give the same first split.
    const copies = Array.from(counts, (c, i) => new Array<number>(c).fill(i)).flat()
    const repeated = nodeStore()
    const many = Float64Array.from(copies, (i) => x[i]!)
    treeGrower(
      presort(many, copies.length, 1),
      Float64Array.from(copies, (i) => y[i]!),
    )(new Uint8Array(copies.length).fill(1), randomStream(1), repeated)
    expect(repeated.threshold[0]).toBe(store.threshold[0])
  })

  it('looks past constant features for one that varies', () => {
    const wide = new Float64Array(n * 9)
    for (let i = 0; i < n; i++) wide[i * 9 + 4] = x[i]!
    const { trees } = growForest(wide, y, 9, 3, 'wide', noCheck)
    for (let t = 0; t < TREES; t++) expect(trees.feature[trees.roots[t]!]).toBe(4)
  })
})

describe('random forest', () => {
  it('learns a step, and finds it among idle inputs', () => {
    const at = (d: number): Float64Array =>
      new Float64Array(2 * d)
        .fill(0.5)
        .fill(0.2, 0, 1)
        .fill(0.8, d, d + 1)
    const found = (d: number): Float64Array => {
      const { state } = growState(uniformSample(200, d, 1, step), 3, 'forest', noCheck)
      return forestPredictor(state).moments(at(d), 2).mean
    }
    // Rows next to the step that a tree did not draw may lie on its wrong side.
    expect(Math.abs(found(1)[0]! + 1)).toBeLessThan(0.01)
    expect(Math.abs(found(1)[1]! - 3)).toBeLessThan(0.01)
    const among = found(6)
    expect(Math.abs(among[0]! + 1)).toBeLessThan(0.2)
    expect(Math.abs(among[1]! - 3)).toBeLessThan(0.2)
  })

  it('of a constant target is that constant, at the least standard deviation', () => {
    const sample = uniformSample(30, 2, 1, () => 5)
    const { state, outOfFold } = fitForest(sample, foldsOf(30, 3), 3, noCheck)
    const predictor = forestPredictor(state)
    const moments = predictor.moments(sample.x, 30)
    expect(moments.mean.every((v) => v === 5)).toBe(true)
    expect(sdOf(moments, 0)).toBeCloseTo(0.02, 12)
    expect(sdOf(outOfFold, 0)).toBeCloseTo(0.02, 12)
    expect([...predictor.quantiles(sample.x, 1, [0.05, 0.95])]).toEqual([5, 5])
  })

  it('has moments and quantiles of the leaf weights, which sum to 1', () => {
    const sample = uniformSample(60, 3, 4, smooth)
    const { state } = growState(sample, 3, 'forest', noCheck)
    const { trees } = state.outputs[0]!
    const x = applyTreeFeatures(state.features, sample.x, 60)
    const query = uniformSample(7, 3, 5, smooth).x
    const weights = Array.from({ length: 7 }, () => new Float64Array(60))
    const own = new Int32Array(60)
    const there = new Int32Array(7)
    for (let t = 0; t < TREES; t++) {
      leavesOf(trees, t, x, 60, 3, own)
      leavesOf(trees, t, query, 7, 3, there)
      weights.forEach((w, q) => {
        const members = [...own.keys()].filter((i) => own[i] === there[q])
        for (const i of members) w[i]! += 1 / (TREES * members.length)
      })
    }
    const predictor = forestPredictor(state)
    const moments = predictor.moments(query, 7)
    const levels = [0.9, 0.05, 0.5]
    const quantiles = predictor.quantiles(query, 7, levels)
    const byTarget = [...sample.y.keys()].sort((a, b) => sample.y[a]! - sample.y[b]!)
    weights.forEach((w, q) => {
      expect(w.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12)
      const centre = w.reduce((sum, v, i) => sum + v * sample.y[i]!, 0)
      const spread = w.reduce((sum, v, i) => sum + v * (sample.y[i]! - centre) ** 2, 0)
      expect(moments.mean[q]).toBeCloseTo(centre, 10)
      expect(sdOf(moments, q) ** 2).toBeCloseTo(spread, 10)
      levels.forEach((level, at) => {
        let reached = 0
        const first = byTarget.find((i) => (reached += w[i]!) >= level - 1e-9)!
        expect(quantiles[q * levels.length + at]).toBeCloseTo(sample.y[first]!, 10)
      })
    })
  })

  it('puts each training row into one leaf of every tree', () => {
    const sample = uniformSample(50, 3, 4, smooth)
    const { state } = growState(sample, 3, 'forest', noCheck)
    const { trees, y } = state.outputs[0]!
    const { start, rows } = fillLeaves(trees, state.x, y, 3)
    for (let t = 0; t < TREES; t++) {
      expect(start[trees.roots[t]!]).toBe(50 * t)
      expect(start[trees.roots[t + 1]!]).toBe(50 * (t + 1))
      expect(new Set(rows.subarray(50 * t, 50 * (t + 1))).size).toBe(50)
    }
  })

  it('has monotone quantiles within what was measured', () => {
    const sample = uniformSample(80, 4, 6, smooth)
    const predictor = forestPredictor(growState(sample, 3, 'forest', noCheck).state)
    const levels = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]
    const quantiles = predictor.quantiles(uniformSample(50, 4, 7, smooth).x, 50, levels)
    const measured = new Set(Array.from(sample.y, (v) => v.toFixed(9)))
    for (let i = 0; i < 50; i++)
      for (let k = 0; k < levels.length; k++) {
        const value = quantiles[i * levels.length + k]!
        if (k > 0) expect(value).toBeGreaterThanOrEqual(quantiles[i * levels.length + k - 1]!)
        expect(measured.has(value.toFixed(9))).toBe(true)
      }
  })

  it('is the same in other units of its inputs, and from the same seed only', () => {
    const sample = uniformSample(70, 3, 8, smooth)
    const at = uniformSample(9, 3, 9, smooth).x
    const of = (seed: number, x: Float64Array, query: Float64Array): Float64Array =>
      forestPredictor(growState({ ...sample, x }, seed, 'forest', noCheck).state).moments(query, 9).mean
    const kelvin = (v: Float64Array): Float64Array => v.map((u) => 8 * u + 256)
    expect(of(3, sample.x, at)).toEqual(of(3, sample.x, at))
    expect(of(4, sample.x, at)).not.toEqual(of(3, sample.x, at))
    of(3, kelvin(sample.x), kelvin(at)).forEach((v, i) => {
      expect(v).toBeCloseTo(of(3, sample.x, at)[i]!, 10)
    })
  })

  it('draws functions: the same at every call, varying by the epistemic variance', () => {
    const sample = uniformSample(120, 3, 10, smooth)
    const { state } = fitForest(sample, foldsOf(120, 5), 3, noCheck)
    const predictor = forestPredictor(state)
    const at = uniformSample(20, 3, 11, smooth).x
    const together = predictor.drawMeans(at, 20, 5)
    const single = predictor.drawMeans(at.slice(3 * 7, 3 * 8), 1, 3)
    for (let s = 0; s < 3; s++) expect(single[s]).toBeCloseTo(together[s * 20 + 7]!, 12)
    const moments = predictor.moments(at, 20)
    const drawn = drawMoments(predictor, at, 20, 3000)
    for (let i = 0; i < 20; i++) {
      const sd = Math.sqrt(moments.epistemicVariance[i]!)
      expect(Math.abs(drawn.mean[i]! - moments.mean[i]!)).toBeLessThan(0.1 * sd)
      expect(Math.abs(Math.sqrt(drawn.variance[i]!) / sd - 1)).toBeLessThan(0.08)
    }
  })

  it('claims the variance that its mean has from one sample of specimens to the next', () => {
    const at = uniformSample(30, 3, 99, smooth).x
    const runs = 30
    const means: Float64Array[] = []
    let claimed = 0
    for (let r = 0; r < runs; r++) {
      const { state } = fitForest(uniformSample(60, 3, 200 + r, smooth), foldsOf(60, 3), r, noCheck)
      const moments = forestPredictor(state).moments(at, 30)
      means.push(moments.mean)
      claimed += mean(moments.epistemicVariance) / runs
    }
    const actual = mean(Array.from({ length: 30 }, (_, i) => variance(means.map((m) => m[i]!))))
    expect(claimed / actual).toBeGreaterThan(0.6)
    expect(claimed / actual).toBeLessThan(1.6)
  })

  it('gives another model its mean and log-variance in that model’s scale', () => {
    const moments = {
      mean: Float64Array.of(10, 4),
      epistemicVariance: Float64Array.of(3, 1),
      aleatoricVariance: Float64Array.of(1, 3),
    }
    const scale = { mean: Float64Array.of(6, 0), sd: Float64Array.of(2, 4) }
    const given = forestMoments(moments, scale)
    expect([...given.mean]).toEqual([2, 1])
    expect([...given.logVariance].map((v) => Math.exp(v))).toEqual([1, 0.25])
  })
})

describe('share of the variance between trees that is sampling variance', () => {
  const n = 50
  const points = 150
  const stream = randomStream(5, 'share')
  const counts = new Uint8Array(TREES * n)
  for (let t = 0; t < TREES; t++) for (let i = 0; i < n; i++) counts[t * n + stream.integer(n)]!++

  /** Bagged means of targets, one set a point: a linear statistic, whose sampling variance is known. */
  function bagged(targets: Float64Array): Float64Array {
    const values = new Float64Array(TREES * points)
    for (let t = 0; t < TREES; t++)
      for (let q = 0; q < points; q++)
        for (let i = 0; i < n; i++) values[t * points + q]! += (counts[t * n + i]! * targets[q * n + i]!) / n
    return values
  }

  it('is that of a mean for a bagged mean, so that a draw is a single tree', () => {
    const targets = Float64Array.from({ length: points * n }, () => stream.normal())
    const values = bagged(targets)
    const rows = Int32Array.from({ length: n }, (_, i) => i)
    const share = samplingShare(counts, rows, values, values, points)
    let known = 0
    for (let q = 0; q < points; q++) known += variance(targets.subarray(q * n, (q + 1) * n)) / n
    expect(Math.abs(share.sampling / known - 1)).toBeLessThan(0.1)
    expect(Math.abs(share.betweenTrees / known - 1)).toBeLessThan(0.1)
    expect(subsetSize([share])).toBe(1)
  })

  it('counts groups, not rows, where rows of a group are alike', () => {
    const group = Int32Array.from({ length: n }, (_, i) => Math.floor(i / 5))
    const targets = new Float64Array(points * n)
    let known = 0
    for (let q = 0; q < points; q++) {
      const level = Float64Array.from({ length: 10 }, () => stream.normal())
      known += variance(level) / 10
      for (let i = 0; i < n; i++) targets[q * n + i] = level[group[i]!]!
    }
    const values = bagged(targets)
    const { sampling } = samplingShare(counts, group, values, values, points)
    expect(Math.abs(sampling / known - 1)).toBeLessThan(0.15)
  })

  it('becomes a number of trees: all alike give one, none sampled a quarter of them', () => {
    expect(subsetSize([{ sampling: 0, betweenTrees: 0 }])).toBe(1)
    expect(subsetSize([{ sampling: -1, betweenTrees: 4 }])).toBe(TREES / 4)
    expect(subsetSize([{ sampling: 1, betweenTrees: 10 }])).toBeGreaterThan(8)
    expect(subsetSize([{ sampling: 1, betweenTrees: 10 }])).toBeLessThan(11)
  })
})
