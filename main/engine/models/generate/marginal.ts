import { quantileOfSorted, type RandomStream } from '../../math/index.ts'
import { fitLinearHead, linearOutputs } from './linear-head.ts'
import type { PreparedImages } from './prepare.ts'
import type { GeneratorState, LinearHead } from './types.ts'

/** Ranks at whose middles the grey levels are learnt. */
export const greyKnots = 64

export const logOdds = (fraction: number): number => Math.log(fraction / (1 - fraction))

/** Fractions at the ends would have no log-odds: half a pixel is the least that an image can show. */
function seen(fraction: number, pixels: number): number {
  return Math.min(1 - 0.5 / pixels, Math.max(0.5 / pixels, fraction))
}

export interface Marginal {
  readonly head: LinearHead
  /** Mean fraction of each plane in each condition, k x planes. */
  readonly fractions: Float32Array
  readonly scatter: Float64Array
  readonly areaPx: number
}

/** Learns what share each phase, or each grey level, has, as a trend over the conditions with its uncertainty. */
export function fitMarginal(
  prepared: PreparedImages,
  features: readonly (readonly number[])[],
  priors: readonly number[],
  grey: boolean,
): Marginal {
  const { groups, originals, cuts } = prepared
  const areaPx =
    originals.flat().reduce((sum, { height, width }) => sum + height * width, 0) / originals.flat().length
  const perImage: Float64Array[][] = grey
    ? originals.map((group) => group.map(({ pixels }) => greyLevels(pixels)))
    : groups.map((group) =>
        group.map(({ planes }) =>
          Float64Array.from(planes, (plane) =>
            logOdds(seen(plane.reduce((sum, v) => sum + v, 0) / plane.length, plane.length)),
          ),
        ),
      )
  const outputs = perImage.map(meanOf)
  const count = outputs[0]!.length
  const pooled = new Float64Array(count)
  let freedom = 0
  perImage.forEach((images, k) => {
    freedom += images.length - 1
    for (const image of images)
      for (let j = 0; j < count; j++) pooled[j]! += (image[j]! - outputs[k]![j]!) ** 2
  })
  const variance = pooled.map((sum) => (freedom > 0 ? sum / freedom : 0))
  const errors = perImage.map((images) => variance.map((value) => value / images.length))
  const planes = groups[0]![0]!.planes.length
  return {
    head: fitLinearHead({ features, outputs, errors }, priors),
    fractions: Float32Array.from(
      groups.flatMap((group) =>
        Array.from({ length: planes }, (_, p) => {
          if (grey) return cuts[p]!
          const all = group.map(
            (image) => image.planes[p]!.reduce((sum, v) => sum + v, 0) / image.planes[p]!.length,
          )
          return all.reduce((sum, v) => sum + v, 0) / all.length
        }),
      ),
    ),
    scatter: grey ? new Float64Array(0) : variance.map(Math.sqrt),
    areaPx,
  }
}

function greyLevels(pixels: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(pixels).sort()
  return Float64Array.from({ length: greyKnots }, (_, i) => quantileOfSorted(sorted, (i + 0.5) / greyKnots))
}

function meanOf(rows: readonly Float64Array[]): Float64Array {
  return rows[0]!.map((_, j) => rows.reduce((sum, row) => sum + row[j]!, 0) / rows.length)
}

/**
 * Fractions of the phases 1..P−1 of one image to be generated; `random` draws the trend's uncertainty (null: its mean)
 * and `scatter` the scatter between images of `areaPx`. They never fill the whole image.
 */
export function drawFractions(
  state: GeneratorState,
  features: readonly number[],
  areaPx: number,
  random: RandomStream | null,
  scatter: RandomStream,
): Float64Array {
  const odds = linearOutputs(state.marginal, features, random)
  const width = Math.sqrt(state.scatterAreaPx / areaPx)
  const fractions = odds.map(
    (value, p) => 1 / (1 + Math.exp(-value - width * state.fractionScatter[p]! * scatter.normal())),
  )
  const sum = fractions.reduce((total, value) => total + value, 0)
  return sum <= 0.99 ? fractions : fractions.map((value) => (0.99 * value) / sum)
}

/** Grey levels at even ranks, ascending. */
export function drawGreyLevels(
  state: GeneratorState,
  features: readonly number[],
  random: RandomStream | null,
): Float64Array {
  return linearOutputs(state.marginal, features, random).sort()
}
