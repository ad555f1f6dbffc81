import { broadcastShapes, sameShape, sizeOf } from './shapes.ts'
import type { BinaryOp, Graph, GraphNode, NodeId, Operation, Shape, UnaryOp } from './types.ts'

/**
 * Builds a graph node by node and checks every shape as it goes; a shape that does not fit is a fault of the program
 * and throws a plain Error. Nothing is computed.
 */
export class GraphBuilder {
  readonly nodes: GraphNode[] = []

  get graph(): Graph {
    return { nodes: this.nodes }
  }

  shape(node: NodeId): Shape {
    return this.node(node).shape
  }

  node(id: NodeId): GraphNode {
    const node = this.nodes[id]
    if (node === undefined) throw new Error(`the graph has no node ${id}`)
    return node
  }

  data(name: string, shape: Shape): NodeId {
    return this.add({ op: 'input', name, per: 'data', type: 'f32' }, [], shape)
  }

  /** Fed anew at every step. */
  fed(name: string, shape: Shape, type: 'f32' | 'i32' = 'f32'): NodeId {
    return this.add({ op: 'input', name, per: 'step', type }, [], shape)
  }

  parameter(name: string, shape: Shape): NodeId {
    return this.add({ op: 'parameter', name }, [], shape)
  }

  constant(values: Float32Array | readonly number[], shape: Shape): NodeId {
    if (values.length !== sizeOf(shape))
      throw new Error(`${values.length} values for the shape [${shape.join(', ')}]`)
    return this.add({ op: 'constant', values: Float32Array.from(values) }, [], shape)
  }

  scalar(value: number): NodeId {
    return this.constant([value], [])
  }

  unary(op: UnaryOp, a: NodeId): NodeId {
    return this.add({ op }, [a], this.shape(a))
  }

  binary(op: BinaryOp, a: NodeId, b: NodeId): NodeId {
    return this.add({ op }, [a, b], broadcastShapes(this.shape(a), this.shape(b)))
  }

  plus = (a: NodeId, b: NodeId): NodeId => this.binary('add', a, b)
  minus = (a: NodeId, b: NodeId): NodeId => this.binary('sub', a, b)
  times = (a: NodeId, b: NodeId): NodeId => this.binary('mul', a, b)
  over = (a: NodeId, b: NodeId): NodeId => this.binary('div', a, b)
  scale = (a: NodeId, factor: number): NodeId => this.times(a, this.scalar(factor))

  clip(a: NodeId, low: number, high: number): NodeId {
    return this.add({ op: 'clip', low, high }, [a], this.shape(a))
  }

  matmul(a: NodeId, b: NodeId, { transposeA = false, transposeB = false } = {}): NodeId {
    const left = this.shape(a)
    const right = this.shape(b)
    if (left.length < 2 || right.length < 2) throw new Error('matmul needs two axes on both sides')
    const [rows, inner] = lastTwo(left, transposeA)
    const [innerB, columns] = lastTwo(right, transposeB)
    if (inner !== innerB) throw new Error(`matmul of [${left.join(', ')}] and [${right.join(', ')}]`)
    const leading = broadcastShapes(left.slice(0, -2), right.slice(0, -2))
    return this.add({ op: 'matmul', transposeA, transposeB }, [a, b], [...leading, rows, columns])
  }

  sum(a: NodeId, axes: readonly number[] | 'all' = 'all', keep = false): NodeId {
    const shape = this.shape(a)
    const over = axes === 'all' ? shape.map((_, i) => i) : [...axes].sort((p, q) => p - q)
    const result = shape.flatMap((axis, i) => (over.includes(i) ? (keep ? [1] : []) : [axis]))
    return this.add({ op: 'sum', axes: over, keep }, [a], result)
  }

  mean(a: NodeId, axes: readonly number[] | 'all' = 'all', keep = false): NodeId {
    const total = this.sum(a, axes, keep)
    return this.scale(total, sizeOf(this.shape(total)) / sizeOf(this.shape(a)))
  }

  reshape(a: NodeId, shape: Shape): NodeId {
    if (sizeOf(shape) !== sizeOf(this.shape(a)))
      throw new Error(`[${this.shape(a).join(', ')}] cannot become [${shape.join(', ')}]`)
    return sameShape(shape, this.shape(a)) ? a : this.add({ op: 'reshape' }, [a], shape)
  }

