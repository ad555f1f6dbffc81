import { ContractError } from '../../contract/index.ts'
import type { Progress, Table } from '../dataset/table.ts'
import { evaluateClasses } from './classes/evaluate.ts'
import { splitOutputs } from './classes/index.ts'
import { evaluateFold, type Parts } from './evaluate-fold.ts'
import type { EvaluationFold, EvaluationResult, EvaluationSpec } from './evaluation.ts'
import { plannedSteps } from './held-out.ts'
import type { TrainingProgress } from './hypernetwork/networks.ts'
import { indicesWhere } from './inner-folds.ts'
import { classKindsOf, DEFAULT_KINDS } from './kinds.ts'
import { groupedSample } from './outputs/output-groups.ts'
import { toLatentSample } from './outputs/support.ts'
import { requireLearnable } from './requirements.ts'
import { subset } from './sample.ts'
import type { OutputGroup, Sample } from './types.ts'

/**
 * Held-out figures on given train/test pairs, each output a task of its own, parts of a whole one task together (rows
 * without it are left out).
 * Features, early stopping, penalty and calibration see the training rows only. Errors: as `fitModel`, for the
 * training rows of each fold; BAD_REQUEST for a fold without test rows or a row number that the table lacks.
 */
export function evaluateTable(table: Table, spec: EvaluationSpec, progress: Progress): EvaluationResult {
  const kinds = spec.kinds ?? DEFAULT_KINDS
  const { numbers, categories } = splitOutputs(table, spec.outputs)
  const tasks = tasksOf(numbers, spec.groups ?? [])
  const count = (tasks.length + categories.length) * spec.folds.length
  if (count === 0 && spec.folds.length > 0)
    throw new ContractError('NO_OUTPUTS', 'No output column was given to the model.')
  if (spec.log === true && (spec.groups ?? []).length > 0)
    throw new ContractError(
      'BAD_REQUEST',
      'Parts of a whole are modelled by their ratios, not their logarithms.',
    )
  const result: EvaluationResult = {
    scores: [],
    predictions: [],
    chosen: [],
    classes: { scores: [], predictions: [], chosen: [] },
  }
  let finished = 0
  /** Progress of one task on one fold, which takes at most `steps`. */
  const tracked = <T>(label: string, steps: number, work: (tracker: TrainingProgress) => T): T => {
    let done = 0
    const answer = work({
      check: () => {
        progress.check()
      },
      advanced(more) {
        done += more
        progress.report(finished * (1 + steps) + done, count * (1 + steps), label)
      },
    })
    finished++
    progress.report(finished * (1 + steps), count * (1 + steps), label)
    return answer
  }
  for (const task of tasks) {
    const measured = groupedSample(table, spec.inputs, { ...task, supports: spec.supports })
    const sample = inLog(toLatentSample(measured), spec.log ?? false)
    for (const fold of spec.folds) {
      const parts = split(sample, fold)
      tracked(`${task.name}, ${fold.name}`, plannedSteps(kinds, parts.training.n), (tracker) => {
        evaluateFold(spec, kinds, measured, sample, parts, fold, tracker, result)
      })
    }
  }
  for (const output of categories)
    evaluateClasses(table, spec, output, classKindsOf(kinds), result.classes, tracked)
  return result
}

interface Task {
  readonly name: string
  readonly outputs: readonly string[]
  readonly groups: readonly OutputGroup[]
}

function tasksOf(numbers: readonly string[], groups: readonly OutputGroup[]): Task[] {
  const inGroup = new Set(groups.flatMap(({ columns }) => columns))
  return [
    ...numbers
      .filter((name) => !inGroup.has(name))
      .map((name): Task => ({ name, outputs: [name], groups: [] })),
    ...groups.map((group): Task => ({ name: group.name, outputs: [], groups: [group] })),
  ]
}

function inLog(sample: Sample, log: boolean): Sample {
  if (!log) return sample
  return {
    ...sample,
    outputs: sample.outputs.map((output) => ({ ...output, unit: `ln(${output.unit})` })),
    y: sample.y.map((v) => (v > 0 ? Math.log(v) : Number.NaN)),
  }
}

function split(sample: Sample, fold: EvaluationFold): Parts {
  const inTest = new Uint8Array(sample.n)
  for (let i = 0; i < fold.testRows.length; i++) {
    const row = fold.testRows[i]!
    if (!(row >= 0 && row < sample.n))
      throw new ContractError(
        'BAD_REQUEST',
        `Fold "${fold.name}" names row ${row}; the table has ${sample.n}.`,
        fold.name,
      )
    inTest[row] = 1
  }
  // Parts of a whole are there together or not at all.
  const observed = (i: number): boolean => !Number.isNaN(sample.y[i * sample.outputs.length]!)
  const testRows = indicesWhere(sample.n, (i) => inTest[i] === 1 && observed(i))
  if (testRows.length === 0)
    throw new ContractError(
      'BAD_REQUEST',
      `Fold "${fold.name}" has no test row with "${sample.outputs[0]!.name}".`,
      fold.name,
    )
  const training = subset(
    sample,
    indicesWhere(sample.n, (i) => inTest[i] === 0 && observed(i)),
  )
  requireLearnable(training)
  return { training, test: subset(sample, testRows), testRows }
}
