import type { ObjectRow } from '../../contract/index.ts'
import { weightedCv, weightedMean, weightedMedian } from './estimate.ts'
import type { Measure } from './measure.ts'
import { counted, overObjects } from './sized.ts'

/** Equivalent circle diameter √(4A/π) of each object (ISO 9276-6); number-weighted statistics. */
const diameter = (object: ObjectRow) => object.equivalentCircleDiameter

export const equivalentCircleDiameterMean: Measure = {
  key: 'equivalentCircleDiameterMean',
  dimension: 'length',
  method: (field) => `mean √(4A/π) of ${counted(field)}; t interval over objects`,
  estimate: (field) => overObjects(field, diameter, weightedMean),
}

export const equivalentCircleDiameterMedian: Measure = {
  key: 'equivalentCircleDiameterMedian',
  dimension: 'length',
  method: (field) => `median √(4A/π) of ${counted(field)}; distribution-free interval over objects`,
  estimate: (field) => overObjects(field, diameter, weightedMedian),
}

export const equivalentCircleDiameterCv: Measure = {
  key: 'equivalentCircleDiameterCv',
  dimension: 'number',
  method: (field) => `standard deviation over mean of √(4A/π) of ${counted(field)}; log-jackknife t interval`,
  estimate: (field) => overObjects(field, diameter, weightedCv),
}
