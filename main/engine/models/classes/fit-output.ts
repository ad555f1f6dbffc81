import type { ClassScore, HeldOutClass } from '../../../contract/index.ts'
import type { FitContext } from '../held-out.ts'
import { classRows, requireClasses, requireClassTraining } from './class-sample.ts'
import { fitClasses, type ServedClasses } from './fit-classes.ts'
import { fitAndStateClasses, logLossOf, recommendClasses } from './held-out-classes.ts'
import { reliabilityOf, scoreClasses } from './scores.ts'
import { CLASS_KINDS, type ClassKind, type ClassSample } from './types.ts'

/** A categorical output for service with everything that is known of its quality: plain data. */
export interface FittedClasses extends ServedClasses {
  readonly output: string
  readonly recommended: ClassKind
  readonly scores: ClassScore[]
  readonly heldOut: HeldOutClass[]
  /** Of the recommended kind on held-out rows: stated probability of the most probable level against how often it was. */
  readonly reliability: { readonly stated: number; readonly observed: number; readonly n: number }[]
}

/**
 * Fits one categorical output (`mean`, the class shares, always among the kinds) and states every row without its fold:
 * the whole procedure, calibration included, is repeated without fold k to state fold k. Errors: TOO_FEW_SPECIMENS,
 * COLUMN_CONSTANT (one level only). folds: number of each row of the sample. `stage` is told what is done.
 */
export function fitClassOutput(
  sample: ClassSample,
  asked: readonly ClassKind[],
  folds: Int32Array,
  rowIds: readonly string[],
  context: FitContext,
  stage: (message: string, live: boolean) => void,
): FittedClasses {
  requireClasses(sample)
  const kinds = CLASS_KINDS.filter((kind) => kind === 'mean' || asked.includes(kind))
  stage(`training on ${sample.n} specimens with "${sample.output}"`, true)
  const { outOfFold: _outOfFold, loss: _loss, ...served } = fitClasses(sample, kinds, 'all', context)
  const heldOut: HeldOutClass[] = []
  const foldNumbers = [...new Set(folds)].sort((a, b) => a - b)
  foldNumbers.forEach((fold, k) => {
    stage(`"${sample.output}", held-out fold ${k + 1} of ${foldNumbers.length}`, false)
    const training = classRows(sample, (i) => folds[i] !== fold)
    requireClassTraining(training, `fold ${fold}`)
    const rows = Array.from(folds.keys()).filter((i) => folds[i] === fold)
    const test = classRows(sample, (i) => folds[i] === fold)
    for (const { kind, rows: stated } of fitAndStateClasses(kinds, training, test, `without ${fold}`, context)
      .stated)
      stated.forEach((row, i) => {
        heldOut.push({
          model: kind,
          specimen: rowIds[rows[i]!]!,
          group: String(test.groups[i]!),
          fold,
          ...row,
        })
      })
  })
  const of = (kind: ClassKind): HeldOutClass[] => heldOut.filter((row) => row.model === kind)
  const recommended = recommendClasses(
    kinds.filter((kind) => asked.includes(kind)).map((kind) => ({ kind, losses: of(kind).map(logLossOf) })),
    of('mean').map((row) => row.group),
  )
  return {
    ...served,
    output: sample.output,
    recommended,
    scores: kinds.map((kind) => scoreClasses(kind, sample.output, of(kind))),
    heldOut,
    reliability: reliabilityOf(of(recommended)),
  }
}
