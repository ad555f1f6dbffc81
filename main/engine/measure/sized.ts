import type { ObjectRow } from '../../contract/index.ts'
import { noValue, type Estimate } from './estimate.ts'
import type { FieldOfView } from './measure.ts'

/** Why a field has no objects to measure, or null when it has. */
export function whyNoObjects(field: FieldOfView): string | null {
  if (field.objects.length === 0) return 'no objects in the field'
  return field.weights.some((weight) => weight > 0) ? null : 'every object touches the edge of the field'
}

/**
 * A statistic over the counted objects and their weights; `pick` gives null for an object that does not have the
 * quantity, and `lacking` says so when none has.
 */
export function overObjects(
  field: FieldOfView,
  pick: (object: ObjectRow) => number | null,
  statistic: (values: readonly number[], weights: readonly number[], level: number) => Estimate,
  lacking = '',
): Estimate {
  const reason = whyNoObjects(field)
  if (reason !== null) return noValue(reason)
  const values: number[] = []
  const weights: number[] = []
  field.objects.forEach((object, k) => {
    const value = pick(object)
    if (value === null || field.weights[k]! <= 0) return
    values.push(value)
    weights.push(field.weights[k]!)
  })
  return values.length === 0 ? noValue(lacking) : statistic(values, weights, field.level)
}

/** How objects were counted, for the method text. */
export function counted(field: FieldOfView): string {
  return field.edge === 'include' ? 'all objects' : 'objects off the edge, Miles–Lantuéjoul weights'
}
