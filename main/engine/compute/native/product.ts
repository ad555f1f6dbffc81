import type { NodeId } from '../../graph/index.ts'
import type { IrNode } from './ir.ts'
import type { Layout } from './layout.ts'
import { collapsed, type Domain, type Operand, type Stream } from './streams.ts'
import type { AddressOf, Tile } from './tile.ts'
import { broadcastTo, type View } from './views.ts'

/** Windows of an image in the place of the right operand (native/src/graph/plan.h). */
export interface ImageWindows {
  readonly channels: number
  readonly height: number
  readonly width: number
  readonly channelStride: number
  readonly rowStride: number
  readonly kernelHeight: number
  readonly kernelWidth: number
  readonly columns: number
  readonly stride: number
  readonly padding: number
  readonly dilation: number
}

/** One product of stacks: `a.column`, `b.row` and `scale.column` go along the inner axis. */
export interface Product {
  readonly domain: Domain
  readonly inner: number
  readonly blocks: number
  readonly a: Operand
  readonly aBlock: number
  readonly b: Operand
  readonly bBlock: number
  readonly windows: ImageWindows | null
  readonly scale: Operand | null
  readonly scaleBlock: number
  /** The tile's streams over the domain. */
  readonly operands: readonly Operand[]
}

interface Side {
  readonly offset: number
  readonly lead: readonly number[]
  readonly block: number
  readonly row: number
  readonly column: number
}

export function productOf(layout: Layout, id: NodeId, tile: Tile, addressOf: AddressOf): Product {
  const node = layout.nodes[id]!
  if (node.op === 'matmul') return matrixProduct(layout, node, tile, addressOf)
  if (node.op === 'windows') return windowsProduct(layout, node, tile, addressOf)
  throw new Error(`${node.op} is no product`)
}

/** Whether two trailing axes of all streams can be crossed as one: what an epilogue of windows needs. */
export const joinsPixels = (shape: readonly number[], streams: readonly Stream[]): boolean =>
  streams.every(({ strides }) => {
    const [height = 1, width = 1] = shape.slice(-2)
    const [row = 0, column = 0] = strides.slice(-2)
    return height === 1 || width === 1 || row === column * width
  })

function matrixProduct(
  { nodes, places }: Layout,
  node: IrNode & { readonly op: 'matmul' },
  tile: Tile,
  addressOf: AddressOf,
): Product {
  const { block, lead } = node
  const side = (input: NodeId, transposed: boolean): Side => {
    const { root, view } = places[input]!
    const matrix = view.shape.slice(-2)
    const full = broadcastTo(view, [...lead, ...matrix])
    const [row = 0, column = 0] = full.strides.slice(-2)
    return {
      offset: addressOf(root) + full.offset,
      ...leading(full, lead.length, block),
      row: transposed ? column : row,
      column: transposed ? row : column,
    }
  }
  const [left = -1, right = -1, factor = -1] = node.inputs
  const a = side(left, node.transposeA)
  const b = side(right, node.transposeB)
  const inner = nodes[left]!.shape.at(node.transposeA ? -2 : -1)!
  let scale: Side | null = null
  if (node.scaled) {
    const { root, view } = places[factor]!
    const full = broadcastTo(view, [...lead, inner])
    scale = {
      offset: addressOf(root) + full.offset,
      ...leading(full, lead.length, block),
      row: 0,
      column: full.strides.at(-1)!,
    }
  }
  const outer = block === null ? lead : lead.filter((_, i) => i !== block)
  const [rows = 1, columns = 1] = node.shape.slice(-2)
  const product = flattened(
    assembled(outer, rows, columns, inner, block === null ? 1 : lead[block]!, a, b, scale, tile.streams),
  )
  return shouldTurn(product, tile) ? turned(product) : product
}

/** Strides of the leading axes but the one that is summed over, and that one's. */
function leading(view: View, count: number, block: number | null): { lead: number[]; block: number } {
  const strides = view.strides.slice(0, count)
  return { lead: strides.filter((_, i) => i !== block), block: block === null ? 0 : strides[block]! }
}

function assembled(
  outer: readonly number[],
  rows: number,
  columns: number,
  inner: number,
  blocks: number,
  a: Side,
  b: Side,
  scale: Side | null,
  streams: readonly Stream[],
): Product {
  const sides = scale === null ? [a, b] : [a, b, scale]
  const tiles = streams.map(({ offset, strides }) => ({
    offset,
    lead: strides.slice(0, outer.length),
    row: strides[outer.length]!,
    column: strides.at(-1)!,
  }))
  const joined = collapsed(
    outer,
    [...sides, ...tiles].map(({ lead }) => lead),
  )
  const operand = (own: { offset: number; row: number; column: number }, i: number): Operand => ({
    offset: own.offset,
    row: own.row,
    column: own.column,
    outer: joined.strides[i]!,
  })
  return {
    domain: { outer: joined.lengths, rows, columns },
    inner,
    blocks,
    a: operand(a, 0),
    aBlock: a.block,
    b: operand(b, 1),
    bBlock: b.block,
    windows: null,
    scale: scale === null ? null : operand(scale, 2),
    scaleBlock: scale?.block ?? 0,
    operands: tiles.map((own, i) => operand(own, sides.length + i)),
  }
}

