import type { LossPoint } from '../../../main/contract/index.ts'

type Series = Readonly<Record<string, readonly (readonly [number, number])[]>>

/**
 * Loss records of a running job from its live series: the training loss (a series named `train…` or `loss`) with the
 * validation loss of the same step where one was reported.
 */
export function lossPoints(series: Series): LossPoint[] {
  const names = Object.keys(series)
  const trainName = names.find((name) => /^(train|loss)/i.test(name))
  const validationName = names.find((name) => /^val/i.test(name))
  const validation = new Map(validationName === undefined ? [] : (series[validationName] ?? []))
  return (trainName === undefined ? [] : (series[trainName] ?? [])).map(([step, train]) => ({
    step,
    train,
    validation: validation.get(step) ?? null,
  }))
}
