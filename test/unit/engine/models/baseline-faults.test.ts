import { describe, expect, it } from 'vitest'
import { randomStream } from '../../../../main/engine/math/index.ts'
import { boostingPredictor, fitBoosting } from '../../../../main/engine/models/boosting/index.ts'
import { fitForest, forestPredictor } from '../../../../main/engine/models/forest/index.ts'
import {
  fitGaussianProcess,
  gaussianProcessPredictor,
} from '../../../../main/engine/models/gaussian-process/index.ts'
import type { Moments, Predictor, Sample } from '../../../../main/engine/models/types.ts'
import { foldsOf } from './tables.ts'
import { noCheck, notPlain, sdOf, smooth, uniformSample } from './tree-samples.ts'

interface Fit {
  readonly state: object
  readonly outOfFold: Moments
  readonly predictor: Predictor
}
type Fitter = (sample: Sample, folds: Int32Array, seed: number) => Fit

const kinds: [string, Fitter][] = [
  [
    'forest',
    (sample, folds, seed) => {
      const fit = fitForest(sample, folds, seed, noCheck)
      return { ...fit, predictor: forestPredictor(fit.state) }
    },
  ],
  [
    'boosting',
    (sample, folds, seed) => {
      const fit = fitBoosting(sample, folds, seed, noCheck)
      return { ...fit, predictor: boostingPredictor(fit.state) }
    },
  ],
  [
    'Gaussian process',
    (sample, folds, seed) => {
      const fit = fitGaussianProcess(sample, folds, seed, noCheck)
      return { ...fit, predictor: gaussianProcessPredictor(fit.state) }
    },
  ],
]

/** Finite means, variances of no negative part and some width, at training rows, out of fold and in draws. */
function expectSane({ state, outOfFold, predictor }: Fit, x: Float64Array, n: number): Moments {
  expect(notPlain(state)).toEqual([])
  const moments = predictor.moments(x, n)
  for (const { mean, epistemicVariance, aleatoricVariance } of [moments, outOfFold]) {
    expect(mean.every((v) => Number.isFinite(v))).toBe(true)
    expect(epistemicVariance.every((v) => v >= 0)).toBe(true)
    expect(aleatoricVariance.every((v) => v >= 0)).toBe(true)
    expect(mean.every((_, i) => sdOf({ mean, epistemicVariance, aleatoricVariance }, i) > 0)).toBe(true)
  }
  expect(predictor.drawMeans(x, n, 3).every((v) => Number.isFinite(v))).toBe(true)
  return moments
}

