import { sizeOf, type NodeId, type Shape, type TrainingStep } from '../../graph/index.ts'
import type { Group } from './fuse.ts'
import type { Layout } from './layout.ts'
import { productOf } from './product.ts'
import { elementwiseDomain } from './streams.ts'
import { codes, type TileOp } from './tile-ops.ts'
import { buildTile, type AddressOf } from './tile.ts'
import { kinds, type Moments, type Words } from './words.ts'

/** Writes the instruction of a group; a join has none, since its parts write into it. */
export function emit(
  words: Words,
  layout: Layout,
  group: Group,
  kept: ReadonlySet<NodeId>,
  readers: readonly (readonly NodeId[])[],
  addressOf: AddressOf,
  rules: TrainingStep['rules'],
  moments: readonly Moments[],
): void {
  const { nodes, places } = layout
  const [id = -1] = group.nodes
  const node = nodes[id]!
  const at = (of: NodeId): number => addressOf(places[of]!.root) + places[of]!.view.offset
  const [x = -1, y = -1] = node.inputs
  const shapeOf = (of: NodeId): Shape => nodes[of]!.shape
  switch (node.op) {
    case 'join':
      return
    case 'softmax':
    case 'logSoftmax': {
      const columns = node.shape.at(-1) ?? 1
      words.add(kinds.softmax, at(x), at(id), sizeOf(node.shape) / columns, columns)
      return words.add(node.op === 'logSoftmax' ? 1 : 0)
    }
    case 'gather': {
      const width = sizeOf(shapeOf(x).slice(1))
      return words.add(
        kinds.gather,
        at(x),
        at(y),
        at(id),
        sizeOf(shapeOf(y)),
        width,
        shapeOf(x)[0] ?? 1,
        width,
      )
    }
    case 'scatter': {
      const [batch = 1, channels = 1, height = 1, width = 1] = node.shape
      words.add(kinds.scatter, at(x), at(id), batch, channels, height, width)
      return words.add(...node.kernel, ...node.image, node.stride, node.padding)
    }
    default:
  }
  const tile = buildTile(layout, group, kept, readers, addressOf)
  if (group.product === null) {
    const { domain, operands } = elementwiseDomain(group.domain, tile.streams)
    words.add(kinds.elementwise)
    words.domain(domain)
    return words.tile(tile, domain, operands, false, rules, moments)
  }
  const product = productOf(layout, group.product, tile, addressOf)
  const { a, b, windows, scale, operands, domain } = product
  words.add(kinds.product)
  words.domain(domain)
  words.add(product.inner, product.blocks)
  words.operand(a)
  words.add(product.aBlock, windows === null ? 0 : 1)
  words.operand(b)
  words.add(product.bBlock)
  if (windows !== null)
    words.add(
      ...[windows.channels, windows.height, windows.width, windows.channelStride, windows.rowStride],
      ...[windows.kernelHeight, windows.kernelWidth, windows.columns],
      ...[windows.stride, windows.padding, windows.dilation],
    )
  words.add(scale === null ? 0 : 1)
  if (scale !== null) {
    words.operand(scale)
    words.add(product.scaleBlock)
  }
  const store = tile.productStore
  const direct = store !== null && operands[store]!.column === 1
  words.add(direct ? store : -1)
  const whole = store === null || direct ? tile : { ...tile, ops: [storeOf(store), ...tile.ops] }
  words.tile(whole, domain, operands, true, rules, moments)
}

const storeOf = (stream: number): TileOp => ({
  code: codes.store,
  dst: -1,
  a: 0,
  b: stream,
  c: -1,
  low: 0,
  high: 0,
})
