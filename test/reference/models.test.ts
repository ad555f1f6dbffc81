import { parse } from 'csv-parse/sync'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { localExecutor } from '../../main/engine/compute/index.ts'
import type { Table } from '../../main/engine/dataset/table.ts'
import { silentProgress } from '../../main/engine/dataset/table.ts'
import { evaluateTable } from '../../main/engine/models/index.ts'
import { sharedData } from '../support/shared-data.ts'

const dir = sharedData('alloys')
type Rows = Record<string, string>[]
interface Task {
  id: string
  target: string
  inputs: string[]
}
interface Baselines {
  tasks: Record<string, { grouped: { results: Record<string, Record<string, [number, number]>> } }>
}

const read = (path: string): string => readFileSync(resolve(dir!, path), 'utf8')
const csv = (path: string): Rows => parse(read(path), { columns: true })
const cell = (text: string | undefined): number =>
  text === undefined || text === '' ? Number.NaN : Number(text)

function load(set: string, task: string): { table: Table; inputs: string[]; output: string; folds: Rows } {
  const tasks = JSON.parse(read('reference/tasks.json')) as Record<string, { group: string; tasks: Task[] }>
  const { group, tasks: list } = tasks[set]!
  const { target, inputs } = list.find((t) => t.id === task)!
  const rows = csv(`${set}/data.csv`)
  const names = [...new Set(rows.map((row) => row[group]!))]
  const column = (name: string): Table['columns'][number] => ({
    name,
    unit: '1',
    role: name === target ? 'property' : 'composition',
    levels: null,
    values: Float64Array.from(rows, (row) => cell(row[name])),
  })
  const table = {
    columns: [...inputs, target].map(column),
    rowIds: rows.map((_, i) => String(i)),
    groups: Int32Array.from(rows, (row) => names.indexOf(row[group]!)),
  }
  return { table, inputs, output: target, folds: csv(`${set}/folds.csv`) }
}

/** Both train/test pairs of one grouped repeat. */
function pairs(
  folds: Rows,
  repeat: number,
): { name: string; repeat: number; fold: number; testRows: number[] }[] {
  return [0, 1].map((fold) => ({
    name: `g${repeat} = ${fold}`,
    repeat,
    fold,
    testRows: folds.filter((row) => Number(row[`g${repeat}`]) === fold).map((row) => Number(row['row'])),
  }))
}

describe.skipIf(dir === null)(
  'models on grouped alloy tables (skipped where the reference data are not beside the repository)',
  () => {
    it.each([
      ['al5xxx', 'proof'],
      ['al5xxx', 'elongation'],
    ])('%s/%s: the hypernetwork beats the stored ridge and mean, and its intervals cover', (set, task) => {
      const { table, inputs, output, folds } = load(set, task)
      const spec = { inputs, outputs: [output], folds: pairs(folds, 1), seed: 7, executor: localExecutor() }
      const { scores, predictions } = evaluateTable(table, spec, silentProgress)
      const stored = (JSON.parse(read('reference/baselines.json')) as Baselines).tasks[`${set}/${task}`]!
        .grouped.results
      const average = (kind: string, figure: 'crps' | 'coverage90'): number => {
        const own = scores.filter((s) => s.model === kind)
        return own.reduce((sum, s) => sum + s[figure], 0) / own.length
      }
      expect(average('bhn', 'crps')).toBeLessThan(stored['ridge']!['CRPS']![0])
      expect(average('bhn', 'crps')).toBeLessThan(0.75 * stored['mean']!['CRPS']![0])
      expect(average('bhn', 'coverage90')).toBeGreaterThan(0.8)
      // Our baselines follow the same protocol, so they land where the stored ones do.
      expect(Math.abs(average('mean', 'crps') / stored['mean']!['CRPS']![0] - 1)).toBeLessThan(0.2)
      expect(predictions.filter((p) => p.model === 'bhn')).toHaveLength(115)
    })
  },
)
