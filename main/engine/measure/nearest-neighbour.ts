import { noValue, weightedMean } from './estimate.ts'
import type { FieldOfView, Measure } from './measure.ts'
import { nearestNeighbours } from './neighbours.ts'

/**
 * Mean distance from centroid to nearest centroid. Edge 'include': plain mean, too long since some neighbours lie
 * outside the field. Edge 'exclude': Hanisch's estimator (Math. Operationsforsch. Stat. 15, 409, 1984): objects
 * whose neighbour is nearer than the edge, weighted by 1/((H − 2d)(W − 2d)), unbiased for a stationary pattern.
 * Two objects that are each other's nearest share one distance and count as one observation in the interval.
 */
function observations(field: FieldOfView) {
  const { rows, cols, scale, objects } = field
  const height = rows * scale.row
  const width = cols * scale.col
  const row = Float64Array.from(objects, ({ centroidRowPx }) => (centroidRowPx + 0.5) * scale.row)
  const col = Float64Array.from(objects, ({ centroidColPx }) => (centroidColPx + 0.5) * scale.col)
  const { distance, index } = nearestNeighbours(row, col)
  const values: number[] = []
  const weights: number[] = []
  const pairs: number[] = []
  for (let k = 0; k < objects.length; k++) {
    const d = distance[k]!
    const toEdge = Math.min(row[k]!, height - row[k]!, col[k]!, width - col[k]!)
    if (field.edge === 'exclude' && d >= toEdge) continue
    values.push(d)
    weights.push(field.edge === 'include' ? 1 : (height * width) / ((height - 2 * d) * (width - 2 * d)))
    pairs.push(index[index[k]!] === k ? Math.min(k, index[k]!) : k)
  }
  return { values, weights, pairs }
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
    const { values, weights, pairs } = observations(field)
    return values.length === 0
      ? noValue('every object is nearer to the edge than to its neighbour')
      : weightedMean(values, weights, field.level, 0, pairs)
  },
}
