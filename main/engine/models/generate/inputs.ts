import { ContractError } from '../../../contract/index.ts'
import type { GeneratorState, InputScale } from './types.ts'

/** Positive numbers that spread further than this are learnt as logarithms (times, rates). */
const logSpread = 8

/**
 * Scales from the distinct conditions (k x d). An input that is the same everywhere is COLUMN_CONSTANT: it could
 * carry no trend.
 */
export function inputScales(
  names: readonly string[],
  conditions: readonly (readonly number[])[],
): InputScale[] {
  return names.map((name, i) => {
    const raw = conditions.map((condition) => condition[i] ?? Number.NaN)
    const low = Math.min(...raw)
    const high = Math.max(...raw)
    if (low === high)
      throw new ContractError('COLUMN_CONSTANT', `All images were made with the same ${name}.`, name)
    const log = low > 0 && high / low >= logSpread
    const values = log ? raw.map(Math.log) : raw
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
    return { name, log, mean, sd, low, high }
  })
}

/** Products are features where there are conditions enough to tell them from straight lines. */
export function wantsQuadratic(inputs: number, conditions: number): boolean {
  return conditions >= 2 * (1 + inputs + (inputs * (inputs + 1)) / 2)
}

/** Error BAD_REQUEST for a condition that lacks a number or, where logarithms are taken, is not positive. */
export function scaledCondition(inputs: readonly InputScale[], condition: readonly number[]): Float64Array {
  if (condition.length !== inputs.length)
    throw new ContractError(
      'BAD_REQUEST',
      `A condition has ${inputs.length} numbers and was given ${condition.length}.`,
    )
  return Float64Array.from(inputs, ({ name, log, mean, sd }, i) => {
    const value = condition[i]!
    if (!Number.isFinite(value) || (log && value <= 0))
      throw new ContractError(
        'BAD_REQUEST',
        `${name} must be a number${log ? ' above 0' : ''}.`,
        String(value),
      )
    return ((log ? Math.log(value) : value) - mean) / sd
  })
}

/** 1, the scaled inputs and, if wanted, their products (x² − 1 for squares). */
export function linearFeatures(x: ArrayLike<number>, quadratic: boolean): number[] {
  const features = [1]
  for (let i = 0; i < x.length; i++) features.push(x[i]!)
  if (quadratic)
    for (let i = 0; i < x.length; i++)
      for (let j = i; j < x.length; j++) features.push(i === j ? x[i]! ** 2 - 1 : x[i]! * x[j]!)
  return features
}

/** Prior standard deviation of the coefficient of each linear feature, in prior standard deviations of the output. */
export function featurePriors(inputs: number, quadratic: boolean): number[] {
  const products = quadratic ? (inputs * (inputs + 1)) / 2 : 0
  return [1, ...new Array<number>(inputs).fill(0.5), ...new Array<number>(products).fill(0.25)]
}

/** Whether a condition lies inside the ranges of training. */
export function insideDomain(state: GeneratorState, condition: readonly number[]): boolean {
  return state.inputs.every(({ low, high }, i) => {
    const value = condition[i] ?? Number.NaN
    return value >= low && value <= high
  })
}
