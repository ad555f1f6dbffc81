import { measureKey } from '../../contract/index.ts'
import { areaFraction } from './area-fraction.ts'
import { aspectRatioMean } from './aspect-ratio.ts'
import { circularityMean } from './circularity.ts'
import {
  equivalentCircleDiameterCv,
  equivalentCircleDiameterMean,
  equivalentCircleDiameterMedian,
} from './equivalent-circle-diameter.ts'
import { meanLinealIntercept } from './lineal-intercept.ts'
import type { Measure } from './measure.ts'
import { nearestNeighbourDistanceMean } from './nearest-neighbour.ts'
import { numberDensity } from './number-density.ts'
import { objectCount } from './object-count.ts'

/** Throws at start-up when two measures have one key or a key of the contract has none. */
export function registerMeasures(list: readonly Measure[]): readonly Measure[] {
  const keys = new Set(list.map((measure) => measure.key))
  if (keys.size !== list.length) throw new Error('Two measures have the same key.')
  const lacking = measureKey.options.filter((key) => !keys.has(key))
  if (lacking.length > 0) throw new Error(`No measure computes ${lacking.join(', ')}.`)
  return list
}

export const measures = registerMeasures([
  areaFraction,
  objectCount,
  numberDensity,
  equivalentCircleDiameterMean,
  equivalentCircleDiameterMedian,
  equivalentCircleDiameterCv,
  aspectRatioMean,
  circularityMean,
  nearestNeighbourDistanceMean,
  meanLinealIntercept,
])
