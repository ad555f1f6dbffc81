import { normalCdf, normalPdf } from '../../math/index.ts'
import type { Acquisition } from './acquisition.ts'

/** E[max(0, f − incumbent)] of f ~ N(mean, sd²), in closed form (Jones, Schonlau & Welch 1998). */
export const expectedImprovement: Acquisition = {
  id: 'EI',
  name: 'expected improvement',
  scale: 'natural',
  value(mean, sd, incumbent) {
    const gain = mean - incumbent
    if (!(sd > 0)) return Math.max(0, gain)
    const z = gain / sd
    return Math.max(0, gain * normalCdf(z) + sd * normalPdf(z))
  },
  gradient(mean, sd, incumbent) {
    const z = (mean - incumbent) / sd
    return { mean: normalCdf(z), sd: normalPdf(z) }
  },
}
