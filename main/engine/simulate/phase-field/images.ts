import type { Alloy } from './types.ts'

/** Label image of a composition field: 1 where it is beta, past the middle between the phases, else 0. */
export function phaseLabels({ alpha, beta }: Alloy, composition: Float64Array): Uint8Array {
  const middle = (alpha + beta) / 2
  return Uint8Array.from(composition, (c) => (c > middle ? 1 : 0))
}

/** Grey image in proportion to composition (atomic-number contrast): alpha at 64, beta at 192 of 255, clipped. */
export function compositionGrey({ alpha, beta }: Alloy, composition: Float64Array): Uint8Array {
  return Uint8Array.from(composition, (c) =>
    Math.min(255, Math.max(0, Math.round(64 + (128 * (c - alpha)) / (beta - alpha)))),
  )
}
