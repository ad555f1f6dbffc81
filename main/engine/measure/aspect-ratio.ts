import { weightedMean } from './estimate.ts'
import type { Measure } from './measure.ts'
import { counted, overObjects } from './sized.ts'

/** Mean ratio of the axes of the ellipse with each object's second moments (ImageJ "AR"); never below 1. */
export const aspectRatioMean: Measure = {
  key: 'aspectRatioMean',
  dimension: 'number',
  method: (field) => `mean axis ratio of the moment ellipse, ${counted(field)}; t interval over objects`,
  estimate: (field) =>
    overObjects(
      field,
      (object) => object.aspectRatio,
      (values, weights, level) => weightedMean(values, weights, level, 1),
    ),
}
