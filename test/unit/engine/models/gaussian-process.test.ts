import { describe, expect, it } from 'vitest'
import {
  cholesky,
  choleskyInverse,
  choleskySolve,
  gram,
  matrix,
  randomStream,
} from '../../../../main/engine/math/index.ts'
import { condition } from '../../../../main/engine/models/gaussian-process/conditioned.ts'
import { processDraws } from '../../../../main/engine/models/gaussian-process/draws.ts'
import { chosenRows, processState } from '../../../../main/engine/models/gaussian-process/gaussian-process.ts'
import {
  fitGaussianProcess,
  gaussianProcessPredictor,
} from '../../../../main/engine/models/gaussian-process/index.ts'
import { marginalLikelihood } from '../../../../main/engine/models/gaussian-process/marginal.ts'
import {
  paddedSize,
  symmetricInverse,
} from '../../../../main/engine/models/gaussian-process/symmetric-inverse.ts'
import { foldsOf } from './tables.ts'
import { drawMoments, noCheck, sdOf, smooth, uniformSample } from './tree-samples.ts'

function process(n: number, d: number, seed: number) {
  const stream = randomStream(seed, 'process')
  return {
    x: Float64Array.from({ length: n * d }, () => stream.normal()),
    y: Float64Array.from({ length: n }, () => stream.normal()),
    lengths: Float64Array.from({ length: d }, () => Math.exp(0.5 * stream.normal())),
    amplitude: 1.7,
    noise: 0.3,
  }
}
type Process = ReturnType<typeof process>

/** The covariance of two rows written out. */
function covariance(p: Process, a: Float64Array, i: number, b: Float64Array, j: number): number {
  const d = p.lengths.length
  let distance = 0
  for (let f = 0; f < d; f++) distance += ((a[i * d + f]! - b[j * d + f]!) / p.lengths[f]!) ** 2
  return p.amplitude * Math.exp(-0.5 * distance)
}

function systemOf(p: Process) {
  const n = p.y.length
  const system = matrix(n, n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      system.data[i * n + j] = covariance(p, p.x, i, p.x, j) + (i === j ? p.noise : 0)
  return cholesky(system)!
}

describe('inverse in tiles', () => {
  it.each([4, 8, 20])('equals the inverse by columns at size %i', (size) => {
    const stream = randomStream(size)
    const root = matrix(size + 5, size)
    for (let i = 0; i < root.data.length; i++) root.data[i] = stream.normal()
    const a = gram(root)
    const factor = cholesky(a)!
    const known = choleskyInverse(factor)
    const solver = symmetricInverse(size)
    const out = new Float64Array(size * size)
    let logDeterminant = 0
    for (let i = 0; i < size; i++) logDeterminant += 2 * Math.log(factor.data[i * size + i]!)
    expect(solver.invert(a.data, out)).toBeCloseTo(logDeterminant, 10)
    for (let i = 0; i < out.length; i++) expect(out[i]).toBeCloseTo(known.data[i]!, 9)
  })

  it('says when a matrix is not positive definite', () => {
    const a = Float64Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 : 2))
    expect(symmetricInverse(4).invert(a, new Float64Array(16))).toBeNull()
    expect([1, 4, 5].map(paddedSize)).toEqual([4, 4, 8])
  })
})

describe('log marginal likelihood', () => {
  const p = process(23, 4, 1)
  const parameters = Float64Array.of(
    ...Array.from(p.lengths, (l) => Math.log(l)),
    0.5 * Math.log(p.amplitude),
    Math.log(p.noise),
  )

  it('equals the formula written out', () => {
    const factor = systemOf(p)
    const alpha = choleskySolve(factor, p.y)
    let known = -0.5 * 23 * Math.log(2 * Math.PI)
    for (let i = 0; i < 23; i++) known -= 0.5 * p.y[i]! * alpha[i]! + Math.log(factor.data[i * 23 + i]!)
    expect(marginalLikelihood(p.x, p.y, 4).evaluate(parameters, new Float64Array(6))).toBeCloseTo(known, 9)
  })

  it('has the gradient of central differences', () => {
    const likelihood = marginalLikelihood(p.x, p.y, 4)
    const gradient = new Float64Array(6)
    likelihood.evaluate(parameters, gradient)
    const found = gradient.slice()
    for (let k = 0; k < 6; k++) {
      const at = (shift: number): number =>
        likelihood.evaluate(
          parameters.map((v, i) => (i === k ? v + shift : v)),
          gradient,
        )!
      const slope = (at(1e-5) - at(-1e-5)) / 2e-5
      expect(Math.abs(found[k]! - slope)).toBeLessThan(1e-6 * Math.max(1, Math.abs(slope)))
    }
  })
})

