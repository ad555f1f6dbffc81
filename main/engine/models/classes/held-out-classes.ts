import type { HeldOutClass } from '../../../contract/index.ts'
import type { FitContext } from '../held-out.ts'
import { recommend, type KindLosses } from '../recommend.ts'
import { predictionSet } from './calibration.ts'
import { fitClasses, type ClassFits } from './fit-classes.ts'
import { probabilityOf } from './scores.ts'
import { classPredictors } from './serve.ts'
import type { ClassKind, ClassSample } from './types.ts'

export type ClassRow = Omit<HeldOutClass, 'specimen' | 'group' | 'fold' | 'model'>

/** Fits the kinds on `training` and states the level of each row of `test` with each. */
export function fitAndStateClasses(
  kinds: readonly ClassKind[],
  training: ClassSample,
  test: ClassSample,
  name: string,
  context: FitContext,
): { fits: ClassFits; stated: { kind: ClassKind; rows: ClassRow[] }[] } {
  const fits = fitClasses(training, kinds, name, context)
  const predictor = classPredictors(context.executor, fits)
  const { levels, output } = test
  const stated = fits.models.map((model) => {
    const probabilities = predictor(model).probabilities(test.x, test.n)
    const rows = Array.from(test.codes, (code, i): ClassRow => {
      const own = probabilities.subarray(i * levels.length, (i + 1) * levels.length)
      return {
        output,
        observed: levels[code]!,
        levels: levels.map((level, l) => ({ level, probability: own[l]! })),
        set90: predictionSet(own, model.calibration, 0.9).map((l) => levels[l]!),
      }
    })
    return { kind: model.kind, rows }
  })
  return { fits, stated }
}

/** The kind to serve by log losses of held-out rows, as for numbers (recommend.ts). */
export function recommendClasses(
  stated: readonly { readonly kind: ClassKind; readonly losses: readonly number[] }[],
  groups: readonly (number | string)[],
): ClassKind {
  const chosen = recommend(stated as readonly KindLosses[], groups)
  return stated.find(({ kind }) => kind === chosen)?.kind ?? stated[0]!.kind
}

export const logLossOf = (row: ClassRow): number =>
  -Math.log(Math.max(1e-300, probabilityOf(row, row.observed)))
