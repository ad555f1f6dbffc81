import type { ColumnRole, EdgeTriple } from '../../../../main/contract/index.ts'
import type { Table } from '../../../../main/engine/dataset/table.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'

export function tableOf(
  columns: Record<string, ArrayLike<number>>,
  roles: Record<string, ColumnRole> = {},
  groups?: ArrayLike<number>,
): Table {
  const n = Object.values(columns)[0]?.length ?? 0
  return {
    columns: Object.entries(columns).map(([name, values]) => ({
      name,
      unit: '1',
      role: roles[name] ?? 'process',
      levels: null,
      values: Float64Array.from(values),
    })),
    rowIds: Array.from({ length: n }, (_, i) => `S${i + 1}`),
    groups: Int32Array.from(groups ?? Array.from({ length: n }, (_, i) => i)),
  }
}

/** One equation of a linear model: weights of its parents and the standard deviation of its noise. */
export type Equation = readonly [Record<string, number>, number]

/** Rows drawn from linear equations, given causes first. */
export function linearColumns(
  equations: Record<string, Equation>,
  n: number,
  seed: number,
): Record<string, Float64Array> {
  const random = randomStream(seed, 'linear-model')
  const columns: Record<string, Float64Array> = {}
  for (const [name, [weights, noise]] of Object.entries(equations)) {
    const values = Float64Array.from({ length: n }, () => noise * random.normal())
    for (const [parent, weight] of Object.entries(weights)) {
      const from = columns[parent]
      if (from === undefined) throw new Error(`${name} comes before its parent ${parent}`)
      for (let i = 0; i < n; i++) values[i]! += weight * from[i]!
    }
    columns[name] = values
  }
  return columns
}

export function hasDirectedCycle(edges: readonly EdgeTriple[]): boolean {
  const arrows = edges.filter(([, mark]) => mark === '-->')
  const left = new Set(arrows.flatMap(([a, , b]) => [a, b]))
  for (;;) {
    const source = [...left].find((v) => !arrows.some(([a, , b]) => b === v && left.has(a)))
    if (source === undefined) return left.size > 0
    left.delete(source)
  }
}

export function sortedTriples(edges: readonly EdgeTriple[]): string[] {
  return edges.map(([a, mark, b]) => (mark === '--' && a > b ? [b, mark, a] : [a, mark, b]).join(' ')).sort()
}