  transpose(a: NodeId, permutation: readonly number[]): NodeId {
    const shape = this.shape(a)
    return this.add(
      { op: 'transpose', permutation },
      [a],
      permutation.map((axis) => shape[axis] ?? 1),
    )
  }

  broadcast(a: NodeId, shape: Shape): NodeId {
    if (!sameShape(broadcastShapes(this.shape(a), shape), shape))
      throw new Error(`[${this.shape(a).join(', ')}] does not broadcast to [${shape.join(', ')}]`)
    return sameShape(shape, this.shape(a)) ? a : this.add({ op: 'broadcast' }, [a], shape)
  }

  slice(a: NodeId, axis: number, start: number, end: number): NodeId {
    const shape = [...this.shape(a)]
    if (start < 0 || end > (shape[axis] ?? 0) || end <= start)
      throw new Error(`slice ${start}..${end} of axis ${axis} of [${shape.join(', ')}]`)
    shape[axis] = end - start
    return this.add({ op: 'slice', axis, start, end }, [a], shape)
  }

  pad(a: NodeId, axis: number, before: number, after: number): NodeId {
    const shape = [...this.shape(a)]
    shape[axis] = (shape[axis] ?? 1) + before + after
    return this.add({ op: 'pad', axis, before, after }, [a], shape)
  }

  concat(parts: readonly NodeId[], axis: number): NodeId {
    const first = this.shape(parts[0] ?? -1)
    const length = parts.reduce((sum, part) => sum + (this.shape(part)[axis] ?? 1), 0)
    return this.add(
      { op: 'concat', axis },
      parts,
      first.map((size, i) => (i === axis ? length : size)),
    )
  }

  gather(table: NodeId, rows: NodeId): NodeId {
    return this.add({ op: 'gather' }, [table, rows], [...this.shape(rows), ...this.shape(table).slice(1)])
  }

  softmax(a: NodeId): NodeId {
    return this.add({ op: 'softmax' }, [a], this.shape(a))
  }

  logSoftmax(a: NodeId): NodeId {
    return this.add({ op: 'logSoftmax' }, [a], this.shape(a))
  }

  conv2d(image: NodeId, kernel: NodeId, { stride = 1, padding = 0, dilation = 1 } = {}): NodeId {
    const [batch = 1, channels = 1, height = 1, width = 1] = this.shape(image)
    const [outputs = 1, channelsK = 1, h = 1, w = 1] = this.shape(kernel)
    if (channels !== channelsK)
      throw new Error(`conv2d of ${channels} channels with a kernel for ${channelsK}`)
    const size = (length: number, k: number): number =>
      Math.floor((length + 2 * padding - dilation * (k - 1) - 1) / stride) + 1
    return this.add(
      { op: 'conv2d', stride, padding, dilation },
      [image, kernel],
      [batch, outputs, size(height, h), size(width, w)],
    )
  }

  convTranspose2d(
    image: NodeId,
    kernel: NodeId,
    { stride = 1, padding = 0, outputPadding = 0 } = {},
  ): NodeId {
    const [batch = 1, channels = 1, height = 1, width = 1] = this.shape(image)
    const [channelsK = 1, outputs = 1, h = 1, w = 1] = this.shape(kernel)
    if (channels !== channelsK)
      throw new Error(`convTranspose2d of ${channels} channels with a kernel for ${channelsK}`)
    const size = (length: number, k: number): number =>
      (length - 1) * stride - 2 * padding + k + outputPadding
    return this.add(
      { op: 'convTranspose2d', stride, padding, outputPadding },
      [image, kernel],
      [batch, outputs, size(height, h), size(width, w)],
    )
  }

  private add(operation: Operation, inputs: readonly NodeId[], shape: Shape): NodeId {
    for (const input of inputs) this.node(input)
    this.nodes.push({ ...operation, inputs, shape })
    return this.nodes.length - 1
  }
}

function lastTwo(shape: Shape, transposed: boolean): [number, number] {
  const rows = shape[shape.length - 2] ?? 1
  const columns = shape[shape.length - 1] ?? 1
  return transposed ? [columns, rows] : [rows, columns]
}
