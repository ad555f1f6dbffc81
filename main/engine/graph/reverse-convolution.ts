import type { GraphBuilder } from './builder.ts'
import type { Give } from './reverse-rules.ts'
import type { GraphNode, NodeId } from './types.ts'

/** [B, C, ...] with its first two axes exchanged. */
const exchanged = (b: GraphBuilder, image: NodeId): NodeId => b.transpose(image, [1, 0, 2, 3])

function cropped(b: GraphBuilder, image: NodeId, height: number, width: number): NodeId {
  const [, , h = 0, w = 0] = b.shape(image)
  const rows = h === height ? image : b.slice(image, 2, 0, height)
  return w === width ? rows : b.slice(rows, 3, 0, width)
}

/** Zeros between the elements of a kernel, so that dilation is a part of the kernel itself. */
function dilated(b: GraphBuilder, kernel: NodeId, dilation: number): NodeId {
  if (dilation === 1) return kernel
  const [o = 1, c = 1, h = 1, w = 1] = b.shape(kernel)
  const rows = b.pad(b.reshape(kernel, [o, c, h, 1, w, 1]), 3, 0, dilation - 1)
  const full = b.reshape(b.pad(rows, 5, 0, dilation - 1), [o, c, h * dilation, w * dilation])
  return cropped(b, full, (h - 1) * dilation + 1, (w - 1) * dilation + 1)
}

/**
 * y[b,o,·] = Σ x[b,c, s·y + d·i − p] k[o,c,i]. By the image: the transposed convolution with the same kernel, longer by
 * the remainder that the stride left over. By the kernel: a plain convolution with batch and channel exchanged, where
 * stride and dilation change places; the remainder makes it too large, and the excess is cut off.
 */
export function reverseConv2d(
  b: GraphBuilder,
  node: GraphNode,
  {
    stride,
    padding,
    dilation,
  }: { readonly stride: number; readonly padding: number; readonly dilation: number },
  g: NodeId,
  to: Give,
): void {
  const [image = -1, kernel = -1] = node.inputs
  const [, , height = 1, width = 1] = b.shape(image)
  const [, , h = 1, w = 1] = b.shape(kernel)
  const [, , gRows = 1, gColumns = 1] = b.shape(g)
  to(image, () => {
    const missing = (length: number, k: number, out: number): number =>
      length - ((out - 1) * stride - 2 * padding + dilation * (k - 1) + 1)
    const outputPadding = Math.max(missing(height, h, gRows), missing(width, w, gColumns))
    const full = b.convTranspose2d(g, dilated(b, kernel, dilation), { stride, padding, outputPadding })
    return cropped(b, full, height, width)
  })
  to(kernel, () => {
    const products = b.conv2d(exchanged(b, image), exchanged(b, g), {
      stride: dilation,
      padding,
      dilation: stride,
    })
    return exchanged(b, cropped(b, products, h, w))
  })
}

/** The same two rules read from the other side: image gradient is conv2d, kernel gradient pairs image and g. */
export function reverseConvTranspose2d(
  b: GraphBuilder,
  node: GraphNode,
  { stride, padding }: { readonly stride: number; readonly padding: number },
  g: NodeId,
  to: Give,
): void {
  const [image = -1, kernel = -1] = node.inputs
  const [, , height = 1, width = 1] = b.shape(image)
  const [, , h = 1, w = 1] = b.shape(kernel)
  to(image, () => cropped(b, b.conv2d(g, kernel, { stride, padding }), height, width))
  to(kernel, () => {
    const products = b.conv2d(exchanged(b, g), exchanged(b, image), { padding, dilation: stride })
    return exchanged(b, cropped(b, products, h, w))
  })
}
