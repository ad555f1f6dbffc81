import { describe, expect, it } from 'vitest'
import { randomStream } from '../../../../main/engine/math/index.ts'
import { adam } from '../../../../main/engine/models/adam.ts'
import { workspace } from '../../../../main/engine/models/base-network.ts'
import type { Shape } from '../../../../main/engine/models/base-network.ts'
import { batchLoss, startParameters } from '../../../../main/engine/models/member.ts'
import {
  cubaturePoints,
  marginalKl,
  modulate,
  modulateBackward,
} from '../../../../main/engine/models/modulation.ts'
import { splitParameters } from '../../../../main/engine/models/network-predict.ts'
import { multiplyTransposed, transposeInto } from '../../../../main/engine/models/product.ts'

describe('matrix product', () => {
  it('equals the plain triple loop for shapes that do not divide by the tile', () => {
    const stream = randomStream(1)
    for (const [n, m, k] of [
      [1, 1, 1],
      [4, 8, 3],
      [5, 7, 6],
      [13, 2, 9],
    ] as const) {
      const a = Float64Array.from({ length: n * k }, () => stream.normal())
      const b = Float64Array.from({ length: m * k }, () => stream.normal())
      const bias = Float64Array.from({ length: m }, () => stream.normal())
      const c = new Float64Array(n * m)
      multiplyTransposed(a, b, c, n, m, k, bias)
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < m; j++) {
          let sum = bias[j]!
          for (let p = 0; p < k; p++) sum += a[i * k + p]! * b[j * k + p]!
          expect(c[i * m + j]).toBeCloseTo(sum, 12)
        }
      }
    }
  })
})

describe('gradient of the training loss', () => {
  it('agrees with central differences in every parameter, with a missing target', () => {
    const shape: Shape = { features: 3, hidden: 5, outputs: 2, latent: 2 }
    const stream = randomStream(5)
    const n = 6
    const x = Float64Array.from({ length: n * 3 }, () => stream.normal())
    const y = Float64Array.from({ length: n * 2 }, () => stream.normal())
    y[3] = Number.NaN
    const xT = new Float64Array(x.length)
    transposeInto(x, xT, n, 3)
    const z = Float64Array.of(0.4, -1.1, -0.4, 1.1)
    const flat = startParameters(shape, stream)
    const gradient = new Float64Array(flat.length)
    const space = workspace(shape, n)
    const value = (): number => {
      const scratch = splitParameters(new Float64Array(flat.length), shape)
      const { data, kl } = batchLoss(
        shape,
        splitParameters(flat, shape),
        scratch,
        space,
        { n, x, y },
        xT,
        z,
        0.02,
      )
      return data + kl
    }
    batchLoss(
      shape,
      splitParameters(flat, shape),
      splitParameters(gradient, shape),
      space,
      { n, x, y },
      xT,
      z,
      0.02,
    )
    const step = 1e-5
    for (let i = 0; i < flat.length; i++) {
      const kept = flat[i]!
      flat[i] = kept + step
      const above = value()
      flat[i] = kept - step
      const below = value()
      flat[i] = kept
      const numeric = (above - below) / (2 * step)
      expect(Math.abs(gradient[i]! - numeric)).toBeLessThan(1e-7 + 1e-6 * Math.abs(numeric))
    }
  })
})

describe('variational machinery on a linear base with known noise', () => {
  it('reaches the closed-form posterior mean and variances on an orthogonal design', () => {
    // Columns of different length, mutually orthogonal: the posterior covariance is diagonal, as the KL assumes.
    const d = 4
    const n = 8
    const signs = [
      [1, 1, 1, 1, 1, 1, 1, 1],
      [1, -1, 1, -1, 1, -1, 1, -1],
      [1, 1, -1, -1, 1, 1, -1, -1],
      [1, -1, -1, 1, 1, -1, -1, 1],
    ]
    const x = Float64Array.from(
      { length: n * d },
      (_, i) => signs[i % d]![Math.floor(i / d)]! * (0.2 + 0.4 * (i % d)),
    )
    const stream = randomStream(2)
    const truth = [0.5, -0.2, 0.3, 0.1]
    const noise = 0.5
    const priorSd = 0.3
    const y = Float64Array.from({ length: n }, (_, r) =>
      truth.reduce((sum, w, j) => sum + w * x[r * d + j]!, noise * stream.normal()),
    )
    const flat = Float64Array.from({ length: d + d * d }, () => 0.2 * stream.normal())
    const gradient = new Float64Array(flat.length)
    const [mean, factors] = [flat.subarray(0, d), flat.subarray(d)]
    const [meanGradient, factorsGradient] = [gradient.subarray(0, d), gradient.subarray(d)]
    const points = cubaturePoints(d, randomStream(3))
    const update = adam(new Float64Array(flat.length).fill(0.01), new Float64Array(flat.length))
    const gamma = new Float64Array(d)
    const steps = 4000
    for (let step = 0; step < steps; step++) {
      gradient.fill(0)
      for (let p = 0; p < 2 * d; p++) {
        const z = points.subarray(p * d, (p + 1) * d)
        modulate(mean, factors, z, gamma)
        const inGamma = new Float64Array(d)
        for (let r = 0; r < n; r++) {
          let residual = -y[r]!
          for (let j = 0; j < d; j++) residual += gamma[j]! * x[r * d + j]!
          for (let j = 0; j < d; j++) inGamma[j]! += (residual * x[r * d + j]!) / (noise * noise) / (2 * d)
        }
        modulateBackward(inGamma, z, meanGradient, factorsGradient)
      }
      marginalKl(mean, factors, d, priorSd, 1, meanGradient, factorsGradient)
      update.step(flat, gradient, 1 - step / steps)
    }
    for (let j = 0; j < d; j++) {
      let square = 0
      let cross = 0
      for (let r = 0; r < n; r++) {
        square += x[r * d + j]! ** 2
        cross += x[r * d + j]! * y[r]!
      }
      const variance = 1 / (square / noise ** 2 + 1 / priorSd ** 2)
      let learnt = 0
      for (let k = 0; k < d; k++) learnt += factors[k * d + j]! ** 2
      expect(mean[j]).toBeCloseTo((variance * cross) / noise ** 2, 3)
      expect(Math.abs(learnt / variance - 1)).toBeLessThan(0.01)
    }
  })

  it('cubature points have mean 0 and covariance I exactly', () => {
    const k = 5
    const points = cubaturePoints(k, randomStream(9))
    for (let a = 0; a < k; a++) {
      for (let b = 0; b < k; b++) {
        let sum = 0
        for (let p = 0; p < 2 * k; p++) sum += points[p * k + a]! * points[p * k + b]!
        expect(sum / (2 * k)).toBeCloseTo(a === b ? 1 : 0, 10)
      }
    }
  })

  it('KL of the prior from itself is 0', () => {
    const zero = new Float64Array(2)
    const kl = marginalKl(
      zero,
      Float64Array.of(0.3, 0.3),
      1,
      0.3,
      1,
      new Float64Array(2),
      new Float64Array(2),
    )
    expect(kl).toBeCloseTo(0, 8)
  })
})
