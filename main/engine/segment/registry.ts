import type { SegmentParams } from '../../contract/index.ts'
import type { Segmenter } from './segmenter.ts'
import { thresholdField } from './threshold.ts'
import { splitTouching } from './watershed.ts'

const otsuSegmenter: Segmenter = { id: 'otsu', segment: thresholdField }

/** Objects of the threshold, split at their necks; the phase covers exactly the same pixels. */
const watershedSegmenter: Segmenter = {
  id: 'watershed',
  segment(field, params, progress) {
    const whole = thresholdField(field, params, progress)
    if (whole.objectCount === 0) return whole
    const objectCount = splitTouching(whole.labels, field.rows, field.cols, params.splitDepthPx, progress)
    return { ...whole, objectCount }
  },
}

/** Throws at start-up when two segmenters have one id. */
export function registerSegmenters(
  list: readonly Segmenter[],
): ReadonlyMap<SegmentParams['method'], Segmenter> {
  const byId = new Map(list.map((segmenter) => [segmenter.id, segmenter]))
  if (byId.size !== list.length) throw new Error('Two segmenters have the same id.')
  return byId
}

export const segmenters = registerSegmenters([otsuSegmenter, watershedSegmenter])
