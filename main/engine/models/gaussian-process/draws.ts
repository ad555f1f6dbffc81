import { randomStream } from '../../math/index.ts'
import { multiplyTransposed } from '../product.ts'
import type { Conditioned } from './conditioned.ts'
import type { ProcessOutput } from './gaussian-process.ts'

/** Frequencies of the random features; each gives a cosine and a sine. */
const FREQUENCIES = 512

/**
 * Joint draws of one process: `at(x, n, count)` gives count x n standardised values, and draw s is one function at every
 * call. A draw of the prior from random Fourier features (Rahimi & Recht 2007) is conditioned by Matheron's rule
 * (Wilson et al. 2020): f = g + k(x, X)(K + noise I)⁻¹(y − g(X) − ε). Its mean is exact, its variance up to the
 * features' error of about 1/√512 of the prior variance far from the data.
 */
export function processDraws(
  output: ProcessOutput,
  conditioned: Conditioned,
  seed: number,
  name: string,
): (x: Float64Array, n: number, count: number) => Float64Array {
  const { lengths, amplitude, noise, x: anchors, y } = output
  const width = lengths.length
  const rows = conditioned.rows
  const pairs = 2 * FREQUENCIES
  const stream = randomStream(seed, `${name} frequencies`)
  const frequencies = new Float64Array(FREQUENCIES * width)
  for (let r = 0; r < FREQUENCIES; r++)
    for (let d = 0; d < width; d++) frequencies[r * width + d] = stream.normal() / lengths[d]!
  let weights: Float64Array = new Float64Array(0)
  let corrections: Float64Array = new Float64Array(0)

  return (x, n, count) => {
    if (weights.length < count * pairs) prepare(count)
    const prior = new Float64Array(n * count)
    multiplyTransposed(waves(x, n), weights, prior, n, count, pairs)
    const known = new Float64Array(n * count)
    multiplyTransposed(conditioned.cross(x, n), corrections, known, n, count, rows)
    const out = new Float64Array(count * n)
    for (let i = 0; i < n; i++)
      for (let s = 0; s < count; s++) out[s * n + i] = prior[i * count + s]! + known[i * count + s]!
    return out
  }

  function prepare(count: number): void {
    weights = new Float64Array(count * pairs)
    const right = new Float64Array(count * rows)
    for (let s = 0; s < count; s++) {
      const own = randomStream(seed, `${name} draw ${s}`)
      for (let r = 0; r < pairs; r++) weights[s * pairs + r] = own.normal()
      for (let i = 0; i < rows; i++) right[s * rows + i] = y[i]! - Math.sqrt(noise) * own.normal()
    }
    const prior = new Float64Array(count * rows)
    multiplyTransposed(weights, waves(anchors, rows), prior, count, rows, pairs)
    for (let i = 0; i < right.length; i++) right[i]! -= prior[i]!
    corrections = conditioned.solve(right, count)
  }

  /** Random features of n rows, n x pairs, whose products are near the covariance. */
  function waves(x: Float64Array, n: number): Float64Array {
    const phase = new Float64Array(n * FREQUENCIES)
    multiplyTransposed(x, frequencies, phase, n, FREQUENCIES, width)
    const height = Math.sqrt(amplitude / FREQUENCIES)
    const out = new Float64Array(n * pairs)
    for (let i = 0; i < n; i++)
      for (let r = 0; r < FREQUENCIES; r++) {
        out[i * pairs + r] = height * Math.cos(phase[i * FREQUENCIES + r]!)
        out[i * pairs + FREQUENCIES + r] = height * Math.sin(phase[i * FREQUENCIES + r]!)
      }
    return out
  }
}
