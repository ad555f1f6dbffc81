import type { NodeId } from '../../graph/index.ts'
import type { Group } from './fuse.ts'
import { isBinary, isUnary, type IrNode } from './ir.ts'
import type { Layout } from './layout.ts'
import type { Stream } from './streams.ts'
import { codes, type AdamSink, type SumSink, type TileOp } from './tile-ops.ts'
import { broadcastTo, reducedStrides } from './views.ts'

/** The elementwise work of a group over streams of its domain; loads and stores name streams by number. */
export interface Tile {
  readonly streams: readonly Stream[]
  readonly ops: readonly TileOp[]
  readonly values: number
  readonly sums: readonly SumSink[]
  readonly adams: readonly AdamSink[]
  /** Stream that value 0, the product, is kept in; null where nothing reads it from memory. */
  readonly productStore: number | null
}

/** Where memory is: the first float of each node that owns some. */
export type AddressOf = (root: NodeId) => number

/** What a group does to the elements of its domain; `readers` are those of every node. */
export function buildTile(
  layout: Layout,
  group: Group,
  kept: ReadonlySet<NodeId>,
  readers: readonly (readonly NodeId[])[],
  addressOf: AddressOf,
): Tile {
  return new TileBuilder(layout, group, kept, readers, addressOf).build()
}

class TileBuilder {
  private readonly streams: Stream[] = []
  private readonly ops: TileOp[] = []
  private readonly sums: SumSink[] = []
  private readonly adams: AdamSink[] = []
  private readonly loaded = new Map<string, number>()
  private readonly valueOf = new Map<NodeId, number>()
  private values = 0
  private productStore: number | null = null

  private readonly layout: Layout
  private readonly group: Group
  private readonly kept: ReadonlySet<NodeId>
  private readonly readers: readonly (readonly NodeId[])[]
  private readonly addressOf: AddressOf
  private readonly own: ReadonlySet<NodeId>

  constructor(
    layout: Layout,
    group: Group,
    kept: ReadonlySet<NodeId>,
    readers: readonly (readonly NodeId[])[],
    addressOf: AddressOf,
  ) {
    this.layout = layout
    this.group = group
    this.kept = kept
    this.readers = readers
    this.addressOf = addressOf
    this.own = new Set(group.nodes)
  }

  build(): Tile {
    const { product, nodes } = this.group
    if (product !== null) {
      this.valueOf.set(product, this.values++)
      if (this.kept.has(product)) this.productStore = this.stream(product)
    }
    for (const id of nodes) if (id !== product && this.isResult(id)) this.emit(id)
    const { streams, ops, values, sums, adams, productStore } = this
    return { streams, ops, values, sums, adams, productStore }
  }

  /** What lies on the way to results is computed when a result asks for it. */
  private isResult(id: NodeId): boolean {
    const { op } = this.layout.nodes[id]!
    return op === 'sum' || op === 'adam' || this.kept.has(id)
  }

  private emit(id: NodeId): void {
    if (this.valueOf.has(id)) return
    const node = this.layout.nodes[id]!
    if (node.op === 'sum') return this.sum(id, node)
    if (node.op === 'adam') return this.adam(node)
    const value = this.compute(id, node)
    this.valueOf.set(id, value)
    if (this.kept.has(id)) this.push(codes.store, -1, value, this.stream(id))
  }

  private sum(id: NodeId, { inputs, axes, shape }: IrNode & { readonly op: 'sum' }): void {
    const from = this.layout.nodes[inputs[0]!]!.shape
    const { root, view } = this.layout.places[id]!
    const value = this.value(inputs[0]!)
    this.sums.push({
      count: shape.reduce((p, q) => p * q, 1),
      dense: this.streams.push({ offset: 0, strides: reducedStrides(from, axes) }) - 1,
      out: this.addressOf(root) + view.offset,
      dims: shape,
      strides: view.strides,
    })
    this.push(codes.sum, -1, value, this.sums.length - 1)
  }

