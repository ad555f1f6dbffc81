import { bareValue, noValue } from './estimate.ts'
import type { Measure } from './measure.ts'
import { counted, whyNoObjects } from './sized.ts'

/**
 * Objects per field. Edge 'include': every object in sight, so that cut ones count in two neighbouring fields.
 * Edge 'exclude': sum of the Miles–Lantuéjoul weights, the unbiased count of objects whose centre lies in the field;
 * it need not be whole.
 */
export const objectCount: Measure = {
  key: 'objectCount',
  dimension: 'number',
  method: (field) => `count of ${counted(field)}; a single count has no interval`,
  estimate(field) {
    if (field.objects.length === 0) return bareValue(0, 0)
    const reason = whyNoObjects(field)
    if (reason !== null) return noValue(reason)
    const inside = field.weights.filter((weight) => weight > 0)
    return bareValue(
      inside.reduce((sum, weight) => sum + weight, 0),
      inside.length,
    )
  },
}
