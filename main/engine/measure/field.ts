import type { FieldFeature, MeasureKey, PixelSize } from '../../contract/index.ts'
import type { FieldOfView, Measure } from './measure.ts'
import { analysedRows, lengthScale, objectRows } from './objects.ts'
import { gatherRegions, type Regions } from './regions.ts'
import { measures } from './registry.ts'

export interface FieldOptions {
  /** null = not calibrated: lengths in px. */
  readonly pixelSizeUm: PixelSize | null
  readonly databarRows: number
  /** Empty = all. */
  readonly measures: readonly MeasureKey[]
  readonly edge: 'include' | 'exclude'
  /** Level of the intervals, e.g. 0.9. */
  readonly level: number
}

/**
 * Miles–Lantuéjoul weight (Miles 1974; Lantuéjoul 1978): an object of h × w pixels lies clear of the edge of an
 * R × C field in (R − 1 − h)(C − 1 − w) of its R·C places, so it stands for the inverse of that share. Counts and
 * sizes are then unbiased, where leaving out cut objects alone would prefer small ones.
 */
function edgeWeight(regions: Regions, k: number, rows: number, cols: number): number {
  if (regions.touchesEdge[k] === 1) return 0
  return (rows / (rows - 1 - regions.heightPx[k]!)) * (cols / (cols - 1 - regions.widthPx[k]!))
}

function unitOf(measure: Measure, field: FieldOfView): string {
  if (measure.dimension === 'number') return '1'
  return measure.dimension === 'length' ? field.scale.unit : `1/${field.scale.unit}²`
}

/**
 * The measures of one field of view from its label image (rows × cols in C order, 0 = matrix; databar rows at the
 * bottom are left out). Edge policy 'exclude' leaves out objects that touch the edge and corrects counts and sizes
 * for it; area fraction and lineal intercept use everything. A value that cannot be had is null with a flag.
 * Throws BAD_REQUEST when shapes do not fit.
 */
export function measureField(
  labels: Int32Array,
  rows: number,
  cols: number,
  options: FieldOptions,
): FieldFeature[] {
  const used = analysedRows(labels, rows, cols, options.databarRows)
  const regions = gatherRegions(labels, used, cols)
  const scale = lengthScale(options.pixelSizeUm)
  const { objects } = objectRows(regions, scale)
  const field: FieldOfView = {
    labels: labels.subarray(0, used * cols),
    rows: used,
    cols,
    scale,
    objects,
    weights: objects.map((_, k) => (options.edge === 'include' ? 1 : edgeWeight(regions, k, used, cols))),
    edge: options.edge,
    level: options.level,
  }
  return measures
    .filter(({ key }) => options.measures.length === 0 || options.measures.includes(key))
    .map((measure) => ({
      measure: measure.key,
      unit: unitOf(measure, field),
      level: options.level,
      method: measure.method(field),
      ...measure.estimate(field),
    }))
}
