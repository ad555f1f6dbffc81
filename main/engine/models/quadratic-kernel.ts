import type { RandomStream } from '../math/index.ts'
import { multiplyTransposed } from './product.ts'

/** Random products by which a draw of the prior is made; their number sets how near its variance is to the kernel's. */
export const SKETCH = 128

/**
 * Kernel of a Bayesian quadratic response surface: independent normal weights on the constant, on every feature and
 * on every product of two, k(u, v) = ((1 + u·v / (w ℓ²)) / (1 + 1/ℓ²))², where w is the mean of |u|² over the training
 * rows, so that a typical row has k(u, u) = 1. ℓ is the reach: large for a nearly plane response, small for a bent one.
 * Unlike a radial kernel it does not level off: its variance goes on growing where several inputs are extreme at once.
 */
export interface QuadraticKernel {
  readonly width: number
  /** w, the mean of |u|² over the training rows. */
  readonly power: number
}

/** u·v / w of row a of `left` and row b of `right`. */
export function similarity(
  kernel: QuadraticKernel,
  left: Float64Array,
  a: number,
  right: Float64Array,
  b: number,
): number {
  const { width, power } = kernel
  const i = a * width
  const j = b * width
  let sum = 0
  for (let k = 0; k < width; k++) sum += left[i + k]! * right[j + k]!
  return sum / power
}

/** k of a similarity at reach ℓ. */
export function kernelValue(similar: number, reach: number): number {
  const square = reach * reach
  return ((square + similar) / (square + 1)) ** 2
}

/** Random projections a_r, b_r of the features and of the constant; the same for every row and reach. */
export interface Projections {
  readonly first: Float64Array
  readonly second: Float64Array
  readonly firstConstant: Float64Array
  readonly secondConstant: Float64Array
}

export function projections(kernel: QuadraticKernel, stream: RandomStream): Projections {
  const normals = (count: number): Float64Array => Float64Array.from({ length: count }, () => stream.normal())
  return {
    first: normals(SKETCH * kernel.width),
    second: normals(SKETCH * kernel.width),
    firstConstant: normals(SKETCH),
    secondConstant: normals(SKETCH),
  }
}

/** a_r·u and b_r·u over √w of n rows, n x SKETCH each. */
export function project(
  kernel: QuadraticKernel,
  { first, second }: Projections,
  rows: Float64Array,
  n: number,
): { first: Float64Array; second: Float64Array } {
  const { width, power } = kernel
  const out = { first: new Float64Array(n * SKETCH), second: new Float64Array(n * SKETCH) }
  multiplyTransposed(rows, first, out.first, n, SKETCH, width)
  multiplyTransposed(rows, second, out.second, n, SKETCH, width)
  const scale = 1 / Math.sqrt(power)
  for (let i = 0; i < n * SKETCH; i++) {
    out.first[i]! *= scale
    out.second[i]! *= scale
  }
  return out
}

/**
 * Features of which a sum with independent standard normal weights is a draw of the prior: with ũ = (ℓ, u/√w)/√(ℓ² + 1)
 * the products (a_r·ũ)(b_r·ũ)/√R have (ũ·ṽ)² = k(u, v) as expected covariance. Each row is scaled so that its variance is
 * k(u, u) exactly. `variance` holds k(u, u); result n x SKETCH.
 */
export function sketch(
  projected: { first: Float64Array; second: Float64Array },
  { firstConstant, secondConstant }: Projections,
  reach: number,
  variance: Float64Array,
): Float64Array {
  const n = variance.length
  const out = new Float64Array(n * SKETCH)
  for (let i = 0; i < n; i++) {
    let square = 0
    for (let r = 0; r < SKETCH; r++) {
      const at = i * SKETCH + r
      const value =
        (projected.first[at]! + reach * firstConstant[r]!) *
        (projected.second[at]! + reach * secondConstant[r]!)
      out[at] = value
      square += value * value
    }
    const scale = Math.sqrt(variance[i]! / square)
    for (let r = 0; r < SKETCH; r++) out[i * SKETCH + r]! *= scale
  }
  return out
}
