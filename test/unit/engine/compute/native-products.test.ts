import { describe, expect, it } from 'vitest'
import { loadNative, nativeLevelsHere } from '../../../../main/engine/compute/native/index.ts'
import { GraphBuilder, sizeOf } from '../../../../main/engine/graph/index.ts'
import type { Shape } from '../../../../main/engine/graph/index.ts'
import { randomStream } from '../../../../main/engine/math/index.ts'

const values = (name: string, shape: Shape): Float32Array => {
  const stream = randomStream(3, name)
  return Float32Array.from({ length: sizeOf(shape) }, () => stream.normal())
}

interface Sizes {
  readonly stack: number
  readonly rows: number
  readonly inner: number
  readonly columns: number
}

/** Around the edges of register blocks, panels and packed parts; one row, one column, an inner axis of one. */
const sizes: readonly Sizes[] = [
  ...[1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 25].map((rows) => ({ stack: 1, rows, inner: 7, columns: 33 })),
  ...[1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 65].map((columns) => ({ stack: 2, rows: 6, inner: 5, columns })),
  ...[1, 2, 8, 191, 192, 193, 257, 300, 1025].map((inner) => ({ stack: 1, rows: 5, inner, columns: 9 })),
  { stack: 3, rows: 1, inner: 1, columns: 1 },
  { stack: 2, rows: 130, inner: 70, columns: 64 },
  { stack: 1, rows: 2, inner: 40, columns: 1300 },
  { stack: 1, rows: 20, inner: 33, columns: 1100 },
  { stack: 1, rows: 3, inner: 2100, columns: 20 },
  { stack: 1, rows: 40, inner: 1500, columns: 40 },
  { stack: 5, rows: 300, inner: 3, columns: 2 },
]

const label = ({ stack, rows, inner, columns }: Sizes): string => `${stack} x ${rows}·${inner}·${columns}`

/** C = A B (each maybe transposed) + bias, in float64. */
function expectedProduct(
  { stack, rows, inner, columns }: Sizes,
  a: Float32Array,
  b: Float32Array,
  bias: Float32Array,
  [transposeA, transposeB]: readonly [boolean, boolean],
): Float64Array {
  const out = new Float64Array(stack * rows * columns)
  for (let s = 0; s < stack; s++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        let sum = bias[j]!
        for (let k = 0; k < inner; k++) {
          const left = transposeA ? k * rows + i : i * inner + k
          const right = transposeB ? j * inner + k : k * columns + j
          sum += a[s * rows * inner + left]! * b[s * inner * columns + right]!
        }
        out[(s * rows + i) * columns + j] = sum
      }
  return out
}

describe.each(nativeLevelsHere())('products on %s', (level) => {
  it.each(sizes.map((size) => [label(size), size] as const))('%s, in all four layouts', (_, size) => {
    const { stack, rows, inner, columns } = size
    for (const flags of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      const b = new GraphBuilder()
      const left = b.data('a', [stack, ...(flags[0] ? [inner, rows] : [rows, inner])])
      const right = b.data('b', [stack, ...(flags[1] ? [columns, inner] : [inner, columns])])
      const bias = b.data('bias', [columns])
      const product = b.matmul(left, right, { transposeA: flags[0], transposeB: flags[1] })
      // Beside the biased product its square: one that runs on a finished block and one that is stored as it is.
      const outputs = [b.plus(product, bias), b.unary('square', product), product]
      const inputs = {
        a: values('a', [stack * rows * inner]),
        b: values('b', [stack * inner * columns]),
        bias: values('bias', [columns]),
      }
      const evaluator = loadNative(level)!.evaluator(b.graph, outputs)
      const [biased, squared, plain] = evaluator.run(inputs)
      evaluator.dispose()
      const expected = expectedProduct(size, inputs.a, inputs.b, inputs.bias, flags)
      const bound = 4e-7 * (inner + 4) + 1e-6
      let [worst, apart] = [0, 0]
      expected.forEach((value, i) => {
        worst = Math.max(worst, Math.abs(biased![i]! - value))
        apart = Math.max(
          apart,
          Math.abs(plain![i]! + inputs.bias[i % columns]! - biased![i]!),
          Math.abs(squared![i]! - plain![i]! ** 2) / (1 + plain![i]! ** 2),
        )
      })
      expect(worst, `transposed ${flags.join(', ')}`).toBeLessThanOrEqual(bound)
      expect(apart).toBeLessThanOrEqual(bound)
    }
  })

  it('rows scaled along the inner axis, of either operand, broadcast over the stack', () => {
    const [stack, rows, inner, columns] = [7, 19, 21, 10]
    const b = new GraphBuilder()
    const x = b.data('x', [rows, inner])
    const w = b.parameter('w', [inner, columns])
    const s = b.data('s', [stack, inner])
    const outputs = [
      b.matmul(b.times(x, b.reshape(s, [stack, 1, inner])), w),
      b.matmul(x, b.times(b.reshape(s, [stack, inner, 1]), w)),
    ]
    const inputs = { x: values('x', [rows, inner]), s: values('s', [stack, inner]) }
    const parameters = { w: values('w', [inner, columns]) }
    const evaluator = loadNative(level)!.evaluator(b.graph, outputs)
    const [byRows, byWeights] = evaluator.run(inputs, parameters)
    evaluator.dispose()
    for (let m = 0; m < stack; m++)
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < columns; j++) {
          let sum = 0
          for (let k = 0; k < inner; k++)
            sum += inputs.x[i * inner + k]! * inputs.s[m * inner + k]! * parameters.w[k * columns + j]!
          const at = (m * rows + i) * columns + j
          expect(Math.abs(byRows![at]! - sum)).toBeLessThan(1e-5)
          expect(Math.abs(byWeights![at]! - sum)).toBeLessThan(1e-5)
        }
  })

  it('of a row that is fed transposed, sliced and repeated', () => {
    const b = new GraphBuilder()
    const x = b.data('x', [6, 9, 4])
    const turned = b.transpose(b.slice(x, 1, 2, 7), [2, 0, 1])
    const w = b.broadcast(b.data('w', [1, 5, 3]), [4, 5, 3])
    const evaluator = loadNative(level)!.evaluator(b.graph, [b.matmul(turned, w)])
    const inputs = { x: values('x', [216]), w: values('w', [15]) }
    const [product] = evaluator.run(inputs)
    evaluator.dispose()
    for (let c = 0; c < 4; c++)
      for (let i = 0; i < 6; i++)
        for (let j = 0; j < 3; j++) {
          let sum = 0
          for (let k = 0; k < 5; k++) sum += inputs.x[(i * 9 + k + 2) * 4 + c]! * inputs.w[k * 3 + j]!
          expect(Math.abs(product![(c * 6 + i) * 3 + j]! - sum)).toBeLessThan(1e-5)
        }
  })
})
