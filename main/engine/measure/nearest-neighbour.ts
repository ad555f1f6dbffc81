import { noValue, weightedMean } from './estimate.ts'
import type { FieldOfView, Measure } from './measure.ts'

/**
 * Mean distance from centroid to nearest centroid. Edge 'include': plain mean, too long since some neighbours lie
 * outside the field. Edge 'exclude': Hanisch's estimator (Math. Operationsforsch. Stat. 15, 409, 1984): objects
 * whose neighbour is nearer than the edge, weighted by 1/((H − 2d)(W − 2d)), unbiased for a stationary pattern.
 */
function distancesAndWeights(field: FieldOfView) {
  const { rows, cols, scale, objects } = field
  const height = rows * scale.row
  const width = cols * scale.col
  const values: number[] = []
  const weights: number[] = []
  for (const object of objects) {
    const distance = object.nearestNeighbourDistance
    if (distance === null) continue
    const row = (object.centroidRowPx + 0.5) * scale.row
    const col = (object.centroidColPx + 0.5) * scale.col
    const toEdge = Math.min(row, height - row, col, width - col)
    if (field.edge === 'exclude' && distance >= toEdge) continue
    values.push(distance)
    weights.push(
      field.edge === 'include' ? 1 : (height * width) / ((height - 2 * distance) * (width - 2 * distance)),
    )
  }
  return { values, weights }
}

export const nearestNeighbourDistanceMean: Measure = {
  key: 'nearestNeighbourDistanceMean',
  dimension: 'length',
  method: (field) =>
    field.edge === 'include'
      ? 'mean centroid distance to the nearest object, all objects; t interval over objects'
      : 'mean centroid distance to the nearest object, Hanisch edge correction; t interval over objects',
  estimate(field) {
    if (field.objects.length === 0) return noValue('no objects in the field')
    if (field.objects.length === 1) return noValue('a single object has no neighbour', 1)
    const { values, weights } = distancesAndWeights(field)
    return values.length === 0
      ? noValue('every object is nearer to the edge than to its neighbour')
      : weightedMean(values, weights, field.level)
  },
}
