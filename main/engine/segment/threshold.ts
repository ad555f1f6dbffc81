import type { Note, SegmentParams } from '../../contract/index.ts'
import type { Progress } from '../dataset/table.ts'
import { labelComponents, removeSmall } from './components.ts'
import { otsuThreshold } from './otsu.ts'
import type { GreyField, SegmentedField } from './segmenter.ts'
import { gaussian, wideGaussian } from './smooth.ts'

/** Within this share of one half, either phase could be the minority by chance. */
const ambiguousLow = 0.45
const ambiguousHigh = 0.55

/** Smoothed grey with the background levelled to its mean. */
function prepared(field: GreyField, params: SegmentParams, progress: Progress): Float32Array {
  const { rows, cols } = field
  const smooth = gaussian(field.grey, rows, cols, params.smoothingSigmaPx, progress)
  if (params.backgroundSigmaPx <= 0) return smooth
  const background = wideGaussian(field.grey, rows, cols, params.backgroundSigmaPx, progress)
  let sum = 0
  for (let i = 0; i < background.length; i++) sum += background[i]!
  const level = sum / background.length
  for (let i = 0; i < smooth.length; i++) smooth[i]! += level - background[i]!
  return smooth
}

/**
 * Which side of the threshold is counted. `auto` takes the phase that covers less than half of the field, since
 * precipitates, pores and inclusions do; between 45 and 55 % a note asks the person to decide.
 */
function choosePolarity(params: SegmentParams, brightFraction: number, notes: Note[]): 'bright' | 'dark' {
  if (params.polarity !== 'auto') return params.polarity
  if (brightFraction >= ambiguousLow && brightFraction <= ambiguousHigh)
    notes.push({
      code: 'POLARITY_AMBIGUOUS',
      message: `The bright side covers ${(100 * brightFraction).toFixed(1)} % of the field: choose bright or dark by hand.`,
    })
  return brightFraction <= 0.5 ? 'bright' : 'dark'
}

/**
 * Smoothing, background, Otsu threshold, polarity, 8-connected components, small ones dropped. Holes in an object
 * stay holes: they are matrix. A flat field has no objects and a note says so.
 */
export function thresholdField(field: GreyField, params: SegmentParams, progress: Progress): SegmentedField {
  const { rows, cols } = field
  const values = prepared(field, params, progress)
  const notes: Note[] = []
  const threshold = otsuThreshold(values)
  if (threshold === null) {
    notes.push({
      code: 'FLAT_IMAGE',
      message: 'All pixels have one grey value: there is nothing to separate.',
    })
    const polarityUsed = params.polarity === 'dark' ? 'dark' : 'bright'
    return {
      labels: new Int32Array(rows * cols),
      objectCount: 0,
      threshold: values[0] ?? 0,
      polarityUsed,
      notes,
    }
  }
  let bright = 0
  for (let i = 0; i < values.length; i++) if (values[i]! > threshold) bright++
  const polarityUsed = choosePolarity(params, bright / values.length, notes)
  const mask = new Uint8Array(values.length)
  for (let i = 0; i < values.length; i++)
    mask[i] = values[i]! > threshold === (polarityUsed === 'bright') ? 1 : 0
  progress.check()
  const { labels, count } = labelComponents(mask, rows, cols)
  const objectCount = removeSmall(labels, count, params.minAreaPx)
  if (objectCount === 0)
    notes.push({
      code: 'NO_OBJECTS',
      message: `None of the ${count} objects has ${params.minAreaPx} pixels or more.`,
    })
  return { labels, objectCount, threshold, polarityUsed, notes }
}
