import { describe, expect, it } from 'vitest'
import {
  cholesky,
  choleskySolve,
  matrix,
  mean,
  randomStream,
  variance,
} from '../../../../main/engine/math/index.ts'
import { fitMean, meanPredictor } from '../../../../main/engine/models/mean-model.ts'
import { fitRidge, ridgePredictor, solveRidge } from '../../../../main/engine/models/ridge.ts'
import { sampleOf } from '../../../../main/engine/models/sample.ts'
import { foldsOf, noisyTable } from './tables.ts'

describe('ridge', () => {
  it('equals the joint closed form with an unpenalised intercept', () => {
    const stream = randomStream(4)
    const n = 20
    const d = 3
    const x = Float64Array.from({ length: n * d }, () => stream.normal() + 2)
    const y = Float64Array.from(
      { length: n },
      (_, i) => 3 + x[i * d]! - 0.5 * x[i * d + 2]! + 0.1 * stream.normal(),
    )
    const penalty = 1.7
    const fit = solveRidge(x, y, d, penalty)
    // (d + 1) normal equations of [1, x] without centring: another way to the same weights.
    const size = d + 1
    const system = matrix(size, size)
    const right = new Float64Array(size)
    for (let i = 0; i < n; i++) {
      const row = [1, ...x.subarray(i * d, (i + 1) * d)]
      for (let a = 0; a < size; a++) {
        right[a]! += row[a]! * y[i]!
        for (let b = 0; b < size; b++) system.data[a * size + b]! += row[a]! * row[b]!
      }
    }
    for (let a = 1; a < size; a++) system.data[a * size + a]! += penalty
    const joint = choleskySolve(cholesky(system)!, right)
    for (let j = 0; j < d; j++) expect(fit.weights[j]).toBeCloseTo(joint[j + 1]!, 10)
    const atOrigin = fit.intercept - fit.centre.reduce((sum, c, j) => sum + c * fit.weights[j]!, 0)
    expect(atOrigin).toBeCloseTo(joint[0]!, 9)
  })

  it('draws of the mean function have the posterior moments', () => {
    const sample = sampleOf(noisyTable(60, 1), ['a', 'b', 'c'], ['y'])
    const { state } = fitRidge(sample, foldsOf(60, 5), 3, () => undefined)
    const predictor = ridgePredictor(state)
    const at = Float64Array.of(0.9, 0.1, 0.5)
    const moments = predictor.moments(at, 1)
    const draws = predictor.drawMeans(at, 1, 4000)
    const sd = Math.sqrt(moments.epistemicVariance[0]!)
    expect(Math.abs(mean(draws) - moments.mean[0]!)).toBeLessThan(0.08 * sd)
    expect(Math.abs(Math.sqrt(variance(draws)) / sd - 1)).toBeLessThan(0.05)
  })
})

describe('mean baseline', () => {
  it('is the mean, left-out rows predicted by the others only', () => {
    const sample = sampleOf(noisyTable(10, 2), ['a'], ['y'])
    const folds = foldsOf(10, 5)
    const { state, outOfFold } = fitMean(sample, folds, 1)
    expect(meanPredictor(state).moments(sample.x, 10).mean[4]).toBeCloseTo(mean(sample.y), 12)
    const others = [...sample.y].filter((_, i) => folds[i] !== 3)
    expect(outOfFold.mean[3]).toBeCloseTo(mean(others), 12)
    expect(outOfFold.aleatoricVariance[3]).toBeCloseTo(variance(others), 12)
  })
})
