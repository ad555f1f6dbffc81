import { GAS_CONSTANT, kelvin } from '../constants.ts'
import type { Inventory } from '../columns/stages.ts'
import { hottestStage } from '../features/features.ts'
import type { FeatureItem } from '../features/items.ts'
import { EQUIVALENT_TIME_AT, PEAK_AT, profileNumbersOfText } from '../profile/derived.ts'
import type { Sample } from '../../types.ts'
import type { OutputKind } from './outputs.ts'
import { fromData, recalled } from './term-list.ts'
import type { Terms } from './term-list.ts'
import type { ConstantPrior } from './terms.ts'
import type { TargetSpread } from './design.ts'

type KineticKind = Exclude<OutputKind, 'strength'>

/** What a treatment is to kinetics: 1000/T and ln t, of its hottest step or of its whole profile. */
export interface Treatment {
  readonly inverse: FeatureItem
  readonly lnTime: FeatureItem | null
  /** Input columns that it is made of. */
  readonly columns: readonly number[]
}

/** The hottest step of the table; without steps the first profile, at its peak for the time equivalent there. */
export function treatmentOf(found: Inventory, sample: Sample): Treatment | null {
  const stage = hottestStage(found, sample)
  if (stage !== null) {
    const { temperature, time } = stage
    return {
      inverse: { kind: 'inverseTemperature', temperature },
      lnTime: time === null ? null : { kind: 'lnTime', time },
      columns: time === null ? [temperature.column] : [temperature.column, time.column],
    }
  }
  const profile = found.profiles[0]
  if (profile === undefined) return null
  const { column } = profile
  const numbers = (sample.inputs[column]!.levels ?? []).map((level) => profileNumbersOfText(level))
  const item = (of: (row: readonly number[]) => number): FeatureItem => ({
    kind: 'profile',
    column,
    values: numbers.map(of),
  })
  return {
    inverse: item((row) => 1000 / kelvin(row[PEAK_AT]!)),
    lnTime: item((row) => row[EQUIVALENT_TIME_AT]!),
    columns: [column],
  }
}

/** Level of the law where all its inputs are at their means. */
export function interceptFor(kind: KineticKind, terms: Terms, target: TargetSpread): void {
  if (kind === 'grain') terms.intercept('ln grain size at mean T, t', 'ln(µm)', recalled(Math.log(40), 1.5))
  else if (kind === 'particle')
    terms.intercept('ln size at mean T, t', 'ln', fromData(target.mean, 2 * target.sd + 1))
  else terms.intercept('ln(−ln(1 − X)) at mean T, t', '1', recalled(-0.4, 2))
}

/** Names and priors of the coefficients of −1/RT (kJ/mol) and ln t. */
const constants: Readonly<
  Record<KineticKind, { names: readonly [string, string]; energy: ConstantPrior; exponent: ConstantPrior }>
> = {
  grain: { names: ['Q/n', '1/n'], energy: recalled(90, 40), exponent: recalled(0.2, 0.1) },
  particle: { names: ['Q/3', '1/3'], energy: recalled(90, 30), exponent: recalled(1 / 3, 0.05) },
  fraction: { names: ['nQ', 'n'], energy: recalled(250, 200), exponent: recalled(1.5, 0.8) },
}

/** 1/T and ln t with the priors of the law's constants; indices of the terms, −1 for one that does not vary. */
export function kineticTerms(
  kind: KineticKind,
  terms: Terms,
  { inverse, lnTime }: Treatment,
): { temperature: number; time: number } {
  const { names, energy, exponent } = constants[kind]
  const temperature = terms.law(names[0], 'kJ/mol', { of: 'item', item: inverse }, -GAS_CONSTANT, energy)
  const time = lnTime === null ? -1 : terms.law(names[1], '1', { of: 'item', item: lnTime }, 1, exponent)
  return { temperature, time }
}
