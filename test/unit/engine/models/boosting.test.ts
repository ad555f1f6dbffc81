import { describe, expect, it } from 'vitest'
import { mean, randomStream, variance } from '../../../../main/engine/math/index.ts'
import { binFeatures, MOST_BINS } from '../../../../main/engine/models/boosting/bins.ts'
import { boost, boostedValues, ROUNDS } from '../../../../main/engine/models/boosting/boost.ts'
import { histogramGrower, TREE_NODES } from '../../../../main/engine/models/boosting/histogram-tree.ts'
import { boostingPredictor, fitBoosting } from '../../../../main/engine/models/boosting/index.ts'
import { jackknife } from '../../../../main/engine/models/boosting/predict.ts'
import { foldsOf } from './tables.ts'
import { drawMoments, noCheck, sdOf, smooth, step, uniformSample } from './tree-samples.ts'

const slots = (): { feature: Int32Array; threshold: Float64Array; child: Int32Array } => ({
  feature: new Int32Array(TREE_NODES),
  threshold: new Float64Array(TREE_NODES),
  child: new Int32Array(TREE_NODES),
})

describe('bins', () => {
  it('hold one distinct value each where there are few, and agree with their edges', () => {
    const x = Float64Array.of(3, 1, 2, 1, 3, 10)
    const { bin, edges } = binFeatures(x, 6, 1)
    expect([...bin]).toEqual([2, 0, 1, 0, 2, 3])
    expect([...edges[0]!]).toEqual([1.5, 2.5, 6.5])
  })

  it('are of nearly equal numbers of rows where values are many, ties together', () => {
    const stream = randomStream(1)
    const x = Float64Array.from({ length: 2000 }, (_, i) => (i % 4 === 0 ? 0.25 : stream.uniform()))
    const { bin, edges } = binFeatures(x, 2000, 1)
    expect(edges[0]!.length).toBeLessThan(MOST_BINS)
    expect(new Set([...bin].filter((_, i) => x[i] === 0.25)).size).toBe(1)
    const counts = new Map<number, number>()
    bin.forEach((b, i) => x[i] !== 0.25 && counts.set(b, (counts.get(b) ?? 0) + 1))
    expect(Math.max(...counts.values())).toBeLessThan(20)
    x.forEach((v, i) => {
      const b = bin[i]!
      if (b > 0) expect(v).toBeGreaterThan(edges[0]![b - 1]!)
      if (b < edges[0]!.length) expect(v).toBeLessThanOrEqual(edges[0]![b]!)
    })
  })
})

describe('a histogram tree', () => {
  const n = 60
  const d = 3
  const stream = randomStream(3, 'histogram tree')
  const x = Float64Array.from({ length: n * d }, () => stream.uniform())
  const g = Float64Array.from({ length: n }, (_, i) => Math.sin(6 * x[i * d + 1]!) + 0.2 * stream.normal())

  it('splits at the root where the sum of squares falls most, by exhaustive search', () => {
    const tree = slots()
    histogramGrower(binFeatures(x, n, d))(g, tree, 0, 0)
    const squares = (rows: number[]): number => {
      const centre = mean(rows.map((i) => g[i]!))
      return rows.reduce((sum, i) => sum + (g[i]! - centre) ** 2, 0)
    }
    const cost = (f: number, threshold: number): number => {
      const all = Array.from({ length: n }, (_, i) => i)
      const left = all.filter((i) => x[i * d + f]! <= threshold)
      const right = all.filter((i) => x[i * d + f]! > threshold)
      return Math.min(left.length, right.length) < 5 ? Infinity : squares(left) + squares(right)
    }
    let least = Infinity
    for (let f = 0; f < d; f++) for (let i = 0; i < n; i++) least = Math.min(least, cost(f, x[i * d + f]!))
    expect(cost(tree.feature[0]!, tree.threshold[0]!)).toBeCloseTo(least, 10)
  })

  it('has eight leaves of five rows or more that part the rows as prediction does', () => {
    const tree = slots()
    const leaves = histogramGrower(binFeatures(x, n, d))(g, tree, 0, 0)
    expect(leaves.count).toBe(8)
    const seen = new Set<number>()
    for (let k = 0; k < leaves.count; k++) {
      expect(leaves.high[k]! - leaves.low[k]!).toBeGreaterThanOrEqual(5)
      for (let p = leaves.low[k]!; p < leaves.high[k]!; p++) {
        const row = leaves.order[p]!
        seen.add(row)
        let node = 0
        while (tree.feature[node]! >= 0)
          node = tree.child[node]! + (x[row * d + tree.feature[node]!]! <= tree.threshold[node]! ? 0 : 1)
        expect(node).toBe(leaves.nodes[k])
      }
    }
    expect(seen.size).toBe(n)
  })

  it('does not split rows of equal targets, though their sums round', () => {
    const leaves = histogramGrower(binFeatures(x, n, d))(new Float64Array(n).fill(-0.05), slots(), 0, 0)
    expect(leaves.count).toBe(1)
  })

  it('lets inputs that part the rows alike share the trees', () => {
    const twice = new Float64Array(n * 2)
    for (let i = 0; i < n; i++) twice.fill(x[i * d + 1]!, 2 * i, 2 * i + 2)
    const { feature } = boost(binFeatures(twice, n, 2), g, null, noCheck)
    const roots = Array.from({ length: ROUNDS }, (_, t) => feature[t * TREE_NODES]!)
    expect(roots.filter((f) => f === 0).length).toBe(ROUNDS / 2)
  })
})

