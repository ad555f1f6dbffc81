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

export const modelNames: Readonly<Record<ModelKind, string>> = {
  bhn: 'Bayesian hypernetwork',
  ridge: 'ridge regression',
  mean: 'mean of the training rows',
}

/** First letter as a sentence has it; names of columns and units stay as they are elsewhere. */
export function sentenceStart(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
