import type { HeldOutPrediction, LossPoint, ModelKind, ModelScore, Note } from '../../contract/index.ts'
import type { Progress } from '../dataset/table.ts'
import type { KindModel } from './fit-kinds.ts'
import { fitAndPredict, fitOn, halfWidths, type FitContext, type Served } from './held-out.ts'
import { indicesWhere } from './inner-folds.ts'
import { ALL_KINDS } from './kinds.ts'
import { gaussianCrps } from './gaussian.ts'
import { carried, carriedScores } from './outputs/carried.ts'
import { isPlain, linkOf, toLatentSample } from './outputs/support.ts'
import { resultNotes } from './model-notes.ts'
import { fitGroupOffsets, type GroupOffsets } from './own-rows.ts'
import { recommend, type KindLosses } from './recommend.ts'
import { requireTrainable } from './requirements.ts'
import { subset } from './sample.ts'
import { scoreRows } from './scores.ts'
import { trackProgress } from './tracker.ts'
import type { FitSpec, Hyperparameters, OutputColumn, Reliability, Sample } from './types.ts'

/** Nominal levels of the reliability curve. */
const LEVELS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95]
/** The numeric outputs of a model for service with everything that is known of their quality; plain data. */
export interface FittedNumbers extends Served {
  readonly outputs: OutputColumn[]
  readonly recommended: ModelKind
  readonly models: readonly KindModel[]
  /** Of the recommended kind: what rows of one group share; null with parts of a whole. */
  readonly offsets: GroupOffsets | null
  readonly scores: ModelScore[]
  readonly heldOut: HeldOutPrediction[]
  /** Of the members of the served hypernetwork, averaged; validation is on the fold each member leaves out. */
  readonly loss: LossPoint[]
  /** Of the recommended kind on held-out rows. */
  readonly reliability: Reliability
  /** Of how the recommended kind did on held-out rows. */
  readonly notes: Note[]
  readonly hyperparameters: Hyperparameters
}

/**
 * Fits the kinds on rows of numeric outputs (in their units; `rowIds` names them) and evaluates each by the folds, as
 * `fitModel` says.
 */
