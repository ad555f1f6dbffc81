import { ContractError, type ObjectRow, type ObjectTable, type PixelSize } from '../../contract/index.ts'
import { feretMax } from './feret.ts'
import { nearestNeighbours } from './neighbours.ts'
import { croftonPerimeter } from './perimeter.ts'
import { gatherRegions, type Regions } from './regions.ts'

/**
 * Below this area (a disc of radius 3) a digital disc's circularity is more than 2 % too high and the figure
 * says more of the pixel grid than of the object: it is left out.
 */
export const leastCircularityAreaPx = 30

/** Pixel sides in `unit`: µm when calibrated, else px. */
export interface LengthScale {
  readonly row: number
  readonly col: number
  readonly unit: 'µm' | 'px'
}

export function lengthScale(pixelSizeUm: PixelSize | null): LengthScale {
  return pixelSizeUm === null
    ? { row: 1, col: 1, unit: 'px' }
    : { row: pixelSizeUm.row, col: pixelSizeUm.col, unit: 'µm' }
}

/** Axis ratio of the ellipse with the object's second moments, as ImageJ's fitted ellipse: 1 or more. */
function momentAspectRatio(regions: Regions, k: number, scale: LengthScale): number {
  const a = regions.varianceRow[k]! * scale.row ** 2
  const b = regions.varianceCol[k]! * scale.col ** 2
  const c = regions.covariance[k]! * scale.row * scale.col
  const middle = (a + b) / 2
  const spread = Math.hypot((a - b) / 2, c)
  return Math.sqrt((middle + spread) / (middle - spread))
}

/** Rows of the objects from what was gathered; `perimeters` in the length unit, in the same order. */
export function objectRows(
  regions: Regions,
  scale: LengthScale,
): { objects: ObjectRow[]; perimeters: Float64Array } {
  const { distance } = nearestNeighbours(
    regions.centroidRow.map((row) => row * scale.row),
    regions.centroidCol.map((col) => col * scale.col),
  )
  const { crossings } = regions
  const perimeters = Float64Array.from(regions.labels, (_, k) =>
    croftonPerimeter(crossings.row[k]!, crossings.col[k]!, crossings.diagonal[k]!, scale.row, scale.col),
  )
  const objects = Array.from(regions.labels, (label, k): ObjectRow => {
    const area = regions.areaPx[k]! * scale.row * scale.col
    return {
      label,
      area,
      equivalentCircleDiameter: Math.sqrt((4 * area) / Math.PI),
      feretMax: feretMax(regions.spans[k]!, scale.row, scale.col),
      aspectRatio: momentAspectRatio(regions, k, scale),
      circularity:
        regions.areaPx[k]! < leastCircularityAreaPx ? null : (4 * Math.PI * area) / perimeters[k]! ** 2,
      nearestNeighbourDistance: Number.isNaN(distance[k]!) ? null : distance[k]!,
      centroidRowPx: regions.centroidRow[k]!,
      centroidColPx: regions.centroidCol[k]!,
      touchesEdge: regions.touchesEdge[k] === 1,
    }
  })
  return { objects, perimeters }
}

/** Rows that are measured: all but the databar. Throws BAD_REQUEST when the shapes do not fit. */
export function analysedRows(labels: Int32Array, rows: number, cols: number, databarRows: number): number {
  if (labels.length !== rows * cols || databarRows < 0 || databarRows >= rows)
    throw new ContractError(
      'BAD_REQUEST',
      `${labels.length} labels with ${databarRows} databar rows are not ${rows} × ${cols} pixels.`,
    )
  return rows - databarRows
}

/**
 * Every object of a label image (rows × cols in C order, 0 = matrix), by ascending label. Area is the count of its
 * pixels, holes left out; circularity 4πA/P² with the Crofton perimeter, holes counted, null below 30 px; nearest
 * neighbour from centroid to centroid over all objects, null for a single one; the edge is that of the analysed
 * rows. Centroids are in px with pixel centres at whole numbers. Throws BAD_REQUEST.
 */
export function measureObjects(
  labels: Int32Array,
  rows: number,
  cols: number,
  pixelSizeUm: PixelSize | null,
  databarRows: number,
): ObjectTable {
  const scale = lengthScale(pixelSizeUm)
  const regions = gatherRegions(labels, analysedRows(labels, rows, cols, databarRows), cols)
  return { lengthUnit: scale.unit, objects: objectRows(regions, scale).objects }
}