describe.each(kinds)('%s on rows as laboratories have them', (_, fit) => {
  it('is plain data that predicts the same after storing, and the same from the same seed', () => {
    const sample = uniformSample(40, 3, 1, smooth)
    const first = fit(sample, foldsOf(40, 4), 5)
    const second = fit(sample, foldsOf(40, 4), 5)
    expectSane(first, sample.x, 40)
    expect(structuredClone(first.state)).toEqual(second.state)
    expect(first.outOfFold).toEqual(second.outOfFold)
    expect(first.predictor.drawMeans(sample.x, 40, 2)).toEqual(second.predictor.drawMeans(sample.x, 40, 2))
  })

  it('predicts a row out of fold without its fold', () => {
    const sample = uniformSample(40, 3, 2, smooth)
    const folds = foldsOf(40, 4)
    const spoilt = { ...sample, y: sample.y.map((v, i) => (folds[i] === 1 ? v + 50 : v)) }
    const clean = fit(sample, folds, 5).outOfFold.mean
    const other = fit(spoilt, folds, 5).outOfFold.mean
    for (let i = 0; i < 40; i++) {
      if (folds[i] === 1) expect(other[i]).toBeCloseTo(clean[i]!, 9)
      else expect(other[i]).not.toBeCloseTo(clean[i]!, 3)
    }
  })

  it('learns each output from the rows it was measured on', () => {
    const sample = uniformSample(60, 2, 3, smooth)
    const y = new Float64Array(120)
    for (let i = 0; i < 60; i++) {
      y[2 * i] = sample.y[i]!
      y[2 * i + 1] = i % 3 === 0 ? Number.NaN : 100 - 10 * sample.y[i]!
    }
    const outputs = ['y', 'z'].map((name) => ({ name, unit: '1' }))
    const both = fit({ ...sample, outputs, y }, foldsOf(60, 5), 5)
    const alone = fit(sample, foldsOf(60, 5), 5)
    const moments = expectSane(both, sample.x, 60)
    let error = 0
    for (let i = 0; i < 60; i++) {
      expect(moments.mean[2 * i]).toBeCloseTo(alone.predictor.moments(sample.x, 60).mean[i]!, 9)
      error += Math.abs(both.outOfFold.mean[2 * i + 1]! - (100 - 10 * sample.y[i]!)) / 60
    }
    expect(error).toBeLessThan(6)
  })

  it('takes missing cells and a category never seen, and a constant column changes nothing', () => {
    const plain = uniformSample(50, 2, 4, smooth)
    const x = new Float64Array(50 * 4)
    for (let i = 0; i < 50; i++) {
      x[4 * i] = i % 7 === 0 ? Number.NaN : plain.x[2 * i]!
      x[4 * i + 1] = plain.x[2 * i + 1]!
      x[4 * i + 2] = i % 11 === 0 ? Number.NaN : i % 2
      x[4 * i + 3] = 12
    }
    const column = (name: string, levels: string[] | null = null): Sample['inputs'][number] => ({
      name,
      unit: '1',
      levels,
    })
    const inputs = [column('a'), column('b'), column('route', ['cast', 'forged', 'printed']), column('same')]
    const fitted = fit({ ...plain, inputs, x }, foldsOf(50, 5), 5)
    const query = Float64Array.of(
      0.5,
      0.5,
      2,
      12,
      Number.NaN,
      Number.NaN,
      Number.NaN,
      Number.NaN,
      0.5,
      0.5,
      7,
      3,
    )
    const moments = expectSane(fitted, query, 3)
    for (const v of moments.mean) expect(Math.abs(v - 1.6)).toBeLessThan(2)
    const dropped = Float64Array.from({ length: 150 }, (_, k) => x[4 * Math.floor(k / 3) + (k % 3)]!)
    const without = fit({ ...plain, inputs: inputs.slice(0, 3), x: dropped }, foldsOf(50, 5), 5)
    expect(without.outOfFold).toEqual(fitted.outOfFold)
  })

  it('takes 200 inputs on 60 rows', () => {
    const sample = uniformSample(60, 200, 5, smooth)
    const moments = expectSane(fit(sample, foldsOf(60, 3), 5), sample.x, 60)
    for (const v of moments.mean) expect(Math.abs(v)).toBeLessThan(10)
  })

  it('stays wide enough for its errors with one input 1e6 away, and answers there', () => {
    const sample = uniformSample(80, 2, 6, smooth)
    const x = sample.x.slice()
    x[10] = 1e6
    const fitted = fit({ ...sample, x }, foldsOf(80, 4), 5)
    const fresh = uniformSample(100, 2, 7, smooth)
    const moments = expectSane(fitted, fresh.x, 100)
    const far = [...fresh.y.keys()].filter(
      (i) => Math.abs(fresh.y[i]! - moments.mean[i]!) > 3 * sdOf(moments, i),
    )
    expect(far.length).toBeLessThan(12)
    const outside = expectSane(fitted, Float64Array.of(1e6, 0.5, -1e6, 0.5), 2)
    for (const v of outside.mean) expect(Math.abs(v)).toBeLessThan(10)
  })

  it('takes a target 1e6 away and says how wide that makes it', () => {
    const sample = uniformSample(60, 2, 8, smooth)
    const y = sample.y.slice()
    y[17] = 1e6
    const fitted = fit({ ...sample, y }, foldsOf(60, 4), 5)
    const moments = expectSane(fitted, sample.x, 60)
    // 0.02 standard deviations of the targets at least.
    expect(sdOf(moments, 3)).toBeGreaterThan(1e3)
    for (const v of moments.mean) expect(Math.abs(v)).toBeLessThan(1.1e6)
  })

  it('takes inputs that do not vary, few rows, and rows of one group', () => {
    const sample = uniformSample(12, 1, 9, (_x, noise) => noise())
    const same = { ...sample, x: new Float64Array(12).fill(4), groups: new Int32Array(12) }
    const moments = expectSane(fit(same, foldsOf(12, 3), 5), Float64Array.of(4, 9), 2)
    expect(moments.mean[0]).toBeCloseTo(moments.mean[1]!, 9)
    const three = uniformSample(3, 2, 10, smooth)
    expectSane(fit(three, foldsOf(3, 3), 5), three.x, 3)
  })

  it('says nothing of an output that was measured in one fold only where that fold is left out', () => {
    const sample = uniformSample(20, 2, 11, smooth)
    const y = sample.y.map((v, i) => (i % 4 === 0 ? v : Number.NaN))
    const { outOfFold } = fit({ ...sample, y }, foldsOf(20, 4), 5)
    for (let i = 0; i < 20; i++) expect(Number.isNaN(outOfFold.mean[i]!)).toBe(i % 4 === 0)
  })

  it('asks whether to go on, and stops when told', () => {
    const stream = randomStream(1)
    const sample = uniformSample(30, 2, 12, () => stream.normal())
    let left = 5
    const stop = (): void => {
      if (left-- === 0) throw new RangeError('stopped')
    }
    const fits = { forest: fitForest, boosting: fitBoosting, 'Gaussian process': fitGaussianProcess }
    expect(() => fits[_ as keyof typeof fits](sample, foldsOf(30, 3), 5, stop)).toThrow('stopped')
  })
})