export function fitNumbers(
  measured: Sample,
  folds: Int32Array,
  rowIds: readonly string[],
  asked: readonly ModelKind[],
  spec: Pick<FitSpec, 'seed' | 'executor'>,
  progress: Progress,
): FittedNumbers {
  const sample = toLatentSample(measured, (row) => rowIds[row] ?? String(row))
  const { seed } = spec
  const kinds = ALL_KINDS.filter((kind) => kind === 'mean' || asked.includes(kind))
  const foldNumbers = [...new Set(folds)].sort((a, b) => a - b)
  const tracker = trackProgress(kinds, foldNumbers.length + 1, sample.n, progress)

  tracker.stage(`training on ${sample.n} specimens`, true)
  const context: FitContext = { executor: spec.executor, seed, progress: tracker }
  const { fits, wholes, ...served } = fitOn(kinds, sample, 'all', context)

  const heldOut: HeldOutPrediction[] = []
  const covered = new Map<string, number[]>()
  const cpuS = new Map<ModelKind, number>()
  foldNumbers.forEach((fold, k) => {
    tracker.stage(`held-out fold ${k + 1} of ${foldNumbers.length}`, false)
    const training = subset(
      sample,
      indicesWhere(sample.n, (i) => folds[i] !== fold),
    )
    const testRows = indicesWhere(sample.n, (i) => folds[i] === fold)
    const test = subset(sample, testRows)
    requireTrainable(training, `fold ${fold}`)
    for (const part of fitAndPredict(kinds, training, test, `without ${fold}`, context)) {
      const { fit, predicted, cpuS: used } = part
      const { kind } = fit
      cpuS.set(kind, (cpuS.get(kind) ?? 0) + used)
      const stated = carried(predicted, sample.outputs)
      const half = halfWidths(predicted, fit.calibration, 0.9)
      const halves = LEVELS.map((level) => halfWidths(predicted, fit.calibration, level))
      forObserved(test, (i, j, at) => {
        const y = test.y[at]!
        const centre = predicted.mean[at]!
        const column = sample.outputs[j]!
        const output = column.name
        const link = linkOf(column.support)
        heldOut.push({
          model: kind,
          specimen: rowIds[testRows[i]!]!,
          group: String(test.groups[i]!),
          fold,
          output,
          y: link.fromLatent(y),
          mean: stated.mean[at]!,
          sd: stated.sd[at]!,
          low90: link.fromLatent(centre - half[at]!),
          high90: link.fromLatent(centre + half[at]!),
          ...(isPlain(column) ? {} : carriedScores(column, link.fromLatent(y), centre, predicted.sd[at]!)),
        })
        const key = JSON.stringify([kind, output])
        const counts = covered.get(key) ?? new Array<number>(LEVELS.length).fill(0)
        halves.forEach((h, l) => {
          if (Math.abs(y - centre) <= h[at]!) counts[l]!++
        })
        covered.set(key, counts)
      })
    }
  })

  const scores = kinds.flatMap((kind) =>
    measured.outputs.map((output) => {
      const rows = heldOut.filter((row) => row.model === kind && row.output === output.name)
      return scoreRows(kind, output.name, output.unit, rows, (cpuS.get(kind) ?? 0) / sample.outputs.length)
    }),
  )
  const { losses, groups } = lossesOf(
    heldOut,
    scores,
    kinds.filter((kind) => asked.includes(kind)),
  )
  const recommended = recommend(losses, groups)
  return {
    outputs: [...measured.outputs],
    recommended,
    models: fits.map(({ kind, parts, strengths, calibration }) => ({ kind, parts, strengths, calibration })),
    offsets:
      wholes === null
        ? fitGroupOffsets(
            sample,
            fits.find(({ kind }) => kind === recommended)!,
            seed,
          )
        : null,
    ...served,
    wholes,
    scores,
    heldOut,
    loss: fits.find((fit) => fit.loss.length > 0)?.loss ?? [],
    reliability: sample.outputs.map((output) => {
      const counts = covered.get(JSON.stringify([recommended, output.name]))!
      const n = scores.find((s) => s.output === output.name)!.n
      return {
        output: output.name,
        points: LEVELS.map((nominal, l) => ({ nominal, observed: counts[l]! / n, n })),
      }
    }),
    notes: resultNotes(scores, recommended),
    hyperparameters: Object.assign(
      { seed, calibration: 'split conformal on rows of left-out groups' },
      ...fits.map((fit) => fit.hyperparameters),
    ) as Hyperparameters,
  }
}

/** Held-out CRPS of each kind asked for, in units of the mean baseline's of the same output. */
function lossesOf(
  heldOut: readonly HeldOutPrediction[],
  scores: readonly ModelScore[],
  kinds: readonly ModelKind[],
): { losses: KindLosses[]; groups: string[] } {
  const unit = new Map(scores.filter((s) => s.model === 'mean').map((s) => [s.output, s.crps]))
  const of = (kind: ModelKind): HeldOutPrediction[] => heldOut.filter((row) => row.model === kind)
  return {
    losses: kinds.map((kind) => ({
      kind,
      losses: of(kind).map(
        (row) => (row.crps ?? gaussianCrps(row.y, row.mean, row.sd)) / (unit.get(row.output) ?? 1),
      ),
    })),
    groups: of(kinds[0] ?? 'mean').map((row) => row.group),
  }
}

function forObserved(sample: Sample, visit: (row: number, output: number, at: number) => void): void {
  const m = sample.outputs.length
  for (let i = 0; i < sample.n; i++)
    for (let j = 0; j < m; j++) if (!Number.isNaN(sample.y[i * m + j]!)) visit(i, j, i * m + j)
}
