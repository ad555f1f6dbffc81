import { standardDeviation } from '../math/index.ts'
import { bareValue, withInterval } from './estimate.ts'
import type { Measure } from './measure.ts'
import { tileFractions, tileGrid } from './tiles.ts'

/**
 * Area fraction A_A (= volume fraction V_V, Delesse; ASTM E1245): pixels of all objects over all analysed pixels,
 * whatever the edge policy. Standard error from quadrats: s of the fractions of ≥ 16 tiles over √tiles.
 */
export const areaFraction: Measure = {
  key: 'areaFraction',
  dimension: 'number',
  method: () => 'A_A of all pixels (ASTM E1245); t interval over tiles of the field',
  estimate({ labels, rows, cols, level }) {
    let covered = 0
    for (let i = 0; i < rows * cols; i++) if (labels[i] !== 0) covered++
    const value = covered / (rows * cols)
    const grid = tileGrid(rows, cols)
    if (covered === 0) return bareValue(0, 0, 'no objects in the field: the interval is unknown')
    if (grid === null) return bareValue(value, 0, 'the field is too small for an interval over tiles')
    const fractions = tileFractions(labels, rows, cols, grid)
    const n = fractions.length
    return withInterval(value, standardDeviation(fractions) / Math.sqrt(n), n - 1, level, n, 0, 1)
  },
}
