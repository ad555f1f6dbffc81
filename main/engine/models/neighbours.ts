import type { Neighbour } from '../../contract/index.ts'
import type { FittedModel } from './fit-model.ts'

/**
 * The rows of the training data nearest to `values` (d inputs; categories as codes, NaN = missing), nearest first: root
 * mean square over inputs of the difference in units of their spread; a mismatch of category or a gap counts 1.
 */
export function nearestRows(
  model: Pick<FittedModel, 'training' | 'inputColumns' | 'domain'>,
  values: Float64Array,
  count: number,
): Neighbour[] {
  const { n, x, rowIds } = model.training
  const d = values.length
  const squares = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) {
      const a = values[j]!
      const b = x[i * d + j]!
      if (Number.isNaN(a) || Number.isNaN(b)) squares[i]! += Number.isNaN(a) === Number.isNaN(b) ? 0 : 1
      else if (model.inputColumns[j]!.levels !== null) squares[i]! += a === b ? 0 : 1
      else squares[i]! += ((a - b) / model.domain[j]!.spread) ** 2
    }
  }
  // A stable order: of rows equally near the first of the data comes first.
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => squares[a]! - squares[b]! || a - b)
  return order.slice(0, count).map((i) => ({
    specimen: rowIds[i]!,
    distance: Math.sqrt(squares[i]! / Math.max(1, d)),
  }))
}
