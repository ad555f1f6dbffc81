import type { MeasureKey, ObjectRow } from '../../contract/index.ts'
import type { Estimate } from './estimate.ts'
import type { LengthScale } from './objects.ts'

/** What a measure sees of one field of view. */
export interface FieldOfView {
  /** Label image of the analysed rows, rows × cols, 0 = matrix. */
  readonly labels: Int32Array
  readonly rows: number
  readonly cols: number
  readonly scale: LengthScale
  readonly objects: readonly ObjectRow[]
  /**
   * Weight of each object, in the order of `objects`. Edge 'include': 1 for all. Edge 'exclude': 0 for those that
   * touch the edge, else the Miles–Lantuéjoul weight.
   */
  readonly weights: readonly number[]
  readonly edge: 'include' | 'exclude'
  readonly level: number
}

/** The plug point for a measure: one file each, naming its standard or formula in `method`. */
export interface Measure {
  readonly key: MeasureKey
  readonly dimension: 'number' | 'length' | 'perArea'
  method(field: FieldOfView): string
  estimate(field: FieldOfView): Estimate
}
