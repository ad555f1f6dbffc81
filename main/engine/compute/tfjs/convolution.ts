import type { Tensor4D } from '@tensorflow/tfjs-core'
import type { Tfjs } from './tfjs.ts'

/** NCHW to NHWC: the only layout that every TensorFlow backend convolves. */
const channelsLast = [0, 2, 3, 1]
const channelsFirst = [0, 3, 1, 2]

/**
 * conv2d of the graph. tfjs refuses a stride together with a dilation, which the kernel gradient of a strided
 * and dilated convolution has: the kernel is then spread out with zeros instead.
 */
export function conv2d(
  tf: Tfjs,
  image: Tensor4D,
  kernel: Tensor4D,
  { stride, padding, dilation }: { stride: number; padding: number; dilation: number },
): Tensor4D {
  const spread = stride > 1 && dilation > 1
  const filter = tf.transpose(spread ? spreadOut(tf, kernel, dilation) : kernel, [2, 3, 1, 0])
  const around: [number, number] = [padding, padding]
  const padded = padding === 0 ? image : tf.pad(image, [[0, 0], [0, 0], around, around])
  const result = tf.conv2d(
    tf.transpose(padded, channelsLast),
    filter,
    stride,
    'valid',
    'NHWC',
    spread ? 1 : dilation,
  )
  return tf.transpose(result, channelsFirst)
}

/** Zeros between the elements of the last two axes, so that neighbours come `step` apart. */
function spreadOut(tf: Tfjs, kernel: Tensor4D, step: number): Tensor4D {
  const [outputs, channels, height, width] = kernel.shape
  const cells = tf.reshape(kernel, [outputs, channels, height, 1, width, 1])
  const apart = tf.pad(cells, [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, step - 1],
    [0, 0],
    [0, step - 1],
  ])
  const spread = tf.reshape(apart, [outputs, channels, height * step, width * step])
  return tf.slice4d(
    spread as Tensor4D,
    [0, 0, 0, 0],
    [outputs, channels, (height - 1) * step + 1, (width - 1) * step + 1],
  )
}

/** convTranspose2d of the graph: the whole reverse of an unpadded convolution, then the padding cut off. */
export function convTranspose2d(
  tf: Tfjs,
  image: Tensor4D,
  kernel: Tensor4D,
  { stride, padding, outputPadding }: { stride: number; padding: number; outputPadding: number },
): Tensor4D {
  const [batch, , height, width] = image.shape
  const [, outputs, h, w] = kernel.shape
  const full: [number, number] = [(height - 1) * stride + h, (width - 1) * stride + w]
  const whole = tf.conv2dTranspose(
    tf.transpose(image, channelsLast),
    tf.transpose(kernel, [2, 3, 1, 0]),
    [batch, full[0], full[1], outputs],
    stride,
    'valid',
  )
  const result = tf.transpose(whole, channelsFirst)
  const after: [number, number] = [0, outputPadding]
  const grown = outputPadding === 0 ? result : tf.pad(result, [[0, 0], [0, 0], after, after])
  if (padding === 0) return grown
  return tf.slice4d(
    grown,
    [0, 0, padding, padding],
    [batch, outputs, full[0] + outputPadding - 2 * padding, full[1] + outputPadding - 2 * padding],
  )
}
