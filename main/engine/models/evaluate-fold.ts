import type { ModelKind } from '../../contract/index.ts'
import { mean, standardDeviation } from '../math/index.ts'
import type { EvaluationFold, EvaluationPrediction, EvaluationResult, EvaluationSpec } from './evaluation.ts'
import { gaussianCrps } from './gaussian.ts'
import { fitAndPredict, halfWidths, type Calibrated } from './held-out.ts'
import type { TrainingProgress } from './hypernetwork/networks.ts'
import { carried, carriedScores } from './outputs/carried.ts'
import { linkOf } from './outputs/support.ts'
import { recommend, type KindLosses } from './recommend.ts'
import { scoreRows } from './scores.ts'
import type { OutputColumn, Sample } from './types.ts'

/** Rows of one train/test pair. */
export interface Parts {
  readonly training: Sample
  readonly test: Sample
  readonly testRows: Int32Array
}

/** Adds the figures of one task on one fold to `result`. */
export function evaluateFold(
  spec: EvaluationSpec,
  kinds: readonly ModelKind[],
  measured: Sample,
  sample: Sample,
  { training, test, testRows }: Parts,
  fold: EvaluationFold,
  tracker: TrainingProgress,
  result: EvaluationResult,
): void {
  const log = spec.log ?? false
  const m = sample.outputs.length
  const context = { executor: spec.executor, seed: spec.seed, progress: tracker }
  const losses: KindLosses[] = []
  const { name, repeat, fold: number } = fold
  for (const part of fitAndPredict(kinds, training, test, name, context)) {
    const { kind, calibration, outOfFold } = part.fit
    const half = halfWidths(part.predicted, calibration, 0.9)
    const stated = carried(part.predicted, sample.outputs)
    const inner = sample.outputs.map((_, j) => innerCrps(training, outOfFold, calibration[j]!.factor, j))
    losses.push({ kind, losses: acrossOutputs(training, inner) })
    sample.outputs.forEach((output, j) => {
      const rows = Array.from(testRows, (row, i) =>
        rowOf(kind, fold, row, output, test.y[i * m + j]!, part.predicted, stated, half, i * m + j),
      )
      const scored = rows.map((r) => ({ ...r, low90: r.q05, high90: r.q95 }))
      const { unit } = (log ? sample : measured).outputs[j]!
      const original = log ? Math.exp : (v: number) => v
      const score = scoreRows(kind, output.name, unit, scored, part.cpuS / m, original)
      result.scores.push({ ...score, name, repeat, fold: number, trainingCrps: mean(inner[j]!) })
      result.predictions.push(...rows)
    })
  }
  const model = recommend(losses, Array.from(training.groups))
  // Outputs of one task are served by one model.
  for (const { name: output } of sample.outputs) result.chosen.push({ output, repeat, fold: number, model })
}

function rowOf(
  model: ModelKind,
  fold: EvaluationFold,
  row: number,
  output: OutputColumn,
  u: number,
  predicted: Calibrated,
  stated: Calibrated,
  half: Float64Array,
  i: number,
): EvaluationPrediction {
  const centre = predicted.mean[i]!
  const link = linkOf(output.support)
  const y = link.fromLatent(u)
  const { crps, nll } = carriedScores(output, y, centre, predicted.sd[i]!)
  return {
    model,
    repeat: fold.repeat,
    fold: fold.fold,
    row,
    output: output.name,
    y,
    mean: stated.mean[i]!,
    sd: stated.sd[i]!,
    q05: link.fromLatent(centre - half[i]!),
    q50: link.fromLatent(centre),
    q95: link.fromLatent(centre + half[i]!),
    nll,
    crps,
  }
}

/** CRPS of output j on each training row, by fits that had not seen its fold. */
function innerCrps(
  training: Sample,
  outOfFold: { mean: Float64Array; epistemicVariance: Float64Array; aleatoricVariance: Float64Array },
  factor: number,
  j: number,
): number[] {
  const m = training.outputs.length
  return Array.from({ length: training.n }, (_, i) => {
    const at = i * m + j
    const sd = factor * Math.sqrt(outOfFold.epistemicVariance[at]! + outOfFold.aleatoricVariance[at]!)
    return gaussianCrps(training.y[at]!, outOfFold.mean[at]!, sd)
  })
}

/** Of several outputs the mean over them, each in units of the spread of its targets; of one, its own. */
function acrossOutputs(training: Sample, inner: readonly (readonly number[])[]): number[] {
  const m = inner.length
  if (m === 1) return [...inner[0]!]
  const units = inner.map((_, j) => {
    const sd = standardDeviation(Array.from({ length: training.n }, (_row, i) => training.y[i * m + j]!))
    return sd > 0 ? sd : 1
  })
  return Array.from({ length: training.n }, (_, i) => mean(inner.map((own, j) => own[i]! / units[j]!)))
}
