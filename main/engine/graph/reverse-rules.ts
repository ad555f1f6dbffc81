import type { GraphBuilder } from './builder.ts'
import { reverseConv2d, reverseConvTranspose2d } from './reverse-convolution.ts'
import { sameShape } from './shapes.ts'
import type { GraphNode, NodeId, Shape } from './types.ts'

/** A gradient that is zero but for start..end−1 of one axis. */
export interface Part {
  readonly axis: number
  readonly start: number
  readonly end: number
  readonly node: NodeId
}

/** Sums a gradient over the axes along which its operand was broadcast, down to the operand's shape. */
export function reduceTo(b: GraphBuilder, gradient: NodeId, shape: Shape): NodeId {
  const from = b.shape(gradient)
  if (sameShape(from, shape)) return gradient
  const lead = from.length - shape.length
  const axes = from.flatMap((axis, i) => (i < lead || (shape[i - lead] === 1 && axis !== 1) ? [i] : []))
  return b.reshape(axes.length === 0 ? gradient : b.sum(gradient, axes), shape)
}

/**
 * Gives each input of node `id` that is `needed` its share of the gradient `g` of the loss by that node
 * (vector–Jacobian products; the textbook derivative of each op).
 */
export function reverseRule(
  b: GraphBuilder,
  id: NodeId,
  g: NodeId,
  needed: (input: NodeId) => boolean,
  give: (input: NodeId, share: NodeId | Part) => void,
): void {
  const node = b.node(id)
  const [x = -1, y = -1] = node.inputs
  const to = (input: NodeId, share: () => NodeId): void => {
    if (needed(input)) give(input, reduceTo(b, share(), b.shape(input)))
  }
  const one = (): NodeId => b.scalar(1)
  switch (node.op) {
    case 'input':
    case 'parameter':
    case 'constant':
    case 'step':
      return
    case 'gather':
      if (needed(x)) throw new Error('a gather has no gradient by its table')
      return
    case 'add':
      to(x, () => g)
      to(y, () => g)
      return
    case 'sub':
      to(x, () => g)
      to(y, () => b.unary('neg', g))
      return
    case 'mul':
      to(x, () => b.times(g, y))
      to(y, () => b.times(g, x))
      return
    case 'div':
      to(x, () => b.over(g, y))
      to(y, () => b.unary('neg', b.over(b.times(g, id), y)))
      return
    case 'slice':
      if (needed(x)) give(x, { axis: node.axis, start: node.start, end: node.end, node: g })
      return
    case 'concat':
      reverseConcat(b, node, node.axis, g, to)
      return
    case 'matmul':
      reverseMatmul(b, node, node, g, to)
      return
    case 'conv2d':
      reverseConv2d(b, node, node, g, to)
      return
    case 'convTranspose2d':
      reverseConvTranspose2d(b, node, node, g, to)
      return
    case 'neg':
      return to(x, () => b.unary('neg', g))
    case 'exp':
      return to(x, () => b.times(g, id))
    case 'log':
      return to(x, () => b.over(g, x))
    case 'sqrt':
      return to(x, () => b.over(b.scale(g, 0.5), id))
    case 'square':
      return to(x, () => b.times(g, b.scale(x, 2)))
    case 'abs':
      return to(x, () => b.times(g, b.minus(b.unary('step', x), b.unary('step', b.unary('neg', x)))))
    case 'tanh':
      return to(x, () => b.times(g, b.minus(one(), b.unary('square', id))))
    case 'sigmoid':
      return to(x, () => b.times(g, b.minus(id, b.unary('square', id))))
    case 'silu': {
      // With s = sigmoid(x) and y = x·s: y' = s + y(1 − s).
      const s = needed(x) ? b.unary('sigmoid', x) : -1
      return to(x, () => b.times(g, b.plus(s, b.times(id, b.minus(one(), s)))))
    }
    case 'relu':
      return to(x, () => b.times(g, b.unary('step', x)))
    case 'softplus':
      return to(x, () => b.times(g, b.unary('sigmoid', x)))
    case 'erf':
      return to(x, () =>
        b.times(g, b.scale(b.unary('exp', b.unary('neg', b.unary('square', x))), 2 / Math.sqrt(Math.PI))),
      )
    case 'clip': {
      // 1 where the value was left alone: at the bounds too, and with bounds at infinity.
      const moved = (): NodeId => b.unary('step', b.unary('abs', b.minus(x, id)))
      return to(x, () => b.times(g, b.minus(one(), moved())))
    }
    case 'sum': {
      const full = b.shape(x)
      const kept = full.map((axis, i) => (node.axes.includes(i) ? 1 : axis))
      return to(x, () => b.broadcast(b.reshape(g, kept), full))
    }
    case 'reshape':
      return to(x, () => b.reshape(g, b.shape(x)))
    case 'transpose':
      return to(x, () =>
        b.transpose(
          g,
          node.permutation.map((_, i) => node.permutation.indexOf(i)),
        ),
      )
    case 'broadcast':
      return to(x, () => g)
    case 'pad':
      return to(x, () => b.slice(g, node.axis, node.before, node.before + (b.shape(x)[node.axis] ?? 1)))
    case 'softmax': {
      const last = node.shape.length - 1
      return to(x, () => b.times(id, b.minus(g, b.sum(b.times(g, id), [last], true))))
    }
    case 'logSoftmax': {
      const last = node.shape.length - 1
      return to(x, () => b.minus(g, b.times(b.unary('exp', id), b.sum(g, [last], true))))
    }
  }
}

