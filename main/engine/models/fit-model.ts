import { ContractError } from '../../contract/index.ts'
import type { HeldOutPrediction, LossPoint, ModelKind, ModelScore, Note } from '../../contract/index.ts'
import type { Progress, Table } from '../dataset/table.ts'
import { mean, standardDeviation } from '../math/index.ts'
import type { CalibratedModel } from './fit-kind.ts'
import { fitAndPredict, fitOn, halfWidths, plannedSteps } from './held-out.ts'
import type { TrainingProgress } from './hypernetwork.ts'
import { indicesWhere } from './inner-folds.ts'
import { dataNotes, resultNotes } from './model-notes.ts'
import { inputVaries, requireLearnable, requireTrainable } from './requirements.ts'
import { sampleOf, subset } from './sample.ts'
import { scoreRows } from './scores.ts'
import { settingsFor } from './training-settings.ts'
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

interface Prepared {
  sample: Sample
  folds: Int32Array
  rowIds: string[]
  dropped: InputColumn[]
}

function prepare(table: Table, spec: FitSpec): Prepared {
  const all = sampleOf(table, spec.inputs, spec.outputs)
  if (spec.folds.length !== all.n)
    throw new ContractError('BAD_REQUEST', `${spec.folds.length} fold numbers were given for ${all.n} rows.`)
  const m = all.outputs.length
  const rows = indicesWhere(all.n, (i) => {
    for (let j = 0; j < m; j++) if (!Number.isNaN(all.y[i * m + j]!)) return true
    return false
  })
  const withOutput = subset(all, rows)
  requireLearnable(withOutput)
  const varying = spec.inputs.filter((_, j) => inputVaries(withOutput, j))
  const sample = subset(sampleOf(table, varying, spec.outputs), rows)
  const folds = Int32Array.from(rows, (r) => spec.folds[r]!)
  const foldOfGroup = new Map<number, number>()
  sample.groups.forEach((group, i) => {
    const fold = foldOfGroup.get(group) ?? folds[i]!
    if (fold !== folds[i])
      throw new ContractError(
        'BAD_REQUEST',
        'Rows of one group stand in two folds; held-out figures would be too good.',
        table.rowIds[rows[i]!] ?? null,
      )
    foldOfGroup.set(group, fold)
  })
  if (new Set(folds).size < 2)
    throw new ContractError('BAD_REQUEST', 'At least two folds are needed to test a model on unseen groups.')
  return {
    sample,
    folds,
    rowIds: Array.from(rows, (r) => table.rowIds[r]!),
    dropped: withOutput.inputs.filter((_, j) => !inputVaries(withOutput, j)),
  }
}

function forObserved(sample: Sample, visit: (row: number, output: number, at: number) => void): void {
  const m = sample.outputs.length
  for (let i = 0; i < sample.n; i++)
    for (let j = 0; j < m; j++) if (!Number.isNaN(sample.y[i * m + j]!)) visit(i, j, i * m + j)
}

function domainOf(sample: Sample): InputDomain[] {
  const d = sample.inputs.length
  return sample.inputs.map((input, j) => {
    const values: number[] = []
    for (let i = 0; i < sample.n; i++)
      if (!Number.isNaN(sample.x[i * d + j]!)) values.push(sample.x[i * d + j]!)
    const missing = values.length < sample.n
    if (input.levels !== null) {
      const seen = new Set(values)
      return { low: 0, high: 0, levels: input.levels.filter((_, code) => seen.has(code)), missing, spread: 1 }
    }
    const sd = standardDeviation(values)
    const low = values.reduce((a, b) => Math.min(a, b), Infinity)
    const high = values.reduce((a, b) => Math.max(a, b), -Infinity)
    return { low, high, levels: null, missing, spread: sd > 0 ? sd : 1 }
  })
}

interface Tracker extends TrainingProgress {
  /** Names what follows; only the served model's training shows a live loss. */
  stage(message: string, live: boolean): void
}

function trackProgress(kinds: readonly ModelKind[], fits: number, n: number, progress: Progress): Tracker {
  const { maxSteps } = settingsFor(n)
  const perFit = kinds.reduce((sum, kind) => sum + plannedSteps(kind, maxSteps), 0)
  const total = Math.max(fits, perFit * fits)
  let done = 0
  let stages = 0
  let text = ''
  let showSeries = false
  return {
    check: () => {
      progress.check()
    },
    stage(message, live) {
      // Fewer members than planned (few groups) or early stops: the stage's share is done either way.
      done = Math.round((stages * total) / fits)
      stages++
      text = message
      showSeries = live
      progress.check()
      progress.report(done, total, message)
    },
    advanced(steps, series) {
      done = Math.min(done + steps, Math.round((stages * total) / fits))
      if (showSeries && series !== null) progress.report(done, total, text, series)
      else progress.report(done, total, text)
    },
  }
}
