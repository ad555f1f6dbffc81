import type { GeneratorState } from '../../models/generate/index.ts'

/** One of the conditions given, by its place. */
export interface NearCondition {
  readonly index: number
  /** Root mean square over inputs of the difference, in standard deviations of training. */
  readonly distance: number
}

/** The conditions in order of their distance to one that is asked for, on the scales of a generator. */
export function nearestConditions(
  state: Pick<GeneratorState, 'inputs'>,
  conditions: readonly (readonly number[])[],
  asked: readonly number[],
): NearCondition[] {
  const scaled = (values: readonly number[]): number[] =>
    state.inputs.map(({ log, mean, sd }, i) => ((log ? Math.log(values[i]!) : values[i]!) - mean) / sd)
  const here = scaled(asked)
  return conditions
    .map((own, index) => {
      const squares = scaled(own).reduce((sum, value, i) => sum + (value - here[i]!) ** 2, 0)
      return { index, distance: Math.sqrt(squares / here.length) }
    })
    .sort((a, b) => a.distance - b.distance || a.index - b.index)
}
