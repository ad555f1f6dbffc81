import { normalCdf, normalPdf } from '../../math/index.ts'
import type { Acquisition } from './acquisition.ts'

/** P(f > incumbent) of f ~ N(mean, sd²) (Kushner 1964); a half where sd is 0 and mean equals the incumbent. */
export const probabilityOfImprovement: Acquisition = {
  id: 'PI',
  name: 'probability of improvement',
  scale: 'natural',
  value(mean, sd, incumbent) {
    if (!(sd > 0)) return mean > incumbent ? 1 : mean < incumbent ? 0 : 0.5
    return normalCdf((mean - incumbent) / sd)
  },
  gradient(mean, sd, incumbent) {
    const z = (mean - incumbent) / sd
    const density = normalPdf(z)
    return { mean: density / sd, sd: (-z * density) / sd }
  },
}
