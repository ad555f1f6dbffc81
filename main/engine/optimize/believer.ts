import { cholesky, choleskySolve, matrix } from '../math/index.ts'
import type { PosteriorFn } from './posterior.ts'

/**
 * What the epistemic variance at a row becomes once the chosen candidates have been made: the Kriging believer
 * (Ginsbourger, Le Riche & Carraro 2010) for any model that can be sampled. The outcome at a chosen point is
 * believed to be its posterior mean, so means stay, and the variance shrinks as it does for jointly normal values:
 * var · (1 − ρᵀ P⁻¹ ρ), with correlations ρ to and P among the chosen points taken from joint draws. The response
 * itself is believed, without specimen scatter, as in batch expected improvement: a twin of a chosen candidate adds
 * nothing to the best of the batch, however noisy the test.
 */
export function believedSd(
  posterior: PosteriorFn,
  output: number,
  chosen: { rows: Float64Array; n: number },
  rows: Float64Array,
  n: number,
  epistemicSd: Float64Array,
  draws: number,
): Float64Array {
  const m = posterior.outputs.length
  const d = rows.length / n
  const c = chosen.n
  const together = new Float64Array((c + n) * d)
  together.set(chosen.rows.subarray(0, c * d))
  together.set(rows, c * d)
  const all = c + n
  const sampled = posterior.samples(together, all, draws)
  const standard = standardise(sampled, all, m, output, draws)
  const gramMatrix = matrix(c, c)
  for (let a = 0; a < c; a++)
    for (let b = 0; b < c; b++)
      gramMatrix.data[a * c + b] = correlation(standard, a, b, draws) + (a === b ? 1e-6 : 0)
  const factor = cholesky(gramMatrix)
  if (factor === null) return epistemicSd
  const out = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const rho = Float64Array.from({ length: c }, (_, a) => correlation(standard, a, c + i, draws))
    const weights = choleskySolve(factor, rho)
    let explained = 0
    for (let a = 0; a < c; a++) explained += rho[a]! * weights[a]!
    out[i] = epistemicSd[i]! * Math.sqrt(Math.max(1e-6, 1 - explained))
  }
  return out
}

/** all x draws, each row of mean 0 and mean square 1, or all 0 where draws do not differ. */
function standardise(
  sampled: Float64Array,
  all: number,
  m: number,
  output: number,
  draws: number,
): Float64Array {
  const out = new Float64Array(all * draws)
  for (let i = 0; i < all; i++) {
    let mean = 0
    for (let s = 0; s < draws; s++) mean += sampled[(s * all + i) * m + output]! / draws
    let square = 0
    for (let s = 0; s < draws; s++) {
      const value = sampled[(s * all + i) * m + output]! - mean
      out[i * draws + s] = value
      square += (value * value) / draws
    }
    const sd = Math.sqrt(square)
    const scale = sd > 1e-12 * Math.abs(mean) && sd > 0 ? 1 / sd : 0
    for (let s = 0; s < draws; s++) out[i * draws + s]! *= scale
  }
  return out
}

function correlation(standard: Float64Array, a: number, b: number, draws: number): number {
  if (a === b) return 1
  let sum = 0
  for (let s = 0; s < draws; s++) sum += standard[a * draws + s]! * standard[b * draws + s]!
  return sum / draws
}