export type Give = (input: NodeId, share: () => NodeId) => void

function reverseConcat(b: GraphBuilder, node: GraphNode, axis: number, g: NodeId, to: Give): void {
  let start = 0
  for (const part of node.inputs) {
    const from = start
    start += b.shape(part)[axis] ?? 1
    const end = start
    to(part, () => b.slice(g, axis, from, end))
  }
}

/** C = A'B' with A' = A or Aᵀ: ∂A' = g B'ᵀ, ∂B' = A'ᵀ g, transposed back where the operand was. */
function reverseMatmul(
  b: GraphBuilder,
  node: GraphNode,
  { transposeA, transposeB }: { readonly transposeA: boolean; readonly transposeB: boolean },
  g: NodeId,
  to: Give,
): void {
  const [left = -1, right = -1] = node.inputs
  to(left, () =>
    transposeA
      ? b.matmul(right, g, { transposeA: transposeB, transposeB: true })
      : b.matmul(g, right, { transposeB: !transposeB }),
  )
  to(right, () => {
    // One weight matrix shared by a stack of rows: one product over all rows, not a stack of products to be summed.
    const shared = b.shape(right).length === 2 && !transposeA
    const rows = (of: NodeId): NodeId => {
      const shape = b.shape(of)
      const last = shape[shape.length - 1] ?? 1
      return shared && shape.length > 2
        ? b.reshape(of, [shape.slice(0, -1).reduce((p, q) => p * q, 1), last])
        : of
    }
    return transposeB
      ? b.matmul(rows(g), rows(left), { transposeA: true, transposeB: transposeA })
      : b.matmul(rows(left), rows(g), { transposeA: !transposeA })
  })
}

/** The sum of `parts` as few nodes of the full `shape`: one per set of parts that lie apart on one axis. */
export function partsToNode(b: GraphBuilder, shape: Shape, parts: readonly Part[]): NodeId[] {
  const axes = [...new Set(parts.map((part) => part.axis))]
  return axes.flatMap((axis) => {
    const length = shape[axis] ?? 1
    const sorted = parts.filter((part) => part.axis === axis).sort((p, q) => p.start - q.start)
    const rows: Part[][] = []
    for (const part of sorted) {
      const free = rows.find((row) => (row[row.length - 1]?.end ?? 0) <= part.start)
      if (free === undefined) rows.push([part])
      else free.push(part)
    }
    return rows.map((row) => {
      const padded = row.map((part, i) => {
        const before = part.start - (row[i - 1]?.end ?? 0)
        const after = i === row.length - 1 ? length - part.end : 0
        return before === 0 && after === 0 ? part.node : b.pad(part.node, axis, before, after)
      })
      return padded.length === 1 ? padded[0]! : b.concat(padded, axis)
    })
  })
}