describe('gradient boosting', () => {
  it('learns a step', () => {
    const sample = uniformSample(200, 3, 1, step)
    const { state } = fitBoosting(sample, foldsOf(200, 5), 3, noCheck)
    const at = Float64Array.of(0.2, 0.5, 0.5, 0.8, 0.5, 0.5)
    const { mean: centre } = boostingPredictor(state).moments(at, 2)
    expect(Math.abs(centre[0]! + 1)).toBeLessThan(0.02)
    expect(Math.abs(centre[1]! - 3)).toBeLessThan(0.02)
  })

  it('finds the quantiles of each half where the spread differs', () => {
    // 400 rows a half of a uniform on (0, 1) and on (0, 10), on one binary input: nothing to overfit.
    const n = 800
    const x = Float64Array.from({ length: n }, (_, i) => i % 2)
    const y = Float64Array.from(x, (half, i) => ((Math.floor(i / 2) + 0.5) / 400) * (half === 0 ? 1 : 10))
    const data = binFeatures(x, n, 1)
    const at = Float64Array.of(0, 1)
    for (const level of [0.05, 0.5, 0.95]) {
      const [narrow, wide] = boostedValues(boost(data, y, level, noCheck), at, 2, 1)
      expect(Math.abs(narrow! - level)).toBeLessThan(0.05)
      expect(Math.abs(wide! / 10 - level)).toBeLessThan(0.05)
    }
  })

  it('of a constant target is that constant, at the least standard deviation', () => {
    const sample = uniformSample(30, 2, 1, () => 5)
    const { state } = fitBoosting(sample, foldsOf(30, 3), 3, noCheck)
    const moments = boostingPredictor(state).moments(sample.x, 30)
    expect(moments.mean.every((v) => v === 5)).toBe(true)
    expect(sdOf(moments, 0)).toBeCloseTo(0.02, 12)
  })

  it('has the jackknife variance of a mean where the model is a mean', () => {
    const y = [1, 5, 2, 8]
    const without = y.map((v) => (16 - v) / 3)
    const deviations = Float64Array.from(without)
    expect(jackknife(deviations, 4)[0]).toBeCloseTo(variance(y) / 4, 12)
    expect(deviations.reduce((a, b) => a + b * b, 0)).toBeCloseTo(variance(y) / 4, 12)
    expect(jackknife(Float64Array.of(3, Number.NaN), 2)[0]).toBe(0)
  })

  it('draws functions: the same at every call, varying by the epistemic variance', () => {
    const sample = uniformSample(120, 3, 10, smooth)
    const { state } = fitBoosting(sample, foldsOf(120, 5), 3, noCheck)
    const predictor = boostingPredictor(state)
    const at = uniformSample(20, 3, 11, smooth).x
    const together = predictor.drawMeans(at, 20, 5)
    const single = predictor.drawMeans(at.slice(3 * 7, 3 * 8), 1, 3)
    for (let s = 0; s < 3; s++) expect(single[s]).toBeCloseTo(together[s * 20 + 7]!, 12)
    const moments = predictor.moments(at, 20)
    const drawn = drawMoments(predictor, at, 20, 3000)
    for (let i = 0; i < 20; i++) {
      const sd = Math.sqrt(moments.epistemicVariance[i]!)
      expect(sd).toBeGreaterThan(0)
      expect(Math.abs(drawn.mean[i]! - moments.mean[i]!)).toBeLessThan(0.1 * sd)
      expect(Math.abs(Math.sqrt(drawn.variance[i]!) / sd - 1)).toBeLessThan(0.08)
    }
  })
})
