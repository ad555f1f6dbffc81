import type { MeasureKey, ModelKind } from '../contract/index.ts'

/** The measures as axes and table heads name them. */
export const measureNames: Readonly<Record<MeasureKey, string>> = {
  areaFraction: 'area fraction',
  objectCount: 'object count',
  numberDensity: 'number density',
  equivalentCircleDiameterMean: 'mean equivalent circle diameter',
  equivalentCircleDiameterMedian: 'median equivalent circle diameter',
  equivalentCircleDiameterCv: 'CV of equivalent circle diameter',
  aspectRatioMean: 'mean aspect ratio',
  circularityMean: 'mean circularity',
  nearestNeighbourDistanceMean: 'mean nearest-neighbour distance',
  meanLinealIntercept: 'mean lineal intercept',
}

/** A column as people read it: a measure by its name, a column of the lab's own table as the lab wrote it. */
export function columnName(key: string): string {
  return Object.hasOwn(measureNames, key) ? measureNames[key as MeasureKey] : key
}

const measureKeys = new RegExp(`\\b(?:${Object.keys(measureNames).join('|')})\\b`, 'g')

/** A sentence of the engine, which says measures by their key, with their names instead. */
export function namedMeasures(text: string): string {
  return text.replace(measureKeys, columnName)
}

/** The method of a specimen's measure in two: how its fields were brought together (null for a lone field), and each. */
export function methodParts(method: string): { overFields: string | null; onField: string } {
  const [first = '', onField] = method.split('; each: ')
  return onField === undefined ? { overFields: null, onField: first } : { overFields: first, onField }
}

export const modelNames: Readonly<Record<ModelKind, string>> = {
  pool: 'blend of models',
  bhn: 'Bayesian hypernetwork',
  'bhn-raw': 'hypernetwork on raw inputs',
  forest: 'random forest',
  gp: 'Gaussian process',
  boosting: 'gradient boosting',
  ensemble: 'deep ensemble',
  dropout: 'MC dropout',
  ridge: 'ridge regression',
  mean: 'mean of the training rows',
}

/** First letter as a sentence has it; names of columns and units stay as they are elsewhere. */
export function sentenceStart(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
