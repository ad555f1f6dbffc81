import { sizeOf, type GraphNode, type Shape } from '../../graph/index.ts'
import type { OnnxGraph } from './onnx-graph.ts'

const unary = {
  neg: 'Neg',
  exp: 'Exp',
  log: 'Log',
  sqrt: 'Sqrt',
  abs: 'Abs',
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
  relu: 'Relu',
  softplus: 'Softplus',
  erf: 'Erf',
} as const
const binary = { add: 'Add', sub: 'Sub', mul: 'Mul', div: 'Div' } as const

/**
 * Appends the ONNX nodes that do what one node of a graph does; its value goes by the name `output`. `inputs` and
 * `shapes` are the names and shapes of its inputs. One axis of a shape may be −1: known only when the model runs.
 */
export function appendOperation(
  to: OnnxGraph,
  node: GraphNode,
  inputs: readonly string[],
  shapes: readonly Shape[],
  output: string,
): void {
  const [x = '', y = ''] = inputs
  const rank = node.shape.length
  switch (node.op) {
    case 'input':
    case 'parameter':
      throw new Error(`${node.op} ${node.name} is fed`)
    case 'constant':
      to.initializer(output, node.values, node.shape)
      return
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
      to.op(binary[node.op], inputs, {}, output)
      return
    case 'square':
      to.op('Mul', [x, x], {}, output)
      return
    case 'silu':
      to.op('Mul', [x, to.op('Sigmoid', [x])], {}, output)
      return
    case 'step':
      to.op('Cast', [to.op('Greater', [x, to.scalar(0)])], { to: 1 }, output)
      return
    case 'clip':
      to.op('Clip', [x, to.scalar(node.low), to.scalar(node.high)], {}, output)
      return
    case 'matmul':
      appendMatmul(to, node, inputs, shapes, output)
      return
    case 'sum':
      appendSum(to, node, x, shapes[0]!, output)
      return
    case 'reshape':
      to.op('Reshape', [x, to.whole(node.shape)], {}, output)
      return
    case 'transpose':
      to.op('Transpose', [x], { perm: node.permutation }, output)
      return
    case 'broadcast':
      // 1 leaves an axis as it is, so an open one stays open.
      to.op('Expand', [x, to.whole(node.shape.map((axis) => Math.max(axis, 1)))], {}, output)
      return
    case 'slice':
      to.op('Slice', [x, to.whole([node.start]), to.whole([node.end]), to.whole([node.axis])], {}, output)
      return
    case 'pad': {
      const pads = new Array<number>(2 * rank).fill(0)
      pads[node.axis] = node.before
      pads[rank + node.axis] = node.after
      to.op('Pad', [x, to.whole(pads)], {}, output)
      return
    }
    case 'concat':
      to.op('Concat', inputs, { axis: node.axis }, output)
      return
    case 'gather':
      to.op('Gather', [x, y], { axis: 0 }, output)
      return
    case 'softmax':
      to.op('Softmax', [x], { axis: -1 }, output)
      return
    case 'logSoftmax':
      to.op('LogSoftmax', [x], { axis: -1 }, output)
      return
    case 'conv2d':
      to.op('Conv', [x, y], windows(node.stride, node.padding, node.dilation), output)
      return
    case 'convTranspose2d':
      to.op(
        'ConvTranspose',
        [x, y],
        {
          ...windows(node.stride, node.padding, 1),
          output_padding: [node.outputPadding, node.outputPadding],
        },
        output,
      )
      return
    default:
      to.op(unary[node.op], [x], {}, output)
  }
}

const windows = (stride: number, padding: number, dilation: number) => ({
  strides: [stride, stride],
  pads: [padding, padding, padding, padding],
  dilations: [dilation, dilation],
})

/**
 * A sum over neighbouring axes in front of others is a product with a row of ones: onnxruntime's ReduceSum goes through
 * memory in strides there and took up to ten times as long.
 */
function appendSum(
  to: OnnxGraph,
  { axes, keep, shape }: { readonly axes: readonly number[]; readonly keep: boolean; readonly shape: Shape },
  x: string,
  from: Shape,
  output: string,
): void {
  const [first = 0, last = 0] = [axes[0], axes[axes.length - 1]]
  const adjoining = last - first === axes.length - 1
  const [outer, summed, inner] = [
    from.slice(0, first),
    from.slice(first, last + 1),
    from.slice(last + 1),
  ].map((part) => Math.max(sizeOf(part), -1)) as [number, number, number]
  if (axes.length === 0) to.op('Identity', [x], {}, output)
  else if (!adjoining || inner < 8 || summed < 2)
    to.op('ReduceSum', [x, to.whole(axes)], { keepdims: keep ? 1 : 0 }, output)
  else {
    const rows = outer === 1 ? [summed, inner] : [outer, summed, inner]
    const sums = to.op(outer === 1 ? 'Gemm' : 'MatMul', [
      to.ones(summed),
      to.op('Reshape', [x, to.whole(rows)]),
    ])
    to.op('Reshape', [sums, to.whole(shape)], {}, output)
  }
}

/** Gemm takes transposed matrices as they are; a stack times one matrix is one tall Gemm. */
function appendMatmul(
  to: OnnxGraph,
  node: { readonly shape: Shape; readonly transposeA: boolean; readonly transposeB: boolean },
  [left = '', right = '']: readonly string[],
  [shapeA = [], shapeB = []]: readonly Shape[],
  output: string,
): void {
  const { transposeA, transposeB } = node
  const gemm = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 }
  if (shapeA.length === 2 && shapeB.length === 2) {
    to.op('Gemm', [left, right], gemm, output)
    return
  }
  if (shapeB.length === 2 && !transposeA && transposeB) {
    const inner = shapeA[shapeA.length - 1]!
    const rows = to.op('Reshape', [left, to.whole([-1, inner])])
    to.op('Reshape', [to.op('Gemm', [rows, right], gemm), to.whole(node.shape)], {}, output)
    return
  }
  const turned = (name: string, shape: Shape): string => {
    const perm = shape.map((_, i) => i)
    perm.push(...perm.splice(-2).reverse())
    return to.op('Transpose', [name], { perm })
  }
  const a = transposeA ? turned(left, shapeA) : left
  const b = transposeB ? turned(right, shapeB) : right
  to.op('MatMul', [a, b], {}, output)
}
