import { ContractError, type Note, type SegmentParams } from '../../contract/index.ts'
import type { Progress } from '../dataset/table.ts'
import { segmenters } from './registry.ts'

export interface SegmentationResult {
  /** rows × cols in C order; 0 = matrix and databar, 1..objectCount = objects in raster order of their first pixel. */
  readonly labels: Int32Array
  readonly objectCount: number
  /** Grey value 0..1 (after smoothing and background removal) that parts the phases. */
  readonly threshold: number
  readonly polarityUsed: 'bright' | 'dark'
  /** Share of the analysed area (databar left out) that the objects cover. */
  readonly areaFraction: number
  readonly notes: Note[]
}

/**
 * Segments one micrograph: grey values 0..1, rows × cols in C order, of which the last `databarRows` rows are not
 * analysed. Small objects are dropped before touching ones are split, so that both methods cover the same area.
 * Throws BAD_REQUEST when shapes do not fit, CANCELLED through `progress`.
 */
export function segmentImage(
  grey: Float32Array,
  rows: number,
  cols: number,
  params: SegmentParams,
  databarRows: number,
  progress: Progress,
): SegmentationResult {
  const analysedRows = rows - databarRows
  if (grey.length !== rows * cols || databarRows < 0 || analysedRows < 1)
    throw new ContractError(
      'BAD_REQUEST',
      `${grey.length} grey values with ${databarRows} databar rows are not ${rows} × ${cols} pixels.`,
    )
  const segmenter = segmenters.get(params.method)
  if (segmenter === undefined)
    throw new ContractError('BAD_REQUEST', `There is no segmentation method "${params.method}".`)
  const field = { grey: grey.subarray(0, analysedRows * cols), rows: analysedRows, cols }
  const result = segmenter.segment(field, params, progress)
  const labels = new Int32Array(rows * cols)
  labels.set(result.labels)
  let covered = 0
  for (let i = 0; i < result.labels.length; i++) if (result.labels[i] !== 0) covered++
  return { ...result, labels, areaFraction: covered / (analysedRows * cols) }
}

/** A mask (non-zero = phase) as 8-connected objects, numbered in raster order. */
export { labelComponents as labelMask } from './components.ts'
