import { broadcastStrides, sizeOf } from '../shapes.ts'
import type { GraphNode, Shape } from '../types.ts'
import { convolution, transposedConvolution } from './convolution.ts'
import { binaryKernels, clipKernel, unaryKernels } from './elementwise.ts'
import { copyAlong, gatherRows } from './layout.ts'
import type { Panels } from './matmul.ts'
import type { Slot } from './plan.ts'
import { stackedProduct } from './products.ts'
import { softmaxRows, sumAlong } from './reduce.ts'
import { stridesOf, walkOver } from './walk.ts'

/** The work of one node: reads the slots of its inputs, writes the buffer of its own. */
export function kernelOf(
  node: GraphNode,
  inputs: readonly Slot[],
  shapes: readonly Shape[],
  out: Slot,
  panels: Panels,
): () => void {
  const x = inputs[0]!
  const [shape = []] = shapes
  const y = out.values
  const rank = node.shape.length
  switch (node.op) {
    case 'input':
    case 'parameter':
    case 'constant':
    case 'reshape':
      throw new Error(`${node.op} has no work`)
    case 'add':
    case 'sub':
    case 'mul':
    case 'div': {
      const kernel = binaryKernels[node.op]
      const other = inputs[1]!
      const walk = walkOver(
        node.shape,
        shapes.map((own) => broadcastStrides(own, rank)),
      )
      return () => kernel(x.values, other.values, y, walk)
    }
    case 'clip': {
      const kernel = clipKernel(node.low, node.high)
      return () => kernel(x.values, y)
    }
    case 'matmul':
      return stackedProduct(node, inputs, shapes, out, panels)
    case 'sum': {
      const kept = shape.map((axis, i) => (node.axes.includes(i) ? 1 : axis))
      const walk = walkOver(shape, [stridesOf(shape), broadcastStrides(kept, shape.length)])
      const total = new Float64Array(y.length)
      return () => sumAlong(walk, x.values, y, total)
    }
    case 'transpose': {
      const from = stridesOf(shape)
      const walk = walkOver(node.shape, [node.permutation.map((axis) => from[axis]!), stridesOf(node.shape)])
      return () => copyAlong(walk, x.values, 0, y, 0)
    }
    case 'broadcast': {
      const walk = walkOver(node.shape, [broadcastStrides(shape, rank), stridesOf(node.shape)])
      return () => copyAlong(walk, x.values, 0, y, 0)
    }
    case 'slice': {
      const from = stridesOf(shape)
      const walk = walkOver(node.shape, [from, stridesOf(node.shape)])
      return () => copyAlong(walk, x.values, node.start * from[node.axis]!, y, 0)
    }
    case 'pad': {
      const to = stridesOf(node.shape)
      const walk = walkOver(shape, [stridesOf(shape), to])
      // The zeros around are those of the new buffer: nothing else ever writes there.
      return () => copyAlong(walk, x.values, 0, y, node.before * to[node.axis]!)
    }
    case 'concat': {
      const to = stridesOf(node.shape)
      let start = 0
      const parts = shapes.map((own, i) => {
        const at = start * to[node.axis]!
        start += own[node.axis]!
        return { slot: inputs[i]!, walk: walkOver(own, [stridesOf(own), to]), at }
      })
      return () => {
        for (const { slot, walk, at } of parts) copyAlong(walk, slot.values, 0, y, at)
      }
    }
    case 'gather': {
      const rows = inputs[1]!
      return () => gatherRows(x.values, rows.rows, shape[0] ?? 0, y)
    }
    case 'softmax':
    case 'logSoftmax': {
      const width = node.shape[rank - 1] ?? 1
      return () => softmaxRows(x.values, y, width, node.op === 'logSoftmax')
    }
    case 'conv2d': {
      const [batch = 1, channels = 1, height = 1, width = 1] = shape
      const [outputs = 1, , kernelHeight = 1, kernelWidth = 1] = shapes[1]!
      const [, , rows = 1, columns = 1] = node.shape
      const windows = { ...node, channels, height, width, kernelHeight, kernelWidth, rows, columns }
      const kernel = convolution(batch, outputs, windows, panels)
      return () => kernel(x.values, inputs[1]!.values, y)
    }
    case 'convTranspose2d': {
      const [batch = 1, channels = 1, height = 1, width = 1] = node.shape
      const [, , kernelHeight = 1, kernelWidth = 1] = shapes[1]!
      const [, small = 1, rows = 1, columns = 1] = shape
      const windows = {
        ...node,
        channels,
        height,
        width,
        kernelHeight,
        kernelWidth,
        rows,
        columns,
        dilation: 1,
      }
      const kernel = transposedConvolution(batch, small, windows, panels)
      return () => kernel(x.values, inputs[1]!.values, y)
    }
    default: {
      const kernel = unaryKernels[node.op]
      if (sizeOf(node.shape) !== y.length) throw new Error(`${node.op} without a buffer`)
      return () => kernel(x.values, y)
    }
  }
}
