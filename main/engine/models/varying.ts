import { mean, standardDeviation } from '../math/index.ts'

/** The features that vary over the training rows, and what standardises them; `scale` is one over the sd. */
export interface Varying {
  readonly kept: Int32Array
  readonly centre: Float64Array
  readonly scale: Float64Array
}

/**
 * Centre and scale of each of `width` features over n rows (raw: n x width, NaN = missing, left out). A feature whose
 * sd is rounding against its mean is constant and is dropped.
 */
export function fitVarying(raw: Float64Array, n: number, width: number): Varying {
  const kept: number[] = []
  const centre: number[] = []
  const scale: number[] = []
  const column = new Float64Array(n)
  for (let f = 0; f < width; f++) {
    for (let i = 0; i < n; i++) column[i] = raw[i * width + f]!
    const present = column.filter((v) => !Number.isNaN(v))
    const sd = standardDeviation(present)
    const centreOf = mean(present)
    if (!(sd > 1e-9 * Math.max(1e-3, Math.abs(centreOf)))) continue
    kept.push(f)
    centre.push(centreOf)
    scale.push(1 / sd)
  }
  return {
    kept: Int32Array.from(kept),
    centre: Float64Array.from(centre),
    scale: Float64Array.from(scale),
  }
}
