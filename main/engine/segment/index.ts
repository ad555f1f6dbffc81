export type { GreyField, SegmentedField, Segmenter } from './segmenter.ts'
export { otsuThreshold } from './otsu.ts'
export { registerSegmenters, segmenters } from './registry.ts'
export { labelMask, segmentImage, type SegmentationResult } from './segment.ts'