describe('Gaussian process', () => {
  it('has the closed-form posterior for given hyperparameters', () => {
    const p = process(30, 3, 2)
    const n = 30
    const factor = systemOf(p)
    const alpha = choleskySolve(factor, p.y)
    const stream = randomStream(9)
    const at = Float64Array.from({ length: 5 * 3 }, () => 2 * stream.normal())
    const found = condition(p).at(at, 5)
    for (let q = 0; q < 5; q++) {
      const k = Float64Array.from({ length: n }, (_, i) => covariance(p, at, q, p.x, i))
      const solved = choleskySolve(factor, k)
      const centre = k.reduce((sum, v, i) => sum + v * alpha[i]!, 0)
      const variance = p.amplitude - k.reduce((sum, v, i) => sum + v * solved[i]!, 0)
      expect(Math.abs(found.mean[q]! - centre)).toBeLessThan(1e-8)
      expect(Math.abs(found.variance[q]! - variance)).toBeLessThan(1e-8)
    }
  })

  it('goes back to the mean and the prior variance far from its rows', () => {
    const p = process(12, 2, 3)
    const { mean, variance } = condition(p).at(Float64Array.of(1e3, -1e3), 1)
    expect(mean[0]).toBeCloseTo(0, 12)
    expect(variance[0]).toBeCloseTo(p.amplitude, 12)
  })

  it('draws joint functions: the same at every call, with the covariance of the posterior', () => {
    const p = process(25, 2, 4)
    const conditioned = condition(p)
    const draw = processDraws(p, conditioned, 5, 'test')
    const at = Float64Array.of(0.3, -0.2, 0.5, 0.1, 2.5, 2)
    const first = draw(at, 3, 4)
    const alone = draw(at.slice(2, 4), 1, 2)
    for (let s = 0; s < 2; s++) expect(alone[s]).toBeCloseTo(first[s * 3 + 1]!, 9)
    const count = 2500
    const draws = draw(at, 3, count)
    expect(draws[7]).toBeCloseTo(first[7]!, 9)
    // Cov(f(a), f(b) | y) = k(a, b) − kᵀ(a)(K + noise I)⁻¹ k(b).
    const factor = systemOf(p)
    const k = (q: number): Float64Array => Float64Array.from(p.y, (_, i) => covariance(p, at, q, p.x, i))
    const { mean } = conditioned.at(at, 3)
    for (let a = 0; a < 3; a++)
      for (let b = 0; b <= a; b++) {
        const solved = choleskySolve(factor, k(b))
        const known = covariance(p, at, a, at, b) - k(a).reduce((sum, v, i) => sum + v * solved[i]!, 0)
        let found = 0
        for (let s = 0; s < count; s++)
          found += ((draws[s * 3 + a]! - mean[a]!) * (draws[s * 3 + b]! - mean[b]!)) / count
        expect(Math.abs(found - known)).toBeLessThan(0.06 * p.amplitude)
      }
  })

  it('fits a smooth response, tells idle inputs by their lengths, and covers', () => {
    const sample = uniformSample(90, 3, 6, smooth)
    const { state, outOfFold } = fitGaussianProcess(sample, foldsOf(90, 5), 3, noCheck)
    const { lengths } = state.outputs[0]!
    expect(lengths[2]!).toBeGreaterThan(2 * lengths[0]!)
    const fresh = uniformSample(200, 3, 7, smooth)
    const predictor = gaussianProcessPredictor(state)
    const moments = predictor.moments(fresh.x, 200)
    const inside = [...fresh.y.keys()].filter(
      (i) => Math.abs(fresh.y[i]! - moments.mean[i]!) < 1.645 * sdOf(moments, i),
    )
    expect(inside.length / 200).toBeGreaterThan(0.8)
    expect(inside.length / 200).toBeLessThan(0.98)
    // Noise of sd 0.1 is found as noise.
    expect(Math.abs(Math.sqrt(moments.aleatoricVariance[0]!) / 0.1 - 1)).toBeLessThan(0.35)
    expect(outOfFold.mean.every((v) => Number.isFinite(v))).toBe(true)
    const drawn = drawMoments(predictor, fresh.x.slice(0, 30), 10, 2000)
    for (let i = 0; i < 10; i++)
      expect(Math.abs(drawn.mean[i]! - moments.mean[i]!)).toBeLessThan(0.1 * sdOf(moments, i))
  })

  it('learns from 450 rows of more, chosen by the seed', () => {
    const rows = Int32Array.from({ length: 600 }, (_, i) => 2 * i)
    const chosen = chosenRows(rows, 1, 'rows')
    expect(new Set(chosen).size).toBe(450)
    expect(chosen.every((row, i) => row % 2 === 0 && (i === 0 || row > chosen[i - 1]!))).toBe(true)
    expect(chosenRows(rows, 1, 'rows')).toEqual(chosen)
    expect(chosenRows(rows, 2, 'rows')).not.toEqual(chosen)
    expect(chosenRows(rows.slice(0, 450), 1, 'rows')).toEqual(rows.slice(0, 450))
    const few = uniformSample(40, 1, 8, (x) => x[0]!)
    few.y.fill(Number.NaN, 0, 10)
    expect(processState(few, 1, 'gp', noCheck).outputs[0]!.y.length).toBe(30)
  })
})