  private adam({ inputs: [gradient = -1, parameter = -1], rule }: IrNode & { readonly op: 'adam' }): void {
    const value = this.value(gradient)
    this.adams.push({ weights: this.stream(parameter), rule })
    this.push(codes.adam, -1, value, this.adams.length - 1)
  }

  private push(code: number, dst: number, a: number, b = -1, c = -1, low = 0, high = 0): number {
    this.ops.push({ code, dst, a, b, c, low, high })
    return dst
  }

  private compute(id: NodeId, node: IrNode): number {
    const { op, inputs } = node
    const [x = -1, y = -1] = inputs
    const result = (code: number, a: number, b = -1, c = -1, low = 0, high = 0): number =>
      this.push(code, this.values++, a, b, c, low, high)
    if (op === 'silu') {
      // x·sigmoid(x), where the sigmoid is wanted as well (by the reverse rule).
      const twin = this.group.nodes.find((other) => {
        const {
          op: what,
          inputs: [from],
        } = this.layout.nodes[other]!
        return what === 'sigmoid' && from === x
      })
      if (twin !== undefined) {
        this.emit(twin)
        return result(codes.mul, this.value(x), this.valueOf.get(twin)!)
      }
    }
    if (op === 'clip') return result(codes.clip, this.value(x), -1, -1, node.low, node.high)
    if (op === 'mulStep') return result(codes.mulStep, this.value(x), this.value(y))
    if (op === 'copy' || isUnary(op)) return result(codes[op], this.value(x))
    if (!isBinary(op)) throw new Error(`${op} is no elementwise op (node ${id})`)
    const [p, q] = [this.uniform(x), this.uniform(y)]
    if (q !== null && p === null) {
      const a = this.value(x)
      if (op === 'sub') return result(codes.addTo, a, -1, -1, -q)
      return result({ add: codes.addTo, mul: codes.mulBy, div: codes.divBy }[op], a, -1, -1, q)
    }
    if (p !== null && q === null) {
      const a = this.value(y)
      return result(
        { add: codes.addTo, mul: codes.mulBy, sub: codes.fromSub, div: codes.fromDiv }[op],
        a,
        -1,
        -1,
        p,
      )
    }
    if (op === 'add')
      for (const [factor, rest] of [
        [x, y],
        [y, x],
      ] as const) {
        const inner = this.layout.nodes[factor]!
        if (
          inner.op !== 'mul' ||
          !this.isPassing(factor) ||
          inner.inputs.some((i) => this.uniform(i) !== null)
        )
          continue
        const [a, b] = inner.inputs.map((input) => this.value(input))
        return result(codes.mulAdd, a!, b!, this.value(rest))
      }
    return result(codes[op], this.value(x), this.value(y))
  }

  /** A product of this group that one op alone reads and nobody keeps: it can be a part of that op. */
  private isPassing(id: NodeId): boolean {
    if (!this.own.has(id) || this.kept.has(id)) return false
    return this.readers[id]!.length === 1
  }

  private uniform(id: NodeId): number | null {
    const node = this.layout.nodes[id]!
    if (node.op === 'constant' && node.values.length === 1) return node.values[0]!
    return node.op === 'broadcast' || node.op === 'reshape' ? this.uniform(node.inputs[0]!) : null
  }

  /** The value of a node of the group, or of one outside that is loaded. */
  private value(id: NodeId): number {
    if (this.own.has(id)) {
      this.emit(id)
      return this.valueOf.get(id)!
    }
    const stream = this.streamOf(id)
    const key = `${stream.offset}|${stream.strides.join(',')}`
    const known = this.loaded.get(key)
    if (known !== undefined) return known
    const value = this.push(codes.load, this.values++, -1, this.streams.push(stream) - 1)
    this.loaded.set(key, value)
    return value
  }

  private stream(id: NodeId): number {
    return this.streams.push(this.streamOf(id)) - 1
  }

  private streamOf(id: NodeId): Stream {
    const { root, view } = this.layout.places[id]!
    const { offset, strides } = broadcastTo(view, this.group.domain)
    return { offset: this.addressOf(root) + offset, strides }
  }
}
