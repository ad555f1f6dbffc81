import { ContractError } from '../../../contract/index.ts'
import type { GeneratorImage, ImageKind } from './types.ts'

/** The regions of an image that the decoder has to make, at the size of the image over the reduction. */
export interface PlanedImage {
  readonly rows: number
  readonly cols: number
  /** Share of each pixel in each plane, 0..1. */
  readonly planes: readonly Float64Array[]
}

/** Ranks at which the level sets of a grey image are compared: share of the area above. */
export type RankCuts = readonly number[]

export function phaseCount(images: readonly GeneratorImage[]): number {
  let highest = 0
  for (const { pixels } of images)
    for (const value of pixels) {
      if (!Number.isInteger(value) || value < 0 || value > 15)
        throw new ContractError('BAD_REQUEST', 'Phases are whole numbers from 0 to 15.', String(value))
      if (value > highest) highest = value
    }
  if (highest === 0) throw new ContractError('BAD_REQUEST', 'The images hold one phase only.')
  return highest + 1
}

/** Planes of one image: its phases 1..P−1, or its level sets at the ranks of `cuts`. */
export function planesOf(
  image: GeneratorImage,
  kind: ImageKind,
  phases: number,
  cuts: RankCuts,
  reduction: number,
): PlanedImage {
  const full =
    kind === 'phases'
      ? Array.from({ length: phases - 1 }, (_, k) =>
          Float64Array.from(image.pixels, (v) => (v === k + 1 ? 1 : 0)),
        )
      : levelSets(image.pixels, cuts)
  const rows = Math.floor(image.height / reduction)
  const cols = Math.floor(image.width / reduction)
  return {
    rows,
    cols,
    planes: reduction === 1 ? full : full.map((plane) => boxMean(plane, image.width, rows, cols, reduction)),
  }
}

/** Level sets by rank; pixels of equal grey share what is left, so that each set has exactly its area. */
function levelSets(pixels: ArrayLike<number>, cuts: RankCuts): Float64Array[] {
  const sorted = Float64Array.from(pixels).sort()
  const n = sorted.length
  return cuts.map((cut) => {
    const level = sorted[Math.min(n - 1, Math.max(0, Math.floor((1 - cut) * n)))]!
    let above = 0
    let at = 0
    for (const value of sorted) {
      if (value > level) above++
      else if (value === level) at++
    }
    const share = Math.min(1, Math.max(0, (cut * n - above) / at))
    return Float64Array.from({ length: n }, (_, i) => {
      const v = pixels[i]!
      return v > level ? 1 : v === level ? share : 0
    })
  })
}

function boxMean(plane: Float64Array, width: number, rows: number, cols: number, by: number): Float64Array {
  const out = new Float64Array(rows * cols)
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < cols; c++) {
      let sum = 0
      for (let i = 0; i < by; i++)
        for (let j = 0; j < by; j++) sum += plane[(r * by + i) * width + c * by + j]!
      out[r * cols + c] = sum / (by * by)
    }
  return out
}

/**
 * Length of the structure: 2 V (1 − V) over the number of interfaces per px of test line, px; a quarter of the period
 * of stripes. Infinite where a plane has no interface.
 */
export function structureLength(plane: Float64Array, rows: number, cols: number): number {
  let inside = 0
  let steps = 0
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < cols; c++) {
      const here = plane[r * cols + c]!
      inside += here
      if (c + 1 < cols) steps += Math.abs(plane[r * cols + c + 1]! - here)
      if (r + 1 < rows) steps += Math.abs(plane[(r + 1) * cols + c]! - here)
    }
  const fraction = inside / (rows * cols)
  const lines = 2 * rows * cols - rows - cols
  return (2 * fraction * (1 - fraction) * lines) / steps
}

/** Otsu's threshold of pooled grey levels as the share of pixels above it. */
export function otsuShare(images: readonly GeneratorImage[]): number {
  const counts = new Float64Array(256)
  let low = Infinity
  let high = -Infinity
  for (const { pixels } of images)
    for (const value of pixels) {
      if (!Number.isFinite(value))
        throw new ContractError('BAD_REQUEST', 'A grey level is not a number.', String(value))
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
  if (low === high)
    throw new ContractError('BAD_REQUEST', 'All pixels have the same grey level.', String(low))
  for (const { pixels } of images)
    for (const value of pixels) counts[Math.min(255, Math.floor((256 * (value - low)) / (high - low)))]!++
  const total = counts.reduce((sum, count) => sum + count, 0)
  const moment = counts.reduce((sum, count, level) => sum + count * level, 0)
  let below = 0
  let belowMoment = 0
  let best = { between: -1, share: 0.5 }
  for (let level = 0; level < 255; level++) {
    below += counts[level]!
    belowMoment += counts[level]! * level
    const share = below / total
    if (share === 0 || share === 1) continue
    const between = (moment * share - belowMoment) ** 2 / (share * (1 - share))
    if (between > best.between) best = { between, share: 1 - share }
  }
  return best.share
}
