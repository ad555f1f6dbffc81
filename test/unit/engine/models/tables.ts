import { localExecutor } from '../../../../main/engine/compute/index.ts'
import type { Table, TableColumn } from '../../../../main/engine/dataset/table.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'
import type { RandomStream } from '../../../../main/engine/math/index.ts'

export function numberColumn(
  name: string,
  values: ArrayLike<number>,
  role: TableColumn['role'] = 'process',
): TableColumn {
  return { name, unit: '1', role, levels: null, values: Float64Array.from(values) }
}

export function tableOf(columns: readonly TableColumn[], groups?: ArrayLike<number>): Table {
  const n = columns[0]!.values.length
  return {
    columns,
    rowIds: Array.from({ length: n }, (_, i) => `S${i}`),
    groups: Int32Array.from(groups ?? { length: n }, (v, i) => (groups === undefined ? i : (v as number))),
  }
}

/** Mean 2 a + sin 3 b, noise sd 0.1 + 0.4 a: heteroscedastic, third input idle. */
export function noisyRow(stream: RandomStream): { a: number; b: number; c: number; y: number } {
  const a = stream.uniform()
  const b = stream.uniform()
  const c = stream.uniform()
  return { a, b, c, y: 2 * a + Math.sin(3 * b) + (0.1 + 0.4 * a) * stream.normal() }
}

export function noisyTable(n: number, seed: number): Table {
  const stream = randomStream(seed, 'noisy table')
  const rows = Array.from({ length: n }, () => noisyRow(stream))
  const column = (key: 'a' | 'b' | 'c' | 'y'): TableColumn =>
    numberColumn(
      key,
      rows.map((row) => row[key]),
      key === 'y' ? 'property' : 'process',
    )
  return tableOf([column('a'), column('b'), column('c'), column('y')])
}

export const foldsOf = (n: number, count: number): Int32Array =>
  Int32Array.from({ length: n }, (_, i) => i % count)

/** The compiled kernel where it is built, else the TypeScript reference. */
export const executor = localExecutor()
