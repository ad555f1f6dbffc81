import { GraphBuilder, sizeOf } from '../../main/engine/graph/index.ts'
import type { NodeId, Shape, Tensor, UnaryOp } from '../../main/engine/graph/index.ts'
import { randomStream } from '../../main/engine/math/index.ts'

/** A small graph around one op: what it gives, and the values of its parameters and inputs. */
export interface BuiltCase {
  readonly builder: GraphBuilder
  readonly node: NodeId
  /** The parameters that `node` has a gradient by. */
  readonly wanted: readonly NodeId[]
  readonly parameters: Record<string, Float32Array>
  readonly inputs: Record<string, Tensor>
}

export interface OpCase {
  readonly name: string
  build(): BuiltCase
}

class CaseBuilder {
  readonly builder = new GraphBuilder()
  readonly wanted: NodeId[] = []
  readonly parameters: Record<string, Float32Array> = {}
  readonly inputs: Record<string, Tensor> = {}
  private readonly stream

  constructor(name: string) {
    this.stream = randomStream(7, name)
  }

  /** Uniform on ±(0.15..range), so that kinks at 0 are not within a finite difference. */
  signed(shape: Shape, range = 1.5): NodeId {
    return this.parameter(shape, () => {
      const value = 0.15 + (range - 0.15) * this.stream.uniform()
      return this.stream.uniform() < 0.5 ? -value : value
    })
  }

  positive(shape: Shape): NodeId {
    return this.parameter(shape, () => 0.5 + 1.5 * this.stream.uniform())
  }

  parameter(shape: Shape, draw: (i: number) => number): NodeId {
    const name = `p${this.wanted.length}`
    const node = this.builder.parameter(name, shape)
    this.wanted.push(node)
    this.parameters[name] = Float32Array.from({ length: sizeOf(shape) }, (_, i) => draw(i))
    return node
  }

  table(name: string, shape: Shape): NodeId {
    this.inputs[name] = Float32Array.from({ length: sizeOf(shape) }, () => this.stream.normal())
    return this.builder.data(name, shape)
  }

  rows(name: string, rows: readonly number[]): NodeId {
    this.inputs[name] = Int32Array.from(rows)
    return this.builder.fed(name, [rows.length], 'i32')
  }
}

const opCase = (name: string, make: (c: CaseBuilder, b: GraphBuilder) => NodeId): OpCase => ({
  name,
  build() {
    const c = new CaseBuilder(name)
    const node = make(c, c.builder)
    return { builder: c.builder, node, wanted: c.wanted, parameters: c.parameters, inputs: c.inputs }
  },
})

const everywhere: readonly UnaryOp[] = [
  'neg',
  'exp',
  'square',
  'abs',
  'tanh',
  'sigmoid',
  'silu',
  'relu',
  'softplus',
  'erf',
  'step',
]

const pairs: readonly (readonly [Shape, Shape])[] = [
  [
    [3, 4],
    [3, 4],
  ],
  [[3, 4], [4]],
  [[4], [3, 4]],
  [
    [3, 1],
    [1, 4],
  ],
  [
    [2, 3, 4],
    [3, 1],
  ],
  [
    [2, 1, 4],
    [5, 1],
  ],
  [[], [2, 3]],
  [[2, 3], []],
  [[1], [2, 1]],
]

const products: readonly { readonly a: Shape; readonly b: Shape }[] = [
  { a: [3, 4], b: [4, 5] },
  { a: [1, 7], b: [7, 1] },
  { a: [2, 3, 4], b: [2, 4, 5] },
  { a: [2, 3, 4], b: [4, 5] },
  { a: [3, 4], b: [2, 4, 5] },
  { a: [2, 1, 3, 4], b: [3, 4, 2] },
  { a: [1, 3, 4], b: [2, 4, 1] },
]

const swapped = (shape: Shape): Shape => [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!]
const text = (shape: Shape): string => `[${shape.join(',')}]`

