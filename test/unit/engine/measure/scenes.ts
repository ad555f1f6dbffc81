import type { FieldFeature, MeasureKey } from '../../../../main/contract/index.ts'
import { measureField, type FieldOptions } from '../../../../main/engine/measure/index.ts'
import type { RandomStream } from '../../../../main/engine/math/index.ts'
import { drawDiscs, type Disc } from '../segment/scenes.ts'

export const options = (parts: Partial<FieldOptions> = {}): FieldOptions => ({
  pixelSizeUm: null,
  databarRows: 0,
  measures: [],
  edge: 'include',
  level: 0.9,
  ...parts,
})

/** The measures of a field by key. */
export function byKey(
  labels: Int32Array,
  rows: number,
  cols: number,
  parts: Partial<FieldOptions> = {},
): Record<MeasureKey, FieldFeature> {
  const list = measureField(labels, rows, cols, options(parts))
  return Object.fromEntries(list.map((feature) => [feature.measure, feature])) as Record<
    MeasureKey,
    FieldFeature
  >
}

/**
 * A window on an endless random pattern of discs that keep `gapPx` apart (dart throwing on a larger plane), so that
 * discs are cut by the window's edge as objects are by a field of view. `inside`: those whose centre lies in the window.
 */
export function discWindow(
  random: RandomStream,
  rows: number,
  cols: number,
  perPx: number,
  radiusOf: () => number,
  gapPx: number,
): { labels: Int32Array; inside: Disc[] } {
  const margin = 60
  const [high, wide] = [rows + 2 * margin, cols + 2 * margin]
  const discs: Disc[] = []
  const wanted = Math.round(perPx * high * wide)
  for (let tries = 0; discs.length < wanted && tries < 50 * wanted; tries++) {
    const disc = {
      row: random.uniform() * high - margin,
      col: random.uniform() * wide - margin,
      radius: radiusOf(),
    }
    const free = discs.every(
      (other) => Math.hypot(other.row - disc.row, other.col - disc.col) > other.radius + disc.radius + gapPx,
    )
    if (free) discs.push(disc)
  }
  const inside = discs.filter(
    ({ row, col }) => row >= -0.5 && row < rows - 0.5 && col >= -0.5 && col < cols - 0.5,
  )
  return { labels: drawDiscs(rows, cols, discs), inside }
}
