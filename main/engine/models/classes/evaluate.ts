import { ContractError, type ClassScore } from '../../../contract/index.ts'
import type { Table } from '../../dataset/table.ts'
import { mean } from '../../math/index.ts'
import type { EvaluationSpec } from '../evaluation.ts'
import { plannedSteps } from '../held-out.ts'
import type { TrainingProgress } from '../hypernetwork/networks.ts'
import { columnOf, inputsOf, requireApart } from '../sample.ts'
import { classRows, classSampleOf, codesOf, requireClasses } from './class-sample.ts'
import { fitAndStateClasses, recommendClasses, type ClassRow } from './held-out-classes.ts'
import { scoreClasses } from './scores.ts'
import type { ClassKind } from './types.ts'

export interface ClassEvaluationScore extends ClassScore {
  readonly name: string
  readonly repeat: number
  readonly fold: number
  /** Log loss on rows of left-out groups inside the training rows: what a choice among kinds may look at. */
  readonly trainingLogLoss: number
}

export interface ClassEvaluationPrediction extends ClassRow {
  readonly model: ClassKind
  readonly repeat: number
  readonly fold: number
  readonly row: number
}

export interface ClassEvaluation {
  readonly scores: ClassEvaluationScore[]
  readonly predictions: ClassEvaluationPrediction[]
  /** The kind chosen for each output and fold from the training rows alone. */
  readonly chosen: { output: string; repeat: number; fold: number; model: ClassKind }[]
}

/**
 * Held-out figures of one categorical output on given train/test pairs, added to `result`. Errors: as `fitModel` for the
 * training rows of each fold; BAD_REQUEST for a fold without test rows or a row number that the table lacks.
 */
export function evaluateClasses(
  table: Table,
  spec: EvaluationSpec,
  output: string,
  kinds: readonly ClassKind[],
  result: ClassEvaluation,
  tracked: (label: string, steps: number, work: (tracker: TrainingProgress) => void) => void,
): void {
  requireApart(spec.inputs, [output])
  const { part, rows } = classSampleOf(inputsOf(table, spec.inputs), {
    output,
    levels: columnOf(table, output).levels ?? [],
    codes: codesOf(table, output),
  })
  for (const fold of spec.folds) {
    const inTest = new Set(Array.from(fold.testRows))
    const unknown = [...inTest].find((row) => !(row >= 0 && row < table.rowIds.length))
    if (unknown !== undefined)
      throw new ContractError(
        'BAD_REQUEST',
        `Fold "${fold.name}" names row ${unknown}; the table has ${table.rowIds.length}.`,
        fold.name,
      )
    const training = classRows(part, (i) => !inTest.has(rows[i]!))
    const test = classRows(part, (i) => inTest.has(rows[i]!))
    if (test.n === 0)
      throw new ContractError(
        'BAD_REQUEST',
        `Fold "${fold.name}" has no test row with "${output}".`,
        fold.name,
      )
    requireClasses(training)
    const testRows = rows.filter((row) => inTest.has(row))
    tracked(`${output}, ${fold.name}`, plannedSteps(['bhn-raw'], training.n), (tracker) => {
      const context = { executor: spec.executor, seed: spec.seed, progress: tracker }
      const { fits, stated } = fitAndStateClasses(kinds, training, test, fold.name, context)
      const { name, repeat, fold: number } = fold
      const losses = stated.map(({ kind, rows: own }) => {
        const inner = fits.outOfFold.get(kind)!
        const levels = part.levels.length
        const each = Array.from(
          training.codes,
          (code, i) => -Math.log(Math.max(1e-300, inner[i * levels + code]!)),
        )
        const score = scoreClasses(kind, output, own)
        result.scores.push({ ...score, name, repeat, fold: number, trainingLogLoss: mean(each) })
        own.forEach((row, i) =>
          result.predictions.push({ model: kind, repeat, fold: number, row: testRows[i]!, ...row }),
        )
        return { kind, losses: each }
      })
      result.chosen.push({
        output,
        repeat,
        fold: number,
        model: recommendClasses(losses, Array.from(training.groups)),
      })
    })
  }
}
