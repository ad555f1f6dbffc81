import { ContractError } from '../../contract/index.ts'
import type { Progress } from '../dataset/table.ts'
import { randomStream } from '../math/index.ts'
import { adjacent, directed, type MixedGraph } from './graph.ts'

/** How often each of n rows is drawn in each of B resamples: B arrays of n counts. */
export type RowWeights = readonly Float64Array[]

/** Draws whole groups with replacement, as many as there are (rows where every group is one row). */
export function drawWeights(
  groups: Int32Array,
  groupCount: number,
  resamples: number,
  seed: number,
): RowWeights {
  return Array.from({ length: resamples }, (_, b) => {
    const random = randomStream(seed, `causal-resample-${b}`)
    const times = new Float64Array(groupCount)
    for (let k = 0; k < groupCount; k++) times[random.integer(groupCount)]!++
    return Float64Array.from(groups, (g) => times[g]!)
  })
}

/** Weights of given row numbers. @throws ContractError BAD_REQUEST for a row that the table has not. */
export function weightsOfRows(rows: readonly Int32Array[], rowCount: number): RowWeights {
  return rows.map((draw, b) => {
    const weights = new Float64Array(rowCount)
    for (const row of draw) {
      if (row < 0 || row >= rowCount)
        throw new ContractError('BAD_REQUEST', `Resample ${b} names row ${row} of ${rowCount}.`, String(row))
      weights[row]!++
    }
    return weights
  })
}

/** Shares of resamples: joined[i p + j] any edge (symmetric), arrow[i p + j] from i to j, undirected ½ each way. */
export interface Stability {
  readonly joined: Float64Array
  readonly arrow: Float64Array
}

export function stabilityOf(graphs: readonly MixedGraph[], p: number): Stability {
  const joined = new Float64Array(p * p)
  const arrow = new Float64Array(p * p)
  for (const g of graphs)
    for (let i = 0; i < p; i++)
      for (let j = 0; j < p; j++) {
        if (i === j || !adjacent(g, i, j)) continue
        joined[i * p + j]!++
        if (directed(g, i, j)) arrow[i * p + j]!++
        else if (!directed(g, j, i)) arrow[i * p + j]! += 0.5
      }
  const count = graphs.length
  return { joined: joined.map((s) => s / count), arrow: arrow.map((s) => s / count) }
}

/** Runs `search` on every resample. Reports progress every resample. */
export function searchResamples(
  weights: RowWeights,
  search: (weights: Float64Array) => MixedGraph,
  progress: Progress,
): MixedGraph[] {
  return weights.map((w, b) => {
    progress.check()
    const graph = search(w)
    progress.report(b + 1, weights.length, 'resampling the graph')
    return graph
  })
}
