import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cholesky,
  choleskyInverse,
  choleskySolve,
  gram,
  matrix,
  multiply,
  randomStream,
} from '../../../../main/engine/math/index.ts'
import type { Matrix } from '../../../../main/engine/math/index.ts'

function positiveDefinite(n: number, seed: number): Matrix {
  const stream = randomStream(seed)
  const a = matrix(
    n + 3,
    n,
    Float64Array.from({ length: (n + 3) * n }, () => stream.normal()),
  )
  const g = gram(a)
  for (let i = 0; i < n; i++) g.data[i * n + i]! += 0.1
  return g
}

describe('matrix', () => {
  it('multiplies, and refuses shapes that do not fit', () => {
    const a = matrix(2, 2, Float64Array.of(1, 2, 3, 4))
    const b = matrix(2, 1, Float64Array.of(5, 6))
    expect([...multiply(a, b).data]).toEqual([17, 39])
    expect(() => multiply(b, a)).toThrow(RangeError)
    expect(() => matrix(2, 2, new Float64Array(3))).toThrow(RangeError)
  })

  it('Cholesky of a known matrix, and null where there is none', () => {
    const known = cholesky(matrix(2, 2, Float64Array.of(4, 2, 2, 5)))
    expect([...known!.data]).toEqual([2, 0, 1, 2])
    expect(cholesky(matrix(2, 2, Float64Array.of(1, 2, 2, 1)))).toBeNull()
    expect(cholesky(matrix(1, 1, Float64Array.of(Number.NaN)))).toBeNull()
  })

  it('factor, solution and inverse reproduce any positive definite matrix', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.integer(), (n, seed) => {
        const a = positiveDefinite(n, seed)
        const factor = cholesky(a)!
        const identity = multiply(a, choleskyInverse(factor))
        const stream = randomStream(seed, 'b')
        const b = Float64Array.from({ length: n }, () => stream.normal())
        const back = multiply(a, matrix(n, 1, Float64Array.from(choleskySolve(factor, b))))
        for (let i = 0; i < n; i++) {
          expect(back.data[i]).toBeCloseTo(b[i]!, 8)
          for (let j = 0; j < n; j++) expect(identity.data[i * n + j]).toBeCloseTo(i === j ? 1 : 0, 8)
        }
      }),
    )
  })
})
