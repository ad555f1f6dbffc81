import { describe, expect, it } from 'vitest'
import { silentProgress } from '../../../../main/engine/dataset/table.ts'
import { referenceExecutor } from '../../../../main/engine/graph/index.ts'
import { fitPosterior, weightMoments } from '../../../../main/engine/models/posteriors/index.ts'
import type { HeadSpec, PosteriorSpec } from '../../../../main/engine/models/posteriors/index.ts'
import { closedForm, compareNormals, linearProblem } from '../../../support/linear-posterior.ts'
import type { LinearProblem } from '../../../support/linear-posterior.ts'

/** Antithetic draws have the mean exactly; sds of 20,000 pairs are known to 0.5 %. */
const DRAWS = 40_000

function fitLinear(problem: LinearProblem, head: HeadSpec, seed: number) {
  const { inputs, noiseSd, rows } = problem
  const spec: PosteriorSpec = {
    layers: [{ inputs, outputs: 1, activation: 'identity', weightSd: 1, biasSd: 1 }],
    likelihood: { kind: 'known', sd: [noiseSd] },
    head,
    outputLayer: 'generated',
    temper: 1,
    seed,
  }
  const fitted = fitPosterior(spec, rows, referenceExecutor, silentProgress)
  return { fitted, moments: weightMoments(fitted, referenceExecutor, silentProgress, DRAWS, seed) }
}

const cases = [
  { seed: 1, inputs: 4, n: 60, correlation: 0.9, noiseSd: 0.3 },
  { seed: 2, inputs: 6, n: 40, correlation: 0.95, noiseSd: 0.5 },
  { seed: 3, inputs: 10, n: 200, correlation: 0.8, noiseSd: 0.1 },
  { seed: 4, inputs: 3, n: 8, correlation: 0.99, noiseSd: 1 },
  { seed: 5, inputs: 2, n: 3, correlation: 0, noiseSd: 0.5 },
  // As many rows as weights and little noise: some directions known well, others hardly.
  { seed: 6, inputs: 10, n: 11, correlation: 0.3, noiseSd: 0.1 },
]

describe('posterior of a linear base with known noise', () => {
  it.each(cases)(
    'equals closed-form Bayesian regression: $inputs inputs, correlation $correlation, $n rows',
    (setting) => {
      const problem = linearProblem(setting.seed, setting)
      const { moments } = fitLinear(problem, { kind: 'full-covariance' }, setting.seed)
      const difference = compareNormals(moments, closedForm(problem))
      expect(difference.mean).toBeLessThan(0.05)
      expect(difference.sd).toBeLessThan(0.05)
      expect(difference.correlation).toBeLessThan(0.05)
    },
  )

  it('equals it through a flow, whose divergence is estimated', () => {
    const problem = linearProblem(1, cases[0]!)
    const flow: HeadSpec = {
      kind: 'flow',
      base: { kind: 'full-covariance' },
      transform: 'coupling',
      layers: 2,
      hidden: 16,
    }
    const { moments } = fitLinear(problem, flow, 1)
    const difference = compareNormals(moments, closedForm(problem))
    expect(difference.mean).toBeLessThan(0.05)
    expect(difference.sd).toBeLessThan(0.05)
    expect(difference.correlation).toBeLessThan(0.05)
  })

  it('has the evidence as its bound, since the family holds the posterior', () => {
    const problem = linearProblem(4, cases[3]!)
    const { fitted } = fitLinear(problem, { kind: 'full-covariance' }, 4)
    const evidence = logEvidence(problem)
    expect(Math.abs(fitted.bound.value - evidence)).toBeLessThan(0.05)
    expect(Math.abs(fitted.bound.importance - evidence)).toBeLessThan(0.05)
    expect(fitted.bound.paretoShape).toBeLessThan(0.5)
  })

  it('is held by a low rank too, since its axes are those along which the rows speak apart', () => {
    const problem = linearProblem(2, cases[1]!)
    const { fitted, moments } = fitLinear(problem, { kind: 'low-rank', rank: 1 }, 2)
    expect(Math.abs(fitted.bound.value - logEvidence(problem))).toBeLessThan(0.05)
    const difference = compareNormals(moments, closedForm(problem))
    expect(difference.mean).toBeLessThan(0.05)
    expect(difference.sd).toBeLessThan(0.05)
  })
})

/** ln p(y) = ln N(y; 0, σ²I + XXᵀ) by the chain rule over rows: each row given those before. */
function logEvidence({ inputs: d, rows, noiseSd }: LinearProblem): number {
  let sum = 0
  for (let i = 0; i < rows.n; i++) {
    const before = { n: i, x: rows.x.subarray(0, i * d), y: rows.y.subarray(0, i) }
    const { mean, covariance } = closedForm({ inputs: d, rows: before, noiseSd })
    const row = [...rows.x.subarray(i * d, (i + 1) * d), 1]
    const size = d + 1
    const centre = row.reduce((total, v, p) => total + v * mean[p]!, 0)
    let variance = noiseSd ** 2
    for (let p = 0; p < size; p++)
      for (let q = 0; q < size; q++) variance += row[p]! * covariance.data[p * size + q]! * row[q]!
    sum -= 0.5 * (Math.log(2 * Math.PI * variance) + (rows.y[i]! - centre) ** 2 / variance)
  }
  return sum
}
