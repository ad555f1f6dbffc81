import { weightedMean } from './estimate.ts'
import type { Measure } from './measure.ts'
import { leastCircularityAreaPx } from './objects.ts'
import { counted, overObjects } from './sized.ts'

/** Mean 4πA/P² with the Crofton perimeter, over objects of at least 30 px. */
export const circularityMean: Measure = {
  key: 'circularityMean',
  dimension: 'number',
  method: (field) =>
    `mean 4πA/P², Crofton perimeter, ${counted(field)} of ≥ ${leastCircularityAreaPx} px; t interval over objects`,
  estimate: (field) =>
    overObjects(
      field,
      (object) => object.circularity,
      weightedMean,
      `every object is smaller than ${leastCircularityAreaPx} px`,
    ),
}
