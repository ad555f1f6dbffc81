import { mean, standardDeviation } from '../math/index.ts'
import { bareValue, withInterval } from './estimate.ts'
import type { Measure } from './measure.ts'
import { objectCount } from './object-count.ts'
import { counted } from './sized.ts'
import { tileGrid, tileOf } from './tiles.ts'

/**
 * Objects per area N_A (ASTM E1245) from the count of `objectCount`. Its relative standard error is that of the
 * counts of centroids per tile, so that clustering widens the interval and order narrows it; a Poisson law is not
 * assumed.
 */
export const numberDensity: Measure = {
  key: 'numberDensity',
  dimension: 'perArea',
  method: (field) => `N_A of ${counted(field)} (ASTM E1245); t interval over counts per tile`,
  estimate(field) {
    const { rows, cols, scale, objects, level } = field
    const count = objectCount.estimate(field)
    if (count.value === null) return count
    const value = count.value / (rows * scale.row * cols * scale.col)
    if (objects.length === 0) return bareValue(0, 0, 'no objects in the field: the interval is unknown')
    const grid = tileGrid(rows, cols)
    if (grid === null) return bareValue(value, count.n, 'the field is too small for an interval over tiles')
    const perTile = new Float64Array(grid.down * grid.across)
    for (const { centroidRowPx, centroidColPx } of objects)
      perTile[
        tileOf(centroidRowPx + 0.5, rows, grid.down) * grid.across +
          tileOf(centroidColPx + 0.5, cols, grid.across)
      ]!++
    const tiles = perTile.length
    const relative = standardDeviation(perTile) / Math.sqrt(tiles) / mean(perTile)
    return withInterval(value, value * relative, tiles - 1, level, count.n)
  },
}
