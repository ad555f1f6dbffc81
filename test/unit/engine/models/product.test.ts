import { describe, expect, it } from 'vitest'
import { randomStream } from '../../../../main/engine/math/index.ts'
import { multiplyTransposed } from '../../../../main/engine/models/product.ts'

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
