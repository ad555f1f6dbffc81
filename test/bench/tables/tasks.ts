import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { groupNumbers, type Table } from '../../../main/engine/dataset/index.ts'
import type { EvaluationFold } from '../../../main/engine/models/index.ts'
import { foldsOf } from '../../../main/host/cli/bare/folds.ts'
import { readTable } from '../../../main/host/cli/bare/table.ts'

interface SetFile {
  readonly group: string
  readonly path?: string
  readonly folds: string
  readonly tasks: readonly { id: string; target: string; inputs: string[]; log?: boolean }[]
}

/** A prediction task of the reference: `micro` tells the microstructure-only form of a `+micro` task. */
export interface TableTask {
  readonly id: string
  readonly csv: string
  readonly folds: string
  readonly group: string
  readonly target: string
  readonly inputs: readonly string[]
  readonly log: boolean
}

/** The 26 tasks, `concrete/splits90` (20 random splits of the published protocol), and for each `+micro` task the one from its microstructure columns alone (`+micro only`). */
export function tableTasks(reference: string): TableTask[] {
  const sets = JSON.parse(readFileSync(join(reference, 'tasks.json'), 'utf8')) as Record<string, SetFile>
  return Object.entries(sets).flatMap(([set, file]) =>
    file.tasks.flatMap((task) => {
      const whole: TableTask = {
        id: `${set}/${task.id}`,
        csv: join(reference, file.path ?? `../${set}/data.csv`),
        folds: join(reference, file.folds),
        group: file.group,
        target: task.target,
        inputs: task.inputs,
        log: task.log ?? false,
      }
      if (set === 'concrete')
        return [whole, { ...whole, id: `${set}/splits90`, folds: join(reference, 'concrete_splits90.csv') }]
      if (!task.id.endsWith('+micro')) return [whole]
      const base = file.tasks.find((one) => `${one.id}+micro` === task.id)?.inputs ?? []
      const micro = task.inputs.filter((name) => !base.includes(name))
      return [whole, { ...whole, id: `${whole.id} only`, inputs: micro }]
    }),
  )
}

/** The table of a task with its folds; rows of one group stay together in calibration, but on random splits they do not. */
export function loadTask(
  task: TableTask,
  split: 'grouped' | 'random',
): { table: Table; folds: EvaluationFold[] } {
  const { table } = readTable(task.csv)
  const n = table.rowIds.length
  const file = foldsOf(parse(readFileSync(task.folds), { bom: true, skip_empty_lines: true }), split, n)
  const names = split === 'grouped' ? file.groups : null
  const groups = names === null ? Int32Array.from({ length: n }, (_, i) => i) : groupNumbers(names)
  return { table: { ...table, groups }, folds: file.folds }
}
