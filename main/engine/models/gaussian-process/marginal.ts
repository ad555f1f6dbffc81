import { multiplyTransposed, transposeInto } from '../product.ts'
import { paddedSize, symmetricInverse } from './symmetric-inverse.ts'

const LN_2PI = Math.log(2 * Math.PI)

/**
 * Log marginal likelihood of a Gaussian process with covariance a² exp(−½ Σ_d (x_d − x'_d)²/ℓ_d²) + s² I and mean 0
 * (Rasmussen & Williams 2006, eq. 5.8 and 5.9). Parameters: ln ℓ_d (width of them), ln a, ln s².
 */
export interface MarginalLikelihood {
  /** The value, or null where the covariance is not positive definite; the gradient goes into `gradient`. */
  evaluate(parameters: Float64Array, gradient: Float64Array): number | null
}

/** x: n x width features; y: n targets. */
export function marginalLikelihood(x: Float64Array, y: Float64Array, width: number): MarginalLikelihood {
  const n = y.length
  const size = paddedSize(n)
  const scaled = new Float64Array(size * width)
  const transposed = new Float64Array(width * size)
  const products = new Float64Array(size * size)
  const kernel = new Float64Array(size * size)
  const system = new Float64Array(size * size)
  const inverse = new Float64Array(size * size)
  const weighted = new Float64Array(size * width)
  const alpha = new Float64Array(size)
  const solver = symmetricInverse(size)

  return {
    evaluate(parameters, gradient) {
      const amplitude = Math.exp(2 * parameters[width]!)
      const noise = Math.exp(parameters[width + 1]!)
      for (let d = 0; d < width; d++) {
        const reach = Math.exp(-parameters[d]!)
        for (let i = 0; i < n; i++) scaled[i * width + d] = x[i * width + d]! * reach
      }
      multiplyTransposed(scaled, scaled, products, size, size, width)
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < i; j++) {
          const distance = products[i * size + i]! + products[j * size + j]! - 2 * products[i * size + j]!
          const value = i < n ? amplitude * Math.exp(-0.5 * Math.max(0, distance)) : 0
          kernel[i * size + j] = value
          kernel[j * size + i] = value
          system[i * size + j] = value
        }
        kernel[i * size + i] = i < n ? amplitude : 0
        system[i * size + i] = i < n ? amplitude + noise : 1
      }
      const logDeterminant = solver.invert(system, inverse)
      if (logDeterminant === null) return null
      let fit = 0
      for (let i = 0; i < n; i++) {
        let sum = 0
        for (let j = 0; j < n; j++) sum += inverse[i * size + j]! * y[j]!
        alpha[i] = sum
        fit += sum * y[i]!
      }
      // M = (ααᵀ − K⁻¹) ∘ K, in place of the kernel; all derivatives but that of the noise are sums over it.
      let trace = 0
      let total = 0
      gradient.fill(0)
      for (let i = 0; i < n; i++) {
        const row = i * size
        trace += alpha[i]! * alpha[i]! - inverse[row + i]!
        let sum = 0
        for (let j = 0; j < n; j++) {
          const value = (alpha[i]! * alpha[j]! - inverse[row + j]!) * kernel[row + j]!
          kernel[row + j] = value
          sum += value
        }
        total += sum
        for (let d = 0; d < width; d++) gradient[d]! += sum * scaled[at(i, d)]! ** 2
      }
      transposeInto(scaled, transposed, size, width)
      multiplyTransposed(kernel, transposed, weighted, size, width, size)
      for (let i = 0; i < n; i++)
        for (let d = 0; d < width; d++) gradient[d]! -= scaled[at(i, d)]! * weighted[at(i, d)]!
      gradient[width] = total
      gradient[width + 1] = 0.5 * noise * trace
      return -0.5 * (fit + logDeterminant + n * LN_2PI)
    },
  }

  function at(i: number, d: number): number {
    return i * width + d
  }
}
