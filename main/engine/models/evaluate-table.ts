import { ContractError } from '../../contract/index.ts'
import type { ModelKind, ModelScore } from '../../contract/index.ts'
import type { Progress, Table } from '../dataset/table.ts'
import { mean } from '../math/index.ts'
import { gaussianCrps, gaussianNll } from './gaussian.ts'
import { fitAndPredict, halfWidths, plannedSteps } from './held-out.ts'
import type { TrainingProgress } from './hypernetwork.ts'
import { indicesWhere } from './inner-folds.ts'
import { requireLearnable } from './requirements.ts'
import { sampleOf, subset } from './sample.ts'
import { scoreRows } from './scores.ts'
import { settingsFor } from './training-settings.ts'
import type { Calibrated } from './held-out.ts'
import type { Sample } from './types.ts'

/** One train/test pair: `testRows` are row numbers of the table, all other rows train. */
export interface EvaluationFold {
  readonly name: string
  readonly repeat: number
  readonly fold: number
  readonly testRows: ArrayLike<number>
}

export interface EvaluationSpec {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly folds: readonly EvaluationFold[]
  readonly seed: number
  /** Fit ln(output); rows with an output ≤ 0 are left out. */
  readonly log?: boolean
  readonly kinds?: readonly ModelKind[]
}

export interface EvaluationScore extends ModelScore {
  readonly name: string
  readonly repeat: number
  readonly fold: number
  /** CRPS on rows of left-out groups inside the training rows: what a choice among kinds may look at. */
  readonly trainingCrps: number
}

/** In the unit the model was fitted in (ln of the output with `log`). */
export interface EvaluationPrediction {
  readonly model: ModelKind
  readonly repeat: number
  readonly fold: number
  readonly row: number
  readonly output: string
  readonly y: number
  readonly mean: number
  readonly sd: number
  readonly q05: number
  readonly q50: number
  readonly q95: number
  readonly nll: number
  readonly crps: number
}

export interface EvaluationResult {
  readonly scores: EvaluationScore[]
  readonly predictions: EvaluationPrediction[]
  /** The kind chosen for each output and fold by `trainingCrps` alone. */
  readonly chosen: { output: string; repeat: number; fold: number; model: ModelKind }[]
}

/**
 * Held-out figures on given train/test pairs, each output a task of its own (rows without it are left out).
 * Features, early stopping, penalty and calibration see the training rows only. Errors: as `fitModel`, for the
 * training rows of each fold; BAD_REQUEST for a fold without test rows or a row number that the table lacks.
 */
export function evaluateTable(table: Table, spec: EvaluationSpec, progress: Progress): EvaluationResult {
  const kinds = spec.kinds ?? ['bhn', 'ridge', 'mean']
  const log = spec.log ?? false
  const result: EvaluationResult = { scores: [], predictions: [], chosen: [] }
  const fits = spec.outputs.length * spec.folds.length
  let finished = 0
  for (const output of spec.outputs) {
    const sample = inLog(sampleOf(table, spec.inputs, [output]), log)
    for (const fold of spec.folds) {
      const { training, test, testRows } = split(sample, fold)
      const perFit = kinds.reduce(
        (sum, kind) => sum + plannedSteps(kind, settingsFor(training.n).maxSteps),
        1,
      )
      let done = 0
      const tracker: TrainingProgress = {
        check: () => {
          progress.check()
        },
        advanced(steps) {
          done += steps
          progress.report(finished * perFit + done, fits * perFit, `${output}, ${fold.name}`)
        },
      }
      let best: { model: ModelKind; crps: number } | null = null
      for (const kind of kinds) {
        progress.check()
        const part = fitAndPredict(kind, training, test, spec.seed, fold.name, tracker)
        const { calibration } = part.fit
        const half = halfWidths(part.predicted, calibration, 0.9)
        const rows = Array.from(testRows, (row, i) =>
          rowOf(kind, fold, row, output, test.y[i]!, part.predicted, half, i),
        )
        const trainingCrps = innerCrps(training, part.fit.outOfFold, calibration[0]!.factor)
        const scored = rows.map((r) => ({ ...r, low90: r.q05, high90: r.q95 }))
        const unit = log ? `ln(${sample.outputs[0]!.unit})` : sample.outputs[0]!.unit
        const original = log ? Math.exp : (v: number) => v
        const score = scoreRows(kind, output, unit, scored, part.cpuS, original)
        const { name, repeat, fold: number } = fold
        result.scores.push({ ...score, name, repeat, fold: number, trainingCrps })
        result.predictions.push(...rows)
        if (best === null || trainingCrps < best.crps) best = { model: kind, crps: trainingCrps }
      }
      if (best !== null)
        result.chosen.push({ output, repeat: fold.repeat, fold: fold.fold, model: best.model })
      finished++
      progress.report(finished * perFit, fits * perFit, `${output}, ${fold.name}`)
    }
  }
  return result
}

function inLog(sample: Sample, log: boolean): Sample {
  return log ? { ...sample, y: sample.y.map((v) => (v > 0 ? Math.log(v) : Number.NaN)) } : sample
}

function split(
  sample: Sample,
  fold: EvaluationFold,
): { training: Sample; test: Sample; testRows: Int32Array } {
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
  const observed = (i: number): boolean => !Number.isNaN(sample.y[i]!)
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

function rowOf(
  model: ModelKind,
  fold: EvaluationFold,
  row: number,
  output: string,
  y: number,
  predicted: Calibrated,
  half: Float64Array,
  i: number,
): EvaluationPrediction {
  const centre = predicted.mean[i]!
  const sd = predicted.sd[i]!
  return {
    model,
    repeat: fold.repeat,
    fold: fold.fold,
    row,
    output,
    y,
    mean: centre,
    sd,
    q05: centre - half[i]!,
    q50: centre,
    q95: centre + half[i]!,
    nll: gaussianNll(y, centre, sd),
    crps: gaussianCrps(y, centre, sd),
  }
}

function innerCrps(
  training: Sample,
  outOfFold: { mean: Float64Array; epistemicVariance: Float64Array; aleatoricVariance: Float64Array },
  factor: number,
): number {
  const values: number[] = []
  for (let i = 0; i < training.n; i++) {
    if (Number.isNaN(outOfFold.mean[i]!)) continue
    const sd = factor * Math.sqrt(outOfFold.epistemicVariance[i]! + outOfFold.aleatoricVariance[i]!)
    values.push(gaussianCrps(training.y[i]!, outOfFold.mean[i]!, sd))
  }
  return mean(values)
}
