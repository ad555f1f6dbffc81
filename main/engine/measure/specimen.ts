import type { FieldFeature, SpecimenFeature } from '../../contract/index.ts'
import { mean, standardDeviation } from '../math/index.ts'
import { bareValue, noValue, withInterval, type Estimate } from './estimate.ts'

/** Largest value that a measure can have. */
const most: Partial<Record<FieldFeature['measure'], number>> = { areaFraction: 1 }
const least: Partial<Record<FieldFeature['measure'], number>> = { aspectRatioMean: 1 }

function overFields(features: readonly FieldFeature[], fieldCount: number, level: number): Estimate {
  const known = features.filter((feature) => feature.value !== null)
  const reasons = [...new Set(features.filter(({ value }) => value === null).map(({ flag }) => flag))]
  if (new Set(known.map(({ unit }) => unit)).size > 1)
    return noValue('some fields are calibrated and some are not')
  const first = known[0]
  if (first === undefined) return noValue(reasons.join('; ') || 'not measured')
  const values = known.map(({ value }) => value!)
  const missing =
    known.length < fieldCount
      ? `${fieldCount - known.length} of ${fieldCount} fields without a value: ${reasons.join('; ')}`
      : null
  if (values.length === 1) {
    const { low, high } = first
    const text =
      low === null ? 'one field only, without an interval' : 'one field only: the interval is within it'
    return { value: values[0]!, low, high, n: 1, flag: [text, missing].filter(Boolean).join('; ') }
  }
  const n = values.length
  const { measure } = first
  const standardError = standardDeviation(values) / Math.sqrt(n)
  const centre = mean(values)
  if (standardError === 0)
    return bareValue(
      centre,
      n,
      ['all fields have one value: the interval is unknown', missing].filter(Boolean).join('; '),
    )
  const result = withInterval(centre, standardError, n - 1, level, n, least[measure] ?? 0, most[measure])
  return { ...result, flag: missing }
}

/**
 * Each measure over the fields of one specimen: mean and t interval over fields at `level`, n = fields with a value
 * (ASTM E562, E1382: the field is what repeats). One field alone keeps its own interval, and the flag says so: it
 * does not hold the scatter from field to field. Measures in the order of the first field that has them.
 */
export function measureSpecimen(
  fields: readonly (readonly FieldFeature[])[],
  level: number,
): Omit<SpecimenFeature, 'specimenId' | 'specimenName'>[] {
  const byMeasure = new Map<FieldFeature['measure'], FieldFeature[]>()
  for (const feature of fields.flat()) {
    const list = byMeasure.get(feature.measure) ?? []
    list.push(feature)
    byMeasure.set(feature.measure, list)
  }
  return [...byMeasure].map(([measure, features]) => {
    const estimate = overFields(features, fields.length, level)
    const first = features.find(({ value }) => value !== null) ?? features[0]!
    return {
      measure,
      unit: first.unit,
      // One field's interval keeps the level it was made at.
      level: estimate.n === 1 ? first.level : level,
      method:
        estimate.n === 1 ? first.method : `mean over fields; t interval over fields; each: ${first.method}`,
      ...estimate,
    }
  })
}
