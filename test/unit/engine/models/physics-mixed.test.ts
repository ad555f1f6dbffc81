import { describe, expect, it } from 'vitest'
import {
  cholesky,
  choleskyInverse,
  choleskySolve,
  matrix,
  randomStream,
} from '../../../../main/engine/math/index.ts'
import { fitMixed, solveMixed } from '../../../../main/engine/models/physics/mixed/solve.ts'
import type { MixedProblem, MixedScales } from '../../../../main/engine/models/physics/mixed/types.ts'

/** y = 2 + 3 x1 (+ idle x2) + level and slope of each group + noise. */
function problemOf(
  seed: number,
  groupCount: number,
  rows: number,
  level: number,
  slope: number,
): MixedProblem {
  const stream = randomStream(seed, 'mixed')
  const n = groupCount * rows
  const x = new Float64Array(n * 3)
  const z = new Float64Array(n * 2)
  const y = new Float64Array(n)
  const groups = new Int32Array(n)
  for (let g = 0; g < groupCount; g++) {
    const b = level * stream.normal()
    const c = slope * stream.normal()
    for (let k = 0; k < rows; k++) {
      const i = g * rows + k
      const a = stream.normal()
      x.set([1, a, stream.normal()], i * 3)
      z.set([1, a], i * 2)
      groups[i] = g
      y[i] = 2 + 3 * a + b + c * a + 0.5 * stream.normal()
    }
  }
  const weak = { strength: 1e-3, guess: 0.3 }
  return {
    n,
    p: 3,
    q: 2,
    x,
    z,
    y,
    groups,
    groupCount,
    priorMean: Float64Array.of(1, 2, 0),
    priorVariance: Float64Array.of(4, 9, 1),
    blockOf: Int32Array.of(-1, -1, 0),
    blocks: [weak],
    noise: weak,
    random: [weak, weak],
  }
}

/** Posterior and log evidence by the definition: a dense Gaussian over all rows. */
function dense(
  problem: MixedProblem,
  scales: MixedScales,
): { weights: number[]; covariance: number[]; log: number } {
  const { n, p, q, x, z, y, groups, priorMean } = problem
  const prior = Array.from(problem.priorVariance, (v, j) =>
    problem.blockOf[j]! < 0 ? v : scales.blocks[problem.blockOf[j]!]!,
  )
  const total = matrix(n, n)
  const residual = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    residual[i] = y[i]!
    for (let j = 0; j < p; j++) residual[i]! -= x[i * p + j]! * priorMean[j]!
    for (let k = 0; k < n; k++) {
      let sum = i === k ? scales.noise : 0
      for (let j = 0; j < p; j++) sum += x[i * p + j]! * prior[j]! * x[k * p + j]!
      if (groups[i] === groups[k])
        for (let r = 0; r < q; r++) sum += z[i * q + r]! * scales.random[r]! * z[k * q + r]!
      total.data[i * n + k] = sum
    }
  }
  const factor = cholesky(total)!
  const alpha = choleskySolve(factor, residual)
  const inverse = choleskyInverse(factor).data
  let log = -0.5 * n * Math.log(2 * Math.PI)
  for (let i = 0; i < n; i++) log -= 0.5 * residual[i]! * alpha[i]! + Math.log(factor.data[i * n + i]!)
  const weights = prior.map((v, j) => {
    let sum = priorMean[j]!
    for (let i = 0; i < n; i++) sum += v * x[i * p + j]! * alpha[i]!
    return sum
  })
  const covariance = Array.from({ length: p * p }, (_, at) => {
    const a = Math.floor(at / p)
    const b = at % p
    let sum = a === b ? prior[a]! : 0
    for (let i = 0; i < n; i++)
      for (let k = 0; k < n; k++)
        sum -= prior[a]! * x[i * p + a]! * inverse[i * n + k]! * x[k * p + b]! * prior[b]!
    return sum
  })
  return { weights, covariance, log }
}

describe('linear mixed model', () => {
  const problem = problemOf(1, 5, 6, 1, 0.5)
  const scales: MixedScales = {
    blocks: Float64Array.of(0.4),
    random: Float64Array.of(0.8, 0.2),
    noise: 0.3,
  }

  it('has the posterior and evidence of the dense Gaussian it stands for', () => {
    const { weights, covariance, logEvidence } = solveMixed(problem, scales)
    const truth = dense(problem, scales)
    truth.weights.forEach((v, j) => {
      expect(weights[j]).toBeCloseTo(v, 8)
    })
    truth.covariance.forEach((v, j) => {
      expect(covariance[j]).toBeCloseTo(v, 8)
    })
    // The priors of the scales add a constant here: strength is 1e-3.
    expect(Math.abs(logEvidence - truth.log)).toBeLessThan(0.02)
  })

  it('finds scales at which the evidence is flat, and the scales that made the rows', () => {
    const large = problemOf(2, 150, 8, 1, 0.4)
    const { scales: found, solution } = fitMixed(large, 200)
    expect(Math.sqrt(found.noise)).toBeCloseTo(0.5, 1)
    expect(Math.sqrt(found.random[0]!)).toBeCloseTo(1, 0)
    expect(Math.sqrt(found.random[1]!)).toBeCloseTo(0.4, 1)
    expect(solution.weights[1]).toBeCloseTo(3, 0)
    expect(Math.abs(solution.weights[2]!)).toBeLessThan(0.08)
    for (const change of [0.8, 1.25]) {
      const moved = (part: Partial<MixedScales>): number =>
        solveMixed(large, { ...found, ...part }).logEvidence
      expect(moved({ noise: found.noise * change })).toBeLessThan(solution.logEvidence)
      expect(moved({ random: found.random.map((v, k) => (k === 0 ? v * change : v)) })).toBeLessThan(
        solution.logEvidence,
      )
    }
  })

  it('stays finite with one row a group, and without random effects', () => {
    const single = problemOf(3, 12, 1, 1, 0)
    expect(Number.isFinite(fitMixed(single, 50).solution.logEvidence)).toBe(true)
    const plain = { ...single, q: 0, z: new Float64Array(0), random: [] }
    const { solution } = fitMixed(plain, 50)
    expect(solution.effects).toHaveLength(0)
    expect(solution.weights.every((v) => Number.isFinite(v))).toBe(true)
  })
})
