import type { Note, SegmentParams } from '../../contract/index.ts'
import type { Progress } from '../dataset/table.ts'

/** Analysed part of a micrograph: grey 0..1, rows × cols in C order, without the databar. */
export interface GreyField {
  readonly grey: Float32Array
  readonly rows: number
  readonly cols: number
}

export interface SegmentedField {
  /** 0 = matrix, 1..objectCount = objects in raster order of their first pixel. */
  readonly labels: Int32Array
  readonly objectCount: number
  /** Grey value 0..1 after smoothing and background removal. */
  readonly threshold: number
  readonly polarityUsed: 'bright' | 'dark'
  readonly notes: Note[]
}

/** The plug point for a segmentation method; deterministic: same pixels and params, same labels. */
export interface Segmenter {
  readonly id: SegmentParams['method']
  segment(field: GreyField, params: SegmentParams, progress: Progress): SegmentedField
}
