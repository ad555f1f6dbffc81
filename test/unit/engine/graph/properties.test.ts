import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  broadcastShapes,
  gradients,
  GraphBuilder,
  initialState,
  referenceExecutor,
  sizeOf,
  trainingStep,
  type Shape,
} from '../../../../main/engine/graph/index.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'

/** A pair of shapes that broadcast: axes of one are dropped in front or made 1. */
const shapePair = fc
  .array(fc.record({ size: fc.integer({ min: 1, max: 4 }), left: fc.boolean(), right: fc.boolean() }), {
    minLength: 0,
    maxLength: 4,
  })
  .chain((axes) =>
    fc.record({
      a: fc.constant(axes.map(({ size, left }) => (left ? size : 1))),
      b: fc
        .nat({ max: axes.length })
        .map((dropped) => axes.slice(dropped).map(({ size, right }) => (right ? size : 1))),
    }),
  )

const drawn = (seed: number, shape: Shape): Float32Array => {
  const stream = randomStream(seed, 'values')
  return Float32Array.from({ length: sizeOf(shape) }, () => stream.normal())
}

/** Value at each index, by the definition of broadcasting: index by index, axes of length 1 stay at 0. */
function naive(
  a: Float32Array,
  shapeA: Shape,
  b: Float32Array,
  shapeB: Shape,
  f: (x: number, y: number) => number,
) {
  const shape = broadcastShapes(shapeA, shapeB)
  const offset = (index: readonly number[], own: Shape): number =>
    own.reduce((at, axis, i) => at * axis + (axis === 1 ? 0 : index[i + shape.length - own.length]!), 0)
  return Array.from({ length: sizeOf(shape) }, (_, flat) => {
    const index: number[] = []
    let rest = flat
    for (let i = shape.length - 1; i >= 0; i--) {
      index.unshift(rest % shape[i]!)
      rest = Math.floor(rest / shape[i]!)
    }
    return f(a[offset(index, shapeA)]!, b[offset(index, shapeB)]!)
  })
}

describe('broadcasting', () => {
  it('gives what its definition says, whichever side is smaller', () => {
    fc.assert(
      fc.property(shapePair, fc.nat(), ({ a, b }, seed) => {
        const builder = new GraphBuilder()
        const [p, q] = [builder.data('a', a), builder.data('b', b)]
        const outputs = [builder.plus(p, q), builder.minus(q, p)]
        const inputs = { a: drawn(seed, a), b: drawn(seed + 1, b) }
        const [sum, difference] = referenceExecutor.evaluator(builder.graph, outputs).run(inputs)
        expect([...sum!]).toEqual(naive(inputs.a, a, inputs.b, b, (x, y) => Math.fround(x + y)))
        expect([...difference!]).toEqual(naive(inputs.b, b, inputs.a, a, (x, y) => Math.fround(x - y)))
      }),
    )
  })

  it('gives each operand a gradient that counts how often it was used', () => {
    fc.assert(
      fc.property(shapePair, ({ a, b }) => {
        const builder = new GraphBuilder()
        const [p, q] = [builder.parameter('a', a), builder.parameter('b', b)]
        const both = builder.plus(p, q)
        const nodes = gradients(builder, builder.sum(both), [p, q])
        const values = referenceExecutor
          .evaluator(builder.graph, nodes)
          .run({}, { a: drawn(1, a), b: drawn(2, b) })
        const size = sizeOf(builder.shape(both))
        expect(values[0]!.every((g) => g === size / sizeOf(a))).toBe(true)
        expect(values[1]!.every((g) => g === size / sizeOf(b))).toBe(true)
      }),
    )
  })

  it('of matrices is the stack of their products', () => {
    fc.assert(
      fc.property(
        fc.record({
          s: fc.integer({ min: 1, max: 3 }),
          m: fc.integer({ min: 1, max: 6 }),
          k: fc.integer({ min: 1, max: 6 }),
          n: fc.integer({ min: 1, max: 6 }),
        }),
        fc.boolean(),
        ({ s, m, k, n }, shared) => {
          const builder = new GraphBuilder()
          const shapeB = shared ? [k, n] : [s, k, n]
          const [p, q] = [builder.data('a', [s, m, k]), builder.data('b', shapeB)]
          const [a, b] = [drawn(3, [s, m, k]), drawn(4, shapeB)]
          const [c] = referenceExecutor.evaluator(builder.graph, [builder.matmul(p, q)]).run({ a, b })
          for (let i = 0; i < s * m; i++)
            for (let j = 0; j < n; j++) {
              let sum = 0
              const at = shared ? 0 : Math.floor(i / m) * k * n
              for (let l = 0; l < k; l++) sum += a[i * k + l]! * b[at + l * n + j]!
              expect(c![i * n + j]).toBe(Math.fround(sum))
            }
        },
      ),
    )
  })
})

describe('AdamW', () => {
  it('takes first a step of the rate against the sign of each gradient, and shrinks by the decay', () => {
    const b = new GraphBuilder()
    const w = b.parameter('w', [3])
    const loss = b.sum(b.times(w, b.constant([2, -0.5, 1e-3], [3])))
    const step = trainingStep(b, loss, [{ name: 'w', rate: 0.5, decay: 0.1 }])
    const trainer = referenceExecutor.trainer(step, initialState({ w: Float32Array.of(1, 1, 1) }), {})
    trainer.run({ count: 1, rates: Float32Array.of(0.02), inputs: {} })
    const kept = 1 - 0.01 * 0.1
    const moved = [...trainer.state().parameters['w']!]
    expect(moved[0]).toBeCloseTo(kept - 0.01, 6)
    expect(moved[1]).toBeCloseTo(kept + 0.01, 6)
    expect(moved[2]).toBeCloseTo(kept - 0.01, 6)
  })

  it('finds the least squares fit', () => {
    const b = new GraphBuilder()
    const [n, d] = [30, 3]
    const x = drawn(5, [n, d])
    const truth = [0.7, -1.2, 0.4]
    const y = Float32Array.from({ length: n }, (_, i) =>
      truth.reduce((sum, c, j) => sum + c * x[i * d + j]!, 0),
    )
    const error = b.minus(b.matmul(b.data('x', [n, d]), b.parameter('w', [d, 1])), b.data('y', [n, 1]))
    const step = trainingStep(b, b.mean(b.unary('square', error)), [{ name: 'w', rate: 1, decay: 0 }])
    const trainer = referenceExecutor.trainer(step, initialState({ w: new Float32Array(d) }), { x, y })
    const rates = Float32Array.from({ length: 600 }, (_, i) => 0.05 * (1 - i / 600))
    const losses = trainer.run({ count: 600, rates, inputs: {} })
    expect(losses[599]).toBeLessThan(1e-8)
    truth.forEach((c, j) => {
      expect(trainer.state().parameters['w']![j]).toBeCloseTo(c, 3)
    })
  })
})
