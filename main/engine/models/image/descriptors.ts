import { chordDescriptors } from './chords.ts'
import { coOccurrenceDescriptors } from './co-occurrence.ts'
import { correlationDescriptors } from './correlation.ts'
import { histogramDescriptors } from './histogram.ts'
import { patternDescriptors } from './local-pattern.ts'
import type { Picture } from './picture.ts'

export interface Descriptors {
  readonly names: readonly string[]
  readonly values: Float64Array
}

/**
 * What a model may know of a specimen that sees nothing but its micrograph: grey-level statistics, co-occurrence texture
 * (Haralick et al. 1973), local binary patterns (Ojala et al. 2002), autocorrelation, and chord lengths of the bright and
 * dark phase. Lengths are in pixels of the picture. A picture of one grey level has defined values everywhere.
 */
export function imageDescriptors(picture: Picture): Descriptors {
  const parts = [
    histogramDescriptors(picture),
    coOccurrenceDescriptors(picture),
    patternDescriptors(picture),
    correlationDescriptors(picture),
    chordDescriptors(picture),
  ]
  return {
    names: parts.flatMap((part) => part.map(([name]) => name)),
    values: Float64Array.from(parts.flatMap((part) => part.map(([, value]) => value))),
  }
}
