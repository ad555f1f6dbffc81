import { describe, expect, it } from 'vitest'
import { referenceExecutor } from '../../../../main/engine/graph/index.ts'
import {
  comparePosterior,
  hmcReference,
  networkProblem,
  networkSpec,
  testPoints,
} from '../../../support/network-posterior.ts'

/** Length of the chains and number of data sets: 1 in the suite, more with e.g. CAUSALLOY_HMC=4. */
const long = Number(process.env['CAUSALLOY_HMC'] ?? '1')

describe('posterior of a 1 × 20 network on 100 rows, one input', () => {
  it.each(Array.from({ length: long }, (_, i) => i + 1))(
    'equals a long HMC run in predictive mean and width, inside the data and outside (data set %i)',
    (seed) => {
      const problem = networkProblem(1, seed)
      const reference = hmcReference(problem, testPoints(1).x, long, seed)
      expect(reference.rhat).toBeLessThan(1.02)
      expect(reference.effective).toBeGreaterThan(500)
      expect(reference.divergences).toBe(0)
      const spec = networkSpec(problem, { kind: 'full-covariance' }, 'conditional', seed)
      const found = comparePosterior(problem, spec, reference, referenceExecutor, {
        draws: 4096,
        reweigh: false,
      })
      console.log(
        `R-hat ${reference.rhat.toFixed(4)}, effective ${reference.effective.toFixed(0)}`,
        JSON.stringify(found),
      )
      for (const part of [found.inside, found.outside]) {
        expect(part.mean).toBeLessThan(0.1)
        expect(part.width).toBeLessThan(0.1)
      }
    },
    240_000 * long,
  )
})
