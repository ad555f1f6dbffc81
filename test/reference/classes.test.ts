import { parse } from 'csv-parse/sync'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { localExecutor } from '../../main/engine/compute/index.ts'
import type { Table } from '../../main/engine/dataset/table.ts'
import { silentProgress } from '../../main/engine/dataset/table.ts'
import { mean } from '../../main/engine/math/index.ts'
import { evaluateTable, type EvaluationFold } from '../../main/engine/models/index.ts'
import { sharedData } from '../support/shared-data.ts'

const dir = sharedData('alloys')
type Rows = Record<string, string>[]
const csv = (path: string): Rows => parse(readFileSync(resolve(dir!, path), 'utf8'), { columns: true })

interface ClassTask {
  readonly set: string
  readonly output: string
  readonly inputs: (column: string) => boolean
  readonly categories: readonly string[]
  /** Whether the category of a row is known. */
  readonly known: (row: Record<string, string>) => boolean
  readonly repeats: readonly number[]
}

const tasks: Record<'meltpool' | 'mpea' | 'al5xxx', ClassTask> = {
  meltpool: {
    set: 'meltpool',
    output: 'shape_class',
    inputs: (column) =>
      /_wt$|_W$|_mm_s$|hatch|layer|beam|density_kg|cp_|conductivity|melting|absorptivity|^material$|sub_process/.test(
        column,
      ),
    categories: ['material', 'sub_process', 'shape_class'],
    known: (row) => row['shape_class'] !== '',
    repeats: [1, 2, 3, 4, 5],
  },
  mpea: {
    set: 'mpea',
    output: 'phase_class',
    inputs: (column) => /_at$|^process$/.test(column),
    categories: ['process', 'phase_class'],
    // Rows without phases stand as «other» in the table.
    known: (row) => row['phases'] !== '',
    repeats: [1, 2],
  },
  al5xxx: {
    set: 'al5xxx',
    output: 'temper_n',
    inputs: (column) => /_wt$|_MPa$|_pct$/.test(column),
    categories: ['temper_n'],
    known: (row) => row['temper_n'] !== '',
    repeats: [1, 2, 3, 4, 5],
  },
}

function load({ set, output, inputs, categories, known, repeats }: ClassTask): {
  table: Table
  names: string[]
  folds: EvaluationFold[]
} {
  const rows = csv(`${set}/data.csv`)
  const folds = csv(`${set}/folds.csv`)
  const names = Object.keys(rows[0]!).filter((column) => column !== output && inputs(column))
  const groups = [...new Set(rows.map((row) => row['group']!))]
  const column = (name: string): Table['columns'][number] => {
    const cells = rows.map((row) => (name === output && !known(row) ? '' : row[name]!))
    const levels = categories.includes(name) ? [...new Set(cells.filter((cell) => cell !== ''))].sort() : null
    return {
      name,
      unit: '1',
      role: name === output ? 'microstructure' : 'process',
      levels,
      values: Float64Array.from(cells, (cell) =>
        cell === '' ? Number.NaN : levels === null ? Number(cell) : levels.indexOf(cell),
      ),
    }
  }
  return {
    names,
    table: {
      columns: [...names, output].map(column),
      rowIds: rows.map((_, i) => String(i)),
      groups: Int32Array.from(rows, (row) => groups.indexOf(row['group']!)),
    },
    folds: repeats.flatMap((repeat) =>
      [0, 1].map((fold) => ({
        name: `g${repeat} = ${fold}`,
        repeat,
        fold,
        testRows: folds.filter((row) => Number(row[`g${repeat}`]) === fold).map((row) => Number(row['row'])),
      })),
    ),
  }
}

describe.skipIf(dir === null)(
  'classes of alloys grouped by paper or grade (skipped where the reference data are not beside the repository)',
  () => {
    it.each([
      ['meltpool', 0.98],
      ['mpea', 0.65],
      ['al5xxx', 0.8],
    ] as const)('%s: beats the class shares in log loss, and sets of 90 per cent cover', (name, ratio) => {
      const task = tasks[name]
      const { table, names, folds } = load(task)
      const { classes } = evaluateTable(
        table,
        {
          inputs: names,
          outputs: [task.output],
          folds,
          seed: 1,
          kinds: ['pool', 'mean'],
          executor: localExecutor(),
        },
        silentProgress,
      )
      const of = (kind: string, figure: 'logLoss' | 'brier' | 'coverage90' | 'setSize90'): number =>
        mean(classes.scores.filter((s) => s.model === kind).map((s) => s[figure]))
      expect(of('pool', 'logLoss')).toBeLessThan(ratio * of('mean', 'logLoss'))
      expect(of('pool', 'brier')).toBeLessThan(of('mean', 'brier'))
      expect(of('pool', 'coverage90')).toBeGreaterThan(0.84)
      expect(of('pool', 'coverage90')).toBeLessThan(0.96)
      expect(of('pool', 'setSize90')).toBeLessThan(of('mean', 'setSize90'))
    })
  },
)
