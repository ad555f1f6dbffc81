import { normalQuantile } from '../../math/index.ts'
import { gaussianCrps, gaussianNll, standardCdf, standardPdf } from '../gaussian.ts'
import type { Calibrated } from '../held-out.ts'
import type { OutputColumn } from '../types.ts'
import { closed } from './composition.ts'
import { isPlain, linkOf, type Link } from './support.ts'

/** Levels at which a CRPS is taken. */
const LEVELS = 64
const SCORES = Float64Array.from({ length: LEVELS }, (_, k) => normalQuantile((k + 0.5) / LEVELS))

/** Nodes of the trapezoid rule over ±END standard deviations, which converges geometrically for a smooth f. */
const NODES = 65
const END = 5
const AT = Float64Array.from({ length: NODES }, (_, k) => END * ((2 * k) / (NODES - 1) - 1))
const TOTAL = AT.reduce((sum, z) => sum + standardPdf(z), 0)
const WEIGHTS = AT.map((z) => standardPdf(z) / TOTAL)
// Cut off at ±END, the nodes have a little less than unit variance; scaled to it, so that identity is exact.
const RMS = Math.sqrt(AT.reduce((sum, z, k) => sum + WEIGHTS[k]! * z * z, 0))

/** Standard scores at which a function of a normal variate is taken for its moments, and their weights. */
export const CARRIED_NODES: { readonly at: Float64Array; readonly weights: Float64Array } = {
  at: AT.map((z) => z / RMS),
  weights: WEIGHTS,
}

/** Mean and sd of fromLatent(u), u ~ N(mean, sd²). */
export function carriedMoments(link: Link, mean: number, sd: number): { mean: number; sd: number } {
  const exact = link.moments?.(mean, sd)
  // An overflow of a hopelessly wide distribution still has moments over the nodes.
  if (exact !== undefined && Number.isFinite(exact.sd)) return exact
  const values = AT.map((z) => link.fromLatent(mean + (sd * z) / RMS))
  let centre = 0
  for (let k = 0; k < NODES; k++) centre += WEIGHTS[k]! * values[k]!
  let square = 0
  for (let k = 0; k < NODES; k++) square += WEIGHTS[k]! * (values[k]! - centre) ** 2
  return { mean: centre, sd: Math.sqrt(square) }
}

/**
 * Moments of a calibrated prediction (n x m) in the outputs' units; epistemic and aleatoric keep their shares, and the means
 * of parts of a whole add up to its total.
 */
export function carried(predicted: Calibrated, outputs: readonly OutputColumn[]): Calibrated {
  if (outputs.every(isPlain)) return predicted
  const m = outputs.length
  const links = outputs.map(({ support }) => linkOf(support))
  const out: Calibrated = {
    ...predicted,
    mean: predicted.mean.slice(),
    sd: predicted.sd.slice(),
    epistemicSd: predicted.epistemicSd.slice(),
    aleatoricSd: predicted.aleatoricSd.slice(),
  }
  predicted.mean.forEach((mean, i) => {
    if (isPlain(outputs[i % m]!)) return
    const sd = predicted.sd[i]!
    const moments = carriedMoments(links[i % m]!, mean, sd)
    const share = sd > 0 ? moments.sd / sd : 0
    out.mean[i] = moments.mean
    out.sd[i] = moments.sd
    out.epistemicSd[i] = share * predicted.epistemicSd[i]!
    out.aleatoricSd[i] = share * predicted.aleatoricSd[i]!
  })
  closeParts(out.mean, outputs)
  return out
}

/** Scales the parts of each whole to its total, row by row (values: rows x m), in place; other outputs are left alone. */
export function closeParts(values: Float64Array, outputs: readonly OutputColumn[]): Float64Array {
  const m = outputs.length
  for (let first = 0; first < m;) {
    const { whole, support } = outputs[first]!
    let end = first + 1
    if (whole !== undefined && support?.kind === 'bounded') {
      while (end < m && outputs[end]!.whole === whole) end++
      for (let row = 0; row < values.length; row += m)
        values.set(closed(values.subarray(row + first, row + end), support.high), row + first)
    }
    first = end
  }
  return values
}

/** Scores of a latent N(mean, sd²) at y, in the unit of y. pit: the predictive distribution function at y. */
export function carriedScores(
  output: OutputColumn,
  y: number,
  mean: number,
  sd: number,
): { crps: number; nll: number; pit: number } {
  if (isPlain(output))
    return {
      crps: gaussianCrps(y, mean, sd),
      nll: gaussianNll(y, mean, sd),
      pit: standardCdf((y - mean) / sd),
    }
  const link = linkOf(output.support)
  const u = link.toLatent(y)
  return {
    crps: quantileCrps(link, y, mean, sd),
    nll: gaussianNll(u, mean, sd) - link.logSlope(y),
    pit: standardCdf((u - mean) / sd),
  }
}

/** CRPS as twice the mean pinball loss over levels (Laio & Tamea 2007, eq. 11). */
function quantileCrps(link: Link, y: number, mean: number, sd: number): number {
  let sum = 0
  for (let k = 0; k < LEVELS; k++) {
    const p = (k + 0.5) / LEVELS
    const q = link.fromLatent(mean + sd * SCORES[k]!)
    sum += (y - q) * (p - (y < q ? 1 : 0))
  }
  return (2 * sum) / LEVELS
}
