import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import {
  broadcastShapes,
  sameShape,
  sizeOf,
  type GraphNode,
  type Shape,
  type UnaryOp,
} from '../../graph/index.ts'
import { conv2d, convTranspose2d } from './convolution.ts'
import type { Tfjs } from './tfjs.ts'

type Inner = Exclude<GraphNode, { op: 'input' | 'parameter' | 'constant' }>

/**
 * The value of one node from those of its inputs, by tfjs ops alone. Always a tensor of its own (never one of the
 * inputs), so that the caller may dispose of each by itself; what is made on the way is the caller's tidy's.
 */
export function evaluateNode(tf: Tfjs, node: Inner, inputs: readonly Tensor[]): Tensor {
  const a = inputs[0]!
  const shape = [...node.shape]
  switch (node.op) {
    case 'add':
      return tf.add(a, inputs[1]!)
    case 'sub':
      return tf.sub(a, inputs[1]!)
    case 'mul':
      return tf.mul(a, inputs[1]!)
    case 'div':
      return tf.div(a, inputs[1]!)
    case 'clip':
      return tf.clipByValue(a, node.low, node.high)
    case 'matmul':
      return matmul(tf, a, inputs[1]!, node.transposeA, node.transposeB)
    case 'sum':
      // An empty list of axes means all of them to some backends.
      return node.axes.length === 0 ? tf.clone(a) : tf.sum(a, [...node.axes], node.keep)
    case 'reshape':
      return tf.reshape(a, shape)
    case 'transpose':
      return tf.transpose(a, [...node.permutation])
    case 'broadcast':
      return tf.broadcastTo(a, shape)
    case 'slice':
      return tf.slice(
        a,
        shape.map((_, axis) => (axis === node.axis ? node.start : 0)),
        shape,
      )
    case 'pad':
      return tf.pad(
        a,
        shape.map((_, axis): [number, number] => (axis === node.axis ? [node.before, node.after] : [0, 0])),
      )
    case 'concat':
      return inputs.length === 1 ? tf.clone(a) : tf.concat([...inputs], node.axis)
    case 'gather':
      return tf.gather(a, inputs[1]!, 0)
    case 'softmax':
      return tf.softmax(a)
    case 'logSoftmax':
      return tf.logSoftmax(a)
    case 'conv2d':
      return conv2d(tf, a as Tensor4D, inputs[1]! as Tensor4D, node)
    case 'convTranspose2d':
      return convTranspose2d(tf, a as Tensor4D, inputs[1]! as Tensor4D, node)
    default:
      return unary(tf, node.op, a)
  }
}

function unary(tf: Tfjs, op: UnaryOp, a: Tensor): Tensor {
  switch (op) {
    case 'silu':
      return tf.mul(a, tf.sigmoid(a))
    default:
      return tf[op](a)
  }
}

/**
 * tfjs's CPU backend takes the batch of the shorter side modulo its length, which is right only where one side has a
 * batch of one or both have the same: anything else is broadcast first.
 */
function matmul(tf: Tfjs, a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
  const left = a.shape.slice(0, -2)
  const right = b.shape.slice(0, -2)
  if (sameShape(left, right)) return tf.matMul(a, b, transposeA, transposeB)
  const batch = broadcastShapes(left, right)
  const whole = (tensor: Tensor, leading: Shape): Tensor => {
    if (sizeOf(leading) !== 1 && !sameShape(leading, batch))
      return tf.broadcastTo(tensor, [...batch, ...tensor.shape.slice(-2)])
    return tensor
  }
  return tf.matMul(whole(a, left), whole(b, right), transposeA, transposeB)
}
