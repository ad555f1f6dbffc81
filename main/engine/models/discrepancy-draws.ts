import { choleskySolve, matrix, randomStream } from '../math/index.ts'
import type { Discrepancy } from './discrepancy.ts'
import { multiplyTransposed } from './product.ts'
import { kernelValue, project, projections, similarity, sketch, SKETCH } from './quadratic-kernel.ts'

/**
 * Draws of δ given the specimens: at n rows of features a result count x n x m, standardised, and draw s is one function
 * at every call. A draw of the prior is conditioned by Matheron's rule (Wilson et al. 2020):
 * δ = g − kᵀ(K + λI)⁻¹(g(X) + ε). What does not depend on the rows is made once.
 */
export function discrepancyDraws(
  discrepancy: Discrepancy,
  count: number,
): (x: Float64Array, n: number) => Float64Array {
  const { kernel, outputs, seed } = discrepancy
  const m = outputs.length
  const random = projections(kernel, randomStream(seed, 'discrepancy projections'))
  const prepared = outputs.map(({ anchors, factor, reach, noise, amplitude }, j) => {
    const size = anchors.length / kernel.width
    const own = ownVariance(anchors, size, reach)
    const products = sketch(project(kernel, random, anchors, size), random, reach, own)
    const system = matrix(size, size, Float64Array.from(factor))
    const weights = new Float64Array(count * SKETCH)
    const corrections = new Float64Array(count * size)
    for (let s = 0; s < count; s++) {
      const stream = randomStream(seed, `discrepancy ${j} draw ${s}`)
      const w = weights.subarray(s * SKETCH, (s + 1) * SKETCH)
      for (let r = 0; r < SKETCH; r++) w[r] = stream.normal()
      const prior = new Float64Array(size)
      multiplyTransposed(products, w, prior, size, 1, SKETCH)
      for (let a = 0; a < size; a++) prior[a]! += Math.sqrt(noise) * stream.normal()
      corrections.set(choleskySolve(system, prior), s * size)
    }
    return { anchors, size, reach, scale: Math.sqrt(amplitude), weights, corrections }
  })

  return (x, n) => {
    const out = new Float64Array(count * n * m)
    const projected = project(kernel, random, x, n)
    prepared.forEach(({ anchors, size, reach, scale, weights, corrections }, j) => {
      const products = sketch(projected, random, reach, ownVariance(x, n, reach))
      const cross = new Float64Array(n * size)
      multiplyTransposed(x, anchors, cross, n, size, kernel.width)
      for (let i = 0; i < n * size; i++) cross[i] = kernelValue(cross[i]! / kernel.power, reach)
      const prior = new Float64Array(n * count)
      const known = new Float64Array(n * count)
      multiplyTransposed(products, weights, prior, n, count, SKETCH)
      multiplyTransposed(cross, corrections, known, n, count, size)
      for (let i = 0; i < n; i++)
        for (let s = 0; s < count; s++)
          out[(s * n + i) * m + j] = scale * (prior[i * count + s]! - known[i * count + s]!)
    })
    return out
  }

  function ownVariance(rows: Float64Array, n: number, reach: number): Float64Array {
    return Float64Array.from({ length: n }, (_, i) =>
      kernelValue(similarity(kernel, rows, i, rows, i), reach),
    )
  }
}
