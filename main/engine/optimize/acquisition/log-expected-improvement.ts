import { normalCdf, normalPdf } from '../../math/index.ts'
import type { Acquisition } from './acquisition.ts'

const halfLog2Pi = 0.5 * Math.log(2 * Math.PI)

/**
 * Mills ratio R(t) = (1 − Φ(t)) / φ(t) and K(t) with R = 1 / (t + 1/K), t ≥ 1, by Laplace's continued fraction
 * t + 1/(t + 2/(t + 3/(t + …))). K keeps the digits that 1 − t R would lose: 1 − t R = R / K.
 */
function mills(t: number): { ratio: number; inner: number } {
  const terms = t < 2 ? 260 : t < 6 ? 90 : 30
  let inner = t
  for (let i = terms; i >= 2; i--) inner = t + i / inner
  return { ratio: 1 / (t + 1 / inner), inner }
}

/** ln(φ(z) + z Φ(z)) for any finite z, without underflow or cancellation. */
export function logImprovement(z: number): number {
  if (z > -1) return Math.log(normalPdf(z) + z * normalCdf(z))
  const { ratio, inner } = mills(-z)
  return -0.5 * z * z - halfLog2Pi + Math.log(ratio) - Math.log(inner)
}

/**
 * ln of the expected improvement. Plain EI is 0 to machine precision over most of a design space and gives a search
 * nothing to climb; its logarithm has the same maximiser and slopes everywhere (Ament et al. 2023, NeurIPS,
 * "Unexpected improvements to expected improvement"). With sd 0 it is ln(gain), −∞ without gain.
 */
export const logExpectedImprovement: Acquisition = {
  id: 'logEI',
  name: 'log expected improvement',
  scale: 'log',
  value(mean, sd, incumbent) {
    if (!(sd > 0)) return mean > incumbent ? Math.log(mean - incumbent) : -Infinity
    return Math.log(sd) + logImprovement((mean - incumbent) / sd)
  },
  gradient(mean, sd, incumbent) {
    const z = (mean - incumbent) / sd
    if (z > -1) {
      const h = normalPdf(z) + z * normalCdf(z)
      return { mean: normalCdf(z) / (sd * h), sd: normalPdf(z) / (sd * h) }
    }
    const { ratio, inner } = mills(-z)
    return { mean: inner / sd, sd: inner / (sd * ratio) }
  },
}