/** A stack on one and the same right matrix is one tall product, where rows follow each other evenly. */
function flattened(product: Product): Product {
  const { domain, a, b, scale, operands } = product
  const last = domain.outer.length - 1
  if (last < 0) return product
  const length = domain.outer[last]!
  const follows = ({ outer, row }: Operand): boolean => outer[last] === row * domain.rows
  // One row a matrix: its stride is free to be that of the stack.
  const single = domain.rows === 1
  const fits = (operand: Operand): boolean => single || follows(operand)
  if (b.outer[last] !== 0 || (scale !== null && scale.outer[last] !== 0)) return product
  if (![a, ...operands].every(fits)) return product
  const short = (operand: Operand, isRow: boolean): Operand => ({
    ...operand,
    row: isRow && single ? operand.outer[last]! : operand.row,
    outer: operand.outer.slice(0, last),
  })
  return flattened({
    ...product,
    domain: { ...domain, outer: domain.outer.slice(0, last), rows: domain.rows * length },
    a: short(a, true),
    b: short(b, false),
    scale: scale === null ? null : short(scale, false),
    operands: operands.map((operand) => short(operand, true)),
  })
}

/**
 * Few rows times a wide matrix that lies transposed: turned round (Cᵀ = BᵀAᵀ), the large matrix is read as it lies and
 * only the few rows are packed.
 */
function shouldTurn({ domain, inner, b, windows }: Product, tile: Tile): boolean {
  const { rows, columns } = domain
  return (
    windows === null &&
    inner < 256 &&
    tile.adams.length === 0 &&
    b.column !== 1 &&
    b.row === 1 &&
    rows <= 12 &&
    columns >= 3 * rows
  )
}

function turned(product: Product): Product {
  const turn = (operand: Operand): Operand => ({ ...operand, row: operand.column, column: operand.row })
  const { domain, a, b, aBlock, bBlock } = product
  return {
    ...product,
    domain: { ...domain, rows: domain.columns, columns: domain.rows },
    a: turn(b),
    aBlock: bBlock,
    b: turn(a),
    bBlock: aBlock,
    operands: product.operands.map(turn),
  }
}

/**
 * conv2d: kernel [O, (C, i, j)] times the windows of each image. Where the channels of the kernel do not follow each
 * other, the product goes channel by channel.
 */
function windowsProduct(
  { nodes, places }: Layout,
  node: IrNode & { readonly op: 'windows' },
  tile: Tile,
  addressOf: AddressOf,
): Product {
  const [image = -1, kernel = -1] = node.inputs
  const [batch = 1, outputs = 1, height = 1, width = 1] = node.shape
  const from = places[image]!
  const by = places[kernel]!
  const [, channels = 1, imageHeight = 1, imageWidth = 1] = nodes[image]!.shape
  const [, , kernelHeight = 1, kernelWidth = 1] = nodes[kernel]!.shape
  const [perImage = 0, channelStride = 0, rowStride = 0] = from.view.strides
  const [perOutput = 0, perChannel = 0] = by.view.strides
  const window = kernelHeight * kernelWidth
  const dense = channels === 1 || perChannel === window
  const side = (offset: number, lead: number, block: number, row: number): Side => ({
    offset,
    lead: [lead],
    block,
    row,
    column: 1,
  })
  const a = side(addressOf(by.root) + by.view.offset, 0, dense ? 0 : perChannel, perOutput)
  const b = side(addressOf(from.root) + from.view.offset, perImage, dense ? 0 : channelStride, 0)
  const streams = tile.streams.map(({ offset, strides: [p = 0, q = 0, r = 0, s = 0] }) => ({
    offset,
    strides: [p, q, width === 1 ? r : s],
  }))
  const positions = height * width
  const product = assembled(
    [batch],
    outputs,
    positions,
    dense ? channels * window : window,
    dense ? 1 : channels,
    a,
    b,
    null,
    streams,
  )
  const { stride, padding, dilation } = node
  return {
    ...product,
    windows: {
      channels: dense ? channels : 1,
      height: imageHeight,
      width: imageWidth,
      channelStride: dense ? channelStride : 0,
      rowStride,
      kernelHeight,
      kernelWidth,
      columns: width,
      stride,
      padding,
      dilation,
    },
  }
}
