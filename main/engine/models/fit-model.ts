import type { HeldOutPrediction, LossPoint, ModelKind, ModelScore, Note } from '../../contract/index.ts'
import type { Progress, Table } from '../dataset/table.ts'
import { mean } from '../math/index.ts'
import type { CalibratedModel } from './fit-kind.ts'
import { fitAndPredict, fitOn, halfWidths } from './held-out.ts'
import { indicesWhere } from './inner-folds.ts'
import { dataNotes, resultNotes } from './model-notes.ts'
import { domainOf, prepare } from './prepare.ts'
import { requireTrainable } from './requirements.ts'
import { subset } from './sample.ts'
import { scoreRows } from './scores.ts'
import { trackProgress } from './tracker.ts'
import type {
  FitSpec,
  Hyperparameters,
  InputColumn,
  InputDomain,
  OutputColumn,
  Reliability,
  Sample,
} from './types.ts'

/** Nominal levels of the reliability curve. */
const LEVELS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95]
const ALL_KINDS: readonly ModelKind[] = ['bhn', 'ridge', 'mean']

/** A model for service with everything that is known of its quality; plain data, see serialize.ts. */
export interface FittedModel {
  /** Names of the inputs that vary, in the order in which `Posterior.moments` takes them. */
  readonly inputs: string[]
  readonly inputColumns: readonly InputColumn[]
  readonly outputs: OutputColumn[]
  readonly seed: number
  readonly recommended: ModelKind
  readonly models: readonly CalibratedModel[]
  readonly domain: readonly InputDomain[]
  /** The rows fitted on: n x d inputs and their names. */
  readonly training: { readonly n: number; readonly x: Float64Array; readonly rowIds: readonly string[] }
  readonly scores: ModelScore[]
  readonly heldOut: HeldOutPrediction[]
  /** Of the members of the served hypernetwork, averaged; validation is on the fold each member leaves out. */
  readonly loss: LossPoint[]
  /** Of the recommended kind on held-out rows. */
  readonly reliability: Reliability
  readonly notes: Note[]
  readonly hyperparameters: Hyperparameters
}

/**
 * Fits the kinds (all three by default; the mean baseline always) on the rows with an output, and evaluates each by
 * grouped folds. The whole procedure, calibration included, is repeated without fold k to predict fold k, so no
 * held-out figure has seen its targets. `recommended` is the kind with the lowest held-out CRPS relative to the
 * mean baseline, averaged over outputs. Errors: TOO_FEW_SPECIMENS, NO_INPUTS, NO_OUTPUTS, COLUMN_CONSTANT,
 * COLUMN_UNKNOWN, BAD_REQUEST (a group across folds, fewer than two folds), CANCELLED.
 */
export function fitModel(table: Table, spec: FitSpec, progress: Progress): FittedModel {
  const { sample, folds, rowIds, dropped } = prepare(table, spec)
  const { seed } = spec
  const asked = spec.kinds ?? ALL_KINDS
  const kinds = ALL_KINDS.filter((kind) => kind === 'mean' || asked.includes(kind))
  const foldNumbers = [...new Set(folds)].sort((a, b) => a - b)
  const tracker = trackProgress(kinds, foldNumbers.length + 1, sample.n, progress)

  tracker.stage(`training on ${sample.n} specimens`, true)
  const fits = kinds.map((kind) => fitOn(kind, sample, seed, 'all', tracker))

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
    for (const kind of kinds) {
      const {
        fit,
        predicted,
        cpuS: used,
      } = fitAndPredict(kind, training, test, seed, `without ${fold}`, tracker)
      cpuS.set(kind, (cpuS.get(kind) ?? 0) + used)
      const half = halfWidths(predicted, fit.calibration, 0.9)
      const halves = LEVELS.map((level) => halfWidths(predicted, fit.calibration, level))
      forObserved(test, (i, j, at) => {
        const y = test.y[at]!
        const centre = predicted.mean[at]!
        const output = sample.outputs[j]!.name
        heldOut.push({
          model: kind,
          specimen: rowIds[testRows[i]!]!,
          group: String(test.groups[i]!),
          fold,
          output,
          y,
          mean: centre,
          sd: predicted.sd[at]!,
          low90: centre - half[at]!,
          high90: centre + half[at]!,
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
    sample.outputs.map((output) => {
      const rows = heldOut.filter((row) => row.model === kind && row.output === output.name)
      return scoreRows(kind, output.name, output.unit, rows, (cpuS.get(kind) ?? 0) / sample.outputs.length)
    }),
  )
  const recommended = recommend(
    scores,
    kinds.filter((kind) => asked.includes(kind)),
  )
  return {
    inputs: sample.inputs.map((input) => input.name),
    inputColumns: sample.inputs,
    outputs: sample.outputs.map(({ name, unit }) => ({ name, unit })),
    seed,
    recommended,
    models: fits.map(({ state, calibration }) => ({ state, calibration })),
    domain: domainOf(sample),
    training: { n: sample.n, x: sample.x, rowIds },
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
    notes: [...dataNotes(sample, dropped), ...resultNotes(scores, recommended)],
    hyperparameters: Object.assign(
      { seed, calibration: 'split conformal on rows of left-out groups' },
      ...fits.map((fit) => fit.hyperparameters),
    ) as Hyperparameters,
  }
}

/** The kind with the lowest mean over outputs of CRPS relative to the mean baseline; the simplest wins a tie. */
export function recommend(scores: readonly ModelScore[], kinds: readonly ModelKind[]): ModelKind {
  const relative = (kind: ModelKind): number =>
    mean(
      scores
        .filter((s) => s.model === kind)
        .map((s) => s.crps / scores.find((b) => b.model === 'mean' && b.output === s.output)!.crps),
    )
  const simplestFirst = ALL_KINDS.filter((kind) => kinds.includes(kind)).reverse()
  let best: ModelKind = simplestFirst[0] ?? 'mean'
  for (const kind of simplestFirst) if (relative(kind) < relative(best)) best = kind
  return best
}

function forObserved(sample: Sample, visit: (row: number, output: number, at: number) => void): void {
  const m = sample.outputs.length
  for (let i = 0; i < sample.n; i++)
    for (let j = 0; j < m; j++) if (!Number.isNaN(sample.y[i * m + j]!)) visit(i, j, i * m + j)
}
