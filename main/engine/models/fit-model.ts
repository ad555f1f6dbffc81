import type { ModelKind } from '../../contract/index.ts'
import type { Progress, Table } from '../dataset/table.ts'
import { classNotes, classSampleOf, fitClassOutput, type FittedClasses } from './classes/index.ts'
import { fitNumbers, type FittedNumbers } from './fit-numbers.ts'
import { indicesWhere } from './inner-folds.ts'
import { classKindsOf, DEFAULT_KINDS } from './kinds.ts'
import { dataNotes } from './model-notes.ts'
import { physicsFeatures } from './physics/index.ts'
import { domainOf, prepare, type Prepared } from './prepare.ts'
import { subset } from './sample.ts'
import { stageOf, trackProgress } from './tracker.ts'
import type { FitSpec, InputColumn, InputDomain, Sample } from './types.ts'

/** A model for service with everything that is known of its quality; plain data, see serialize.ts. */
export interface FittedModel extends FittedNumbers {
  /** Names of the inputs that vary, in the order in which `Posterior.moments` takes them. */
  readonly inputs: string[]
  readonly inputColumns: readonly InputColumn[]
  /** Outputs that are categories. */
  readonly classes: readonly FittedClasses[]
  readonly seed: number
  readonly domain: readonly InputDomain[]
  /** The rows fitted on: n x d inputs and their names. */
  readonly training: { readonly n: number; readonly x: Float64Array; readonly rowIds: readonly string[] }
}

/**
 * Fits the kinds (`DEFAULT_KINDS` where none are asked for; the mean baseline always) on the rows with an output, and evaluates each by
 * grouped folds. The whole procedure, calibration included, is repeated without fold k to predict fold k, so no
 * held-out figure has seen its targets. `recommended` is chosen from
 * these held-out figures (recommend.ts). Outputs that are categories are fitted one by one (classes/); numeric ones together. Errors: TOO_FEW_SPECIMENS, NO_INPUTS, NO_OUTPUTS, COLUMN_CONSTANT,
 * COLUMN_UNKNOWN, BAD_REQUEST (a group across folds, fewer than two folds), CANCELLED.
 */
export function fitModel(table: Table, spec: FitSpec, progress: Progress): FittedModel {
  const prepared = prepare(table, spec)
  const { sample, classes, rowIds, dropped } = prepared
  const asked = spec.kinds ?? DEFAULT_KINDS
  const numeric = sample.outputs.length > 0
  const stages = classes.length + (numeric ? 1 : 0)
  const numbers = numeric
    ? fitNumberPart(prepared, asked, spec, stageOf(progress, 0, stages))
    : noNumbers(sample)
  const fitted = classes.map((column, k) => {
    const tracked = stageOf(progress, stages - classes.length + k, stages)
    const { part, rows } = classSampleOf(sample, column)
    const folds = Int32Array.from(rows, (r) => prepared.folds[r]!)
    const names = Array.from(rows, (r) => rowIds[r]!)
    const tracker = trackProgress(['bhn-raw'], new Set(folds).size + 1, part.n, tracked)
    const context = { executor: spec.executor, seed: spec.seed, progress: tracker }
    return fitClassOutput(part, classKindsOf(asked), folds, names, context, tracker.stage)
  })
  const first = fitted[0]
  return {
    ...numbers,
    recommended: numeric || first === undefined ? numbers.recommended : first.recommended,
    inputs: sample.inputs.map((input) => input.name),
    inputColumns: sample.inputs,
    classes: fitted,
    seed: spec.seed,
    domain: domainOf(sample),
    training: { n: sample.n, x: sample.x, rowIds },
    notes: [
      ...dataNotes(sample, dropped),
      ...numbers.notes,
      ...fitted.flatMap((one) => classNotes(one, sample.n)),
    ],
  }
}

/** Rows that have no numeric output are the categories' own. */
function fitNumberPart(
  { sample, folds, rowIds }: Prepared,
  asked: readonly ModelKind[],
  spec: FitSpec,
  progress: Progress,
): FittedNumbers {
  const m = sample.outputs.length
  const rows = indicesWhere(sample.n, (i) => {
    for (let j = 0; j < m; j++) if (!Number.isNaN(sample.y[i * m + j]!)) return true
    return false
  })
  return fitNumbers(
    subset(sample, rows),
    Int32Array.from(rows, (r) => folds[r]!),
    Array.from(rows, (r) => rowIds[r]!),
    asked,
    spec,
    progress,
  )
}

function noNumbers(sample: Sample): FittedNumbers {
  return {
    outputs: [],
    recommended: 'mean',
    models: [],
    offsets: null,
    components: {},
    discrepancy: null,
    derived: physicsFeatures(sample).recipe,
    meanFunction: [],
    wholes: null,
    scores: [],
    heldOut: [],
    loss: [],
    reliability: [],
    notes: [],
    hyperparameters: {},
  }
}
