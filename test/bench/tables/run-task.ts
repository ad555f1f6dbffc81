import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ModelKind } from '../../../main/contract/index.ts'
import { silentProgress } from '../../../main/engine/dataset/table.ts'
import { localExecutor } from '../../../main/engine/compute/index.ts'
import { evaluateTable, type EvaluationPrediction } from '../../../main/engine/models/index.ts'
import { loadTask, tableTasks } from './tasks.ts'

/** One task in a process of its own: `node run-task.ts REFERENCE TASK SPLIT KINDS FOLDS OUT`. */
const [reference = '', id = '', split = 'grouped', kinds = '', repeats = '5', out = ''] =
  process.argv.slice(2)
const task = tableTasks(reference).find((one) => one.id === id)
if (task === undefined) throw new Error(`no task ${id}`)
const { table, folds } = loadTask(task, split === 'random' ? 'random' : 'grouped')
const { scores, predictions, chosen } = evaluateTable(
  table,
  {
    inputs: task.inputs,
    outputs: [task.target],
    folds: folds.filter((fold) => fold.repeat <= Number(repeats) || fold.name.startsWith('s')),
    seed: 1,
    log: task.log,
    kinds: kinds.split(',') as ModelKind[],
    executor: localExecutor(),
  },
  silentProgress,
)

/** Mean width of central intervals scaled so that exactly 90 % of the rows lie inside. */
function widthAtNinety(rows: readonly EvaluationPrediction[]): number {
  const score = rows.map((r) => (2 * Math.abs(r.y - r.mean)) / (r.q95 - r.q05)).sort((a, b) => a - b)
  const factor = score[Math.ceil(0.9 * score.length) - 1] ?? Number.NaN
  return (factor * rows.reduce((sum, r) => sum + r.q95 - r.q05, 0)) / rows.length
}

/** What `--kind auto` serves: in each fold the kind that its training rows speak for. */
const isChosen = (one: { model: string; repeat: number; fold: number }): boolean =>
  chosen.some((c) => c.model === one.model && c.repeat === one.repeat && c.fold === one.fold)

const results = [...kinds.split(','), 'auto'].map((kind) => {
  const mine = (one: { model: string; repeat: number; fold: number }): boolean =>
    kind === 'auto' ? isChosen(one) : one.model === kind
  const own = scores.filter(mine)
  const mean = (of: (score: (typeof own)[number]) => number): number =>
    own.reduce((sum, score) => sum + of(score), 0) / own.length
  return {
    kind,
    folds: own.length,
    crps: mean((s) => s.crps),
    trainingCrps: mean((s) => s.trainingCrps),
    nll: mean((s) => s.nll),
    rmse: mean((s) => s.rmse),
    mae: mean((s) => s.mae),
    r2: mean((s) => s.r2 ?? Number.NaN),
    accuracy: mean((s) => s.accuracy ?? Number.NaN),
    coverage90: mean((s) => s.coverage90),
    width90: mean((s) => s.width90),
    widthAtNinety: widthAtNinety(predictions.filter(mine)),
    cpuS: mean((s) => s.fitCpuS),
    rmses: own.map((s) => s.rmse),
    crpses: own.map((s) => s.crps),
  }
})
writeFileSync(join(out), JSON.stringify({ task: id, split, results, chosen }))
