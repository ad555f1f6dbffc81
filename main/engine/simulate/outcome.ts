import { ContractError } from '../../contract/index.ts'
import { inputColumns, inputNameOf, names, type ProcessInputs } from './columns.ts'
import { meanAspectRatio } from './precipitation.ts'
import { radiusOfSectionNm, sectionDensity } from './section.ts'
import { drawNoise, realise, structure } from './scm.ts'
import { randomStream } from '../math/index.ts'

/** What a specimen of given process is in truth: expectation of the alloy model at zero scatter. */
export interface TrueOutcome {
  readonly yieldMPa: number
  /** 0..1 */
  readonly areaFraction: number
  /** Mean over the sections of a polished plane, as the measure of that name estimates it. */
  readonly equivalentCircleDiameterMeanUm: number
  readonly grainSizeUm: number
  readonly meanRadiusNm: number
  readonly aspectRatioMean: number
  readonly numberDensityPerUm2: number
}

const silent = Object.fromEntries(structure.map((node) => [node.name, 0]))

/**
 * True outcome at process inputs given by column name (without unit) in the units of the columns, as a candidate
 * states them. Further names are ignored. Error COLUMN_UNKNOWN when one of the eight inputs is missing, BAD_REQUEST
 * when one is not a finite number.
 */
export function trueOutcome(inputs: Readonly<Record<string, number>>): TrueOutcome {
  const set: Record<string, number> = {}
  for (const { name } of inputColumns) {
    const value = inputs[name]
    if (value === undefined)
      throw new ContractError('COLUMN_UNKNOWN', 'An input of the alloy is missing.', name)
    if (!Number.isFinite(value))
      throw new ContractError('BAD_REQUEST', 'An input of the alloy is not a number.', name)
    set[name] = value
  }
  return outcomeOfValues(realise(silent, set))
}

export function outcomeOfValues(values: Readonly<Record<string, number>>): TrueOutcome {
  const areaFraction = values[names.areaFraction]!
  const diameterUm = values[names.diameter]!
  const radiusNm = radiusOfSectionNm(diameterUm)
  return {
    yieldMPa: values[names.yieldStrength]!,
    areaFraction,
    equivalentCircleDiameterMeanUm: diameterUm,
    grainSizeUm: values[names.grainSize]!,
    meanRadiusNm: radiusNm,
    aspectRatioMean: meanAspectRatio(radiusNm),
    numberDensityPerUm2: sectionDensity(areaFraction, radiusNm),
  }
}

export function inputsByName(process: ProcessInputs): Record<string, number> {
  const out: Record<string, number> = {}
  for (const [key, name] of Object.entries(inputNameOf)) out[name] = process[key as keyof ProcessInputs]
  return out
}

/** True yield strength, MPa, at zero scatter. */
export function trueYieldMPa(process: ProcessInputs): number {
  return trueOutcome(inputsByName(process)).yieldMPa
}

/**
 * Strongest setting inside the ranges of the design, by seeded random search with shrinking boxes: a yardstick for
 * candidates. Composition and process are all free. `draws` evaluations.
 */
export function trueBest(draws: number, seed: number): { inputs: Record<string, number>; yieldMPa: number } {
  const random = randomStream(seed, 'simulate/best')
  const start = realise(drawNoise(random))
  let inputs = Object.fromEntries(inputColumns.map((c) => [c.name, start[c.name]!]))
  let best = trueOutcome(inputs).yieldMPa
  for (let i = 0; i < draws; i++) {
    const width = Math.max(0.02, 1 - (1.5 * i) / draws)
    const trial = Object.fromEntries(
      inputColumns.map(({ name, range }) => {
        const [low, high] = range!
        const centre = inputs[name]!
        if (random.uniform() < 0.6) return [name, centre]
        const value = centre + width * (high - low) * (random.uniform() - 0.5) * 2
        return [name, Math.min(high, Math.max(low, value))]
      }),
    )
    const yieldMPa = trueOutcome(trial).yieldMPa
    if (yieldMPa > best) {
      best = yieldMPa
      inputs = trial
    }
  }
  return { inputs, yieldMPa: best }
}
