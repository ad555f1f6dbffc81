import type { Candidate, Note, Prediction } from '../../contract/index.ts'
import { formatNumber, withUnit } from '../../figures/format.ts'
import type { Table } from '../dataset/table.ts'
import { normalQuantile } from '../math/index.ts'
import { expectedImprovement, probabilityOfImprovement } from './acquisition/index.ts'
import type { Incumbent } from './incumbent.ts'
import type { Neighbours } from './neighbours.ts'
import type { PosteriorFn } from './posterior.ts'
import type { DesignSpace } from './space.ts'

const level = 0.9

/** Candidates as the contract has them; rows n x d in order of rank. */
export function describeCandidates(
  request: {
    table: Table
    posterior: PosteriorFn
    space: DesignSpace
    objective: number
    sign: number
    incumbent: Incumbent
    near: Neighbours
  },
  rows: Float64Array,
  n: number,
  feasible: Float64Array,
): Candidate[] {
  const { posterior, space, objective, sign, incumbent, near, table } = request
  const m = posterior.outputs.length
  const d = space.inputs.length
  const predicted = posterior.predict(rows, n)
  const interval = posterior.interval?.(rows, n, level)
  const z = normalQuantile(0.5 + level / 2)
  return Array.from({ length: n }, (_, i) => {
    const row = rows.subarray(i * d, (i + 1) * d)
    const predictions = posterior.outputs.map((output, o): Prediction => {
      const at = i * m + o
      const mean = predicted.mean[at]!
      const epistemicSd = predicted.epistemicSd[at]!
      const aleatoricSd = predicted.aleatoricSd[at]!
      const sd = Math.hypot(epistemicSd, aleatoricSd)
      return {
        output: output.name,
        unit: output.unit,
        mean,
        sd,
        low: interval?.low[at] ?? mean - z * sd,
        high: interval?.high[at] ?? mean + z * sd,
        level,
        epistemicSd,
        aleatoricSd,
      }
    })
    const own = predictions[objective]!
    const nearest = near.nearest(row)
    return {
      rank: i + 1,
      inputs: space.inputs.map((column, k) => ({
        column: column.name,
        unit: column.unit,
        value: row[k]!,
        varied: space.varied.some((v) => v.index === k),
      })),
      predictions,
      expectedImprovement: expectedImprovement.value(
        sign * own.mean,
        own.epistemicSd,
        sign * incumbent.value,
      ),
      probabilityFeasible: Math.min(1, Math.max(0, feasible[i]!)),
      probabilityOfImprovement: probabilityOfImprovement.value(
        sign * own.mean,
        own.epistemicSd,
        sign * incumbent.value,
      ),
      nearestSpecimen: table.rowIds[nearest.row]!,
      notes: candidateNotes(request, row, own, feasible[i]!, nearest.distance),
    }
  })
}

function candidateNotes(
  request: { space: DesignSpace; sign: number; incumbent: Incumbent; near: Neighbours },
  row: Float64Array,
  own: Prediction,
  feasible: number,
  distance: number,
): Note[] {
  const { space, sign, incumbent, near } = request
  const notes: Note[] = near.outside(row).map((column) => ({
    code: 'EXTRAPOLATES',
    message: `${column} lies outside the range of the specimens.`,
    item: column,
  }))
  if (distance > near.widestGap)
    notes.push({
      code: 'EXTRAPOLATES',
      message: `Further from every specimen (${distance.toFixed(2)} of the range per input) than any specimen is from its nearest (${near.widestGap.toFixed(2)}).`,
    })
  for (const { column, index, low, high } of space.varied)
    if (row[index] === low || row[index] === high)
      notes.push({
        code: 'AT_BOUND',
        message: `${column} is at its ${row[index] === low ? 'lower' : 'upper'} bound; the optimum may lie beyond.`,
        item: column,
      })
  const gain = sign * (own.mean - incumbent.value)
  if (gain < own.aleatoricSd)
    notes.push({
      code: 'GAIN_WITHIN_SCATTER',
      message: `The expected gain of ${withUnit(formatNumber(gain, 2), own.unit)} is below the scatter of one specimen (${withUnit(formatNumber(own.aleatoricSd, 2), own.unit)}); replicates are needed to see it.`,
    })
  if (feasible < 0.5)
    notes.push({
      code: 'LIMITS_DOUBTFUL',
      message: `It misses a limit more likely than not (meets all with ${(100 * feasible).toFixed(0)} %).`,
    })
  return notes
}
