import { reachable, type Graph, type NodeId, type Shape } from '../../graph/index.ts'
import type { OnnxGraph } from './onnx-graph.ts'

/**
 * The kernel gradient of a convolution is a convolution with batch and channel exchanged and a kernel as large as the
 * image (`graph/reverse-convolution.ts`). Of such a one with stride 1, onnxruntime spends most of the time on copying runs
 * of three numbers; one product of matrices for each window element took less than half of it (measured at 8 to 64
 * channels), and needs no exchange.
 */
export interface KernelGradient {
  /** [B, N, H, W] and [B, M, h, w]; the value of the node is [N, M, rows, columns]. */
  readonly image: NodeId
  readonly factor: NodeId
}

const exchange = [1, 0, 2, 3].join()
/** Fewer channels make products too thin; more window elements make more operators than they save time. */
const fewestChannels = 8
const mostElements = 25

/** The conv2d nodes that are kernel gradients worth it, by their number. */
export function kernelGradients(graph: Graph): Map<NodeId, KernelGradient> {
  const found = new Map<NodeId, KernelGradient>()
  graph.nodes.forEach((node, id) => {
    if (node.op !== 'conv2d' || node.stride !== 1 || node.dilation !== 1) return
    const [channels = 0, , rows = 1, columns = 1] = node.shape
    const [image, factor] = node.inputs.map((input) => {
      const from = graph.nodes[input]!
      return from.op === 'transpose' && from.permutation.join() === exchange ? from.inputs[0] : undefined
    })
    if (
      image !== undefined &&
      factor !== undefined &&
      channels >= fewestChannels &&
      rows * columns <= mostElements
    )
      found.set(id, { image, factor })
  })
  return found
}

/** What `outputs` need when kernel gradients take their factors as they are. */
export function reachableWith(
  graph: Graph,
  outputs: readonly NodeId[],
  special: ReadonlyMap<NodeId, KernelGradient>,
): boolean[] {
  const nodes = graph.nodes.map((node, id) => {
    const own = special.get(id)
    return own === undefined ? node : { ...node, inputs: [own.image, own.factor] }
  })
  return reachable({ nodes }, outputs)
}

/** Σ over images of factor x cutᵀ for every window element (y, x), where the cut is the padded image moved by it. */
export function appendKernelGradient(
  to: OnnxGraph,
  { shape, padding }: { readonly shape: Shape; readonly padding: number },
  image: { readonly name: string },
  factor: { readonly name: string; readonly shape: Shape },
  output: string,
): void {
  const [n = 1, , rows = 1, columns = 1] = shape
  const [batch = 1, m = 1, h = 1, w = 1] = factor.shape
  const padded = to.op('Pad', [image.name, to.whole([0, 0, padding, padding, 0, 0, padding, padding])])
  const left = to.op('Reshape', [factor.name, to.whole([batch, m, h * w])])
  const sums = Array.from({ length: rows * columns }, (_, i) => {
    const [y, x] = [Math.floor(i / columns), i % columns]
    const cut = to.op('Slice', [padded, to.whole([y, x]), to.whole([y + h, x + w]), to.whole([2, 3])])
    const right = to.op('Transpose', [to.op('Reshape', [cut, to.whole([batch, n, h * w])])], {
      perm: [0, 2, 1],
    })
    const products = to.op('Reshape', [to.op('MatMul', [left, right]), to.whole([batch, m * n])])
    return to.op('Gemm', [to.ones(batch), products])
  })
  const all = to.op('Reshape', [to.op('Concat', sums, { axis: 0 }), to.whole([rows, columns, m, n])])
  to.op('Transpose', [all], { perm: [3, 2, 0, 1] }, output)
}
