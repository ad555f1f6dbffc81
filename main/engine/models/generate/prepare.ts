import { ContractError } from '../../../contract/index.ts'
import {
  otsuShare,
  phaseCount,
  planesOf,
  structureLength,
  type PlanedImage,
  type RankCuts,
} from './planes.ts'
import type { GeneratorImage, GeneratorSpec } from './types.ts'

/** Images by condition, cut into planes. */
export interface PreparedImages {
  readonly conditions: readonly (readonly number[])[]
  /** Of each condition. */
  readonly groups: readonly (readonly PlanedImage[])[]
  readonly originals: readonly (readonly GeneratorImage[])[]
  readonly phases: number
  readonly cuts: RankCuts
  readonly reduction: number
  /** Smallest side of any reduced image, px. */
  readonly leastPx: number
  /** Structure length of each condition (k) and plane, reduced px. */
  readonly lengths: readonly (readonly number[])[]
}

/** Longest structure that the training grid holds often enough, as a part of its side: periods of 3/7. */
const longestPart = 1 / 9
const leastSidePx = 24
const leastConditions = 3

/**
 * Checks and sorts the images. Errors: NO_IMAGES; BAD_REQUEST for shapes, values or conditions that do not fit, images
 * too small for their structure or of a single phase; TOO_FEW_SPECIMENS below three different conditions.
 */
export function prepareImages(
  images: readonly GeneratorImage[],
  spec: GeneratorSpec,
  gridPx: number,
): PreparedImages {
  if (images.length === 0) throw new ContractError('NO_IMAGES', 'There are no images to learn from.')
  images.forEach(({ pixels, height, width, condition }, i) => {
    const name = `image ${i + 1}`
    if (!(height > 0 && width > 0) || pixels.length !== height * width)
      throw new ContractError('BAD_REQUEST', `${pixels.length} pixels are not ${height} x ${width}.`, name)
    if (condition.length !== spec.inputs.length || !condition.every(Number.isFinite))
      throw new ContractError(
        'BAD_REQUEST',
        `An image needs a number for each of: ${spec.inputs.join(', ')}.`,
        name,
      )
  })
  const byCondition = new Map<string, GeneratorImage[]>()
  for (const image of images) {
    const key = image.condition.join(' ')
    const group = byCondition.get(key)
    if (group === undefined) byCondition.set(key, [image])
    else group.push(image)
  }
  const originals = [...byCondition.values()]
  if (originals.length < leastConditions)
    throw new ContractError(
      'TOO_FEW_SPECIMENS',
      `Images of at least ${leastConditions} different conditions are needed; there are ${originals.length}.`,
    )
  const grey = spec.kind === 'grey'
  const phases = grey ? 1 : phaseCount(images)
  const cuts = grey ? rankCuts(otsuShare(images)) : []
  const cut = (reduction: number): PlanedImage[][] =>
    originals.map((group) => group.map((image) => planesOf(image, spec.kind, phases, cuts, reduction)))
  const full = cut(1)
  const longest = Math.max(...lengthsOf(full).flat().filter(Number.isFinite))
  const reduction = Math.max(1, Math.round(longest / (gridPx * longestPart)))
  const groups = reduction === 1 ? full : cut(reduction)
  const leastPx = Math.min(...groups.flat().map(({ rows, cols }) => Math.min(rows, cols)))
  if (leastPx < leastSidePx)
    throw new ContractError(
      'BAD_REQUEST',
      `The images are too small for their structure: ${leastPx * reduction} px, at least ${leastSidePx * reduction} are needed.`,
    )
  return {
    conditions: originals.map((group) => group[0]!.condition),
    groups,
    originals,
    phases,
    cuts,
    reduction,
    leastPx,
    lengths: lengthsOf(groups),
  }
}

/** The level set of Otsu's threshold and one on each side of it. */
function rankCuts(otsu: number): number[] {
  const middle = Math.min(0.9, Math.max(0.1, otsu))
  return [(1 + middle) / 2, middle, middle / 2]
}

/** Mean structure length of each condition and plane; planes without an interface do not count. */
function lengthsOf(groups: readonly (readonly PlanedImage[])[]): number[][] {
  return groups.map((group) =>
    (group[0]?.planes ?? []).map((_, k) => {
      const all = group
        .map(({ planes, rows, cols }) => structureLength(planes[k]!, rows, cols))
        .filter(Number.isFinite)
      return all.reduce((sum, value) => sum + value, 0) / all.length
    }),
  )
}