/** Every op with every kind of shape that it takes: shared by the tests of reverse rules and of executors. */
export const opCases: readonly OpCase[] = [
  ...everywhere.map((op) => opCase(op, (c, b) => b.unary(op, c.signed([3, 5])))),
  ...(['log', 'sqrt'] as const).map((op) => opCase(op, (c, b) => b.unary(op, c.positive([3, 5])))),
  opCase('unary of a scalar', (c, b) => b.unary('tanh', c.signed([]))),
  ...(['add', 'sub', 'mul', 'div'] as const).flatMap((op) =>
    pairs.map(([p, q]) =>
      opCase(`${op} ${text(p)} ${text(q)}`, (c, b) =>
        b.binary(op, c.signed(p), op === 'div' ? c.positive(q) : c.signed(q)),
      ),
    ),
  ),
  opCase('a node used twice', (c, b) => {
    const x = c.signed([2, 3])
    return b.times(b.unary('tanh', x), b.plus(x, x))
  }),
  opCase('clip', (c, b) =>
    b.clip(
      c.parameter([6], (i) => i * 0.4 - 1.1),
      -0.8,
      0.6,
    ),
  ),
  opCase('clip open above', (c, b) => b.clip(c.signed([6]), 0, Infinity)),
  ...products.flatMap(({ a, b: right }) =>
    [0, 1, 2, 3].map((flags) => {
      const transposeA = (flags & 1) === 1
      const transposeB = (flags & 2) === 2
      return opCase(
        `matmul ${text(a)} ${text(right)}${transposeA ? ' transposeA' : ''}${transposeB ? ' transposeB' : ''}`,
        (c, b) =>
          b.matmul(c.signed(transposeA ? swapped(a) : a), c.signed(transposeB ? swapped(right) : right), {
            transposeA,
            transposeB,
          }),
      )
    }),
  ),
  opCase('sum of all', (c, b) => b.sum(c.signed([2, 3, 4]))),
  opCase('sum of axis 0', (c, b) => b.sum(c.signed([2, 3, 4]), [0])),
  opCase('sum of axis 1, kept', (c, b) => b.sum(c.signed([2, 3, 4]), [1], true)),
  opCase('sum of axes 0 and 2', (c, b) => b.sum(c.signed([2, 3, 4]), [0, 2])),
  opCase('sum of axis of length 1', (c, b) => b.sum(c.signed([3, 1]), [1])),
  opCase('sum over no axis', (c, b) => b.sum(c.signed([3, 2]), [])),
  opCase('mean', (c, b) => b.mean(c.signed([3, 4]), [1])),
  opCase('reshape', (c, b) => b.reshape(c.signed([3, 4]), [2, 1, 6])),
  opCase('transpose 2', (c, b) => b.transpose(c.signed([3, 4]), [1, 0])),
  opCase('transpose 3', (c, b) => b.transpose(c.signed([2, 3, 4]), [2, 0, 1])),
  opCase('broadcast', (c, b) => b.broadcast(c.signed([3, 1]), [2, 3, 4])),
  opCase('broadcast of a scalar', (c, b) => b.broadcast(c.signed([]), [2, 3])),
  opCase('slice', (c, b) => b.slice(c.signed([3, 5, 2]), 1, 1, 4)),
  opCase('slices side by side', (c, b) => {
    const x = c.signed([2, 7])
    return b.plus(b.slice(x, 1, 0, 3), b.unary('tanh', b.slice(x, 1, 3, 6)))
  }),
  opCase('slices over each other and the whole', (c, b) => {
    const x = c.signed([6])
    const both = b.times(b.slice(x, 0, 0, 4), b.slice(x, 0, 2, 6))
    return b.plus(b.sum(both), b.sum(b.unary('square', x)))
  }),
  opCase('pad', (c, b) => b.pad(c.signed([3, 4]), 0, 2, 1)),
  opCase('pad last axis', (c, b) => b.pad(c.signed([2, 3]), 1, 0, 2)),
  opCase('concat', (c, b) => b.concat([c.signed([2, 3]), c.signed([2, 1]), c.signed([2, 2])], 1)),
  opCase('concat of a node with itself', (c, b) => {
    const x = c.signed([2, 3])
    return b.concat([x, x], 0)
  }),
  opCase('gather', (c, b) =>
    b.times(b.gather(c.table('table', [4, 3]), c.rows('rows', [3, 0, 3, 1])), c.signed([4, 3])),
  ),
  opCase('softmax', (c, b) => b.softmax(c.signed([3, 4], 3))),
  opCase('softmax 3', (c, b) => b.softmax(c.signed([2, 2, 3], 3))),
  opCase('logSoftmax', (c, b) => b.logSoftmax(c.signed([3, 4], 3))),
  ...[
    { stride: 1, padding: 0, dilation: 1 },
    { stride: 1, padding: 1, dilation: 1 },
    { stride: 2, padding: 1, dilation: 1 },
    { stride: 3, padding: 1, dilation: 1 },
    { stride: 1, padding: 2, dilation: 2 },
    { stride: 2, padding: 1, dilation: 2 },
  ].map((setting) =>
    opCase(`conv2d ${JSON.stringify(setting)}`, (c, b) =>
      b.conv2d(c.signed([2, 2, 7, 8]), c.signed([3, 2, 3, 2]), setting),
    ),
  ),
  opCase('many-channel conv2d', (c, b) =>
    b.conv2d(c.signed([2, 9, 4, 5]), c.signed([8, 9, 3, 3]), { padding: 1 }),
  ),
  ...[
    { stride: 1, padding: 0, outputPadding: 0 },
    { stride: 2, padding: 1, outputPadding: 0 },
    { stride: 2, padding: 1, outputPadding: 1 },
    { stride: 3, padding: 0, outputPadding: 2 },
  ].map((setting) =>
    opCase(`convTranspose2d ${JSON.stringify(setting)}`, (c, b) =>
      b.convTranspose2d(c.signed([2, 3, 3, 4]), c.signed([3, 2, 3, 4]), setting),
    ),
  ),
]

/** The case's node as a scalar loss: its elements weighted unevenly, so that no error cancels. */
export function weighted({ builder, node }: BuiltCase): NodeId {
  const shape = builder.shape(node)
  const weights = Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.cos(1 + i * 1.3))
  return builder.sum(builder.times(node, builder.constant(weights, shape)))
}
