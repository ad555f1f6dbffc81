import { GraphBuilder, sizeOf } from '../../main/engine/graph/index.ts'
import type { NodeId, Shape, Tensor } from '../../main/engine/graph/index.ts'
import { randomStream, type RandomStream } from '../../main/engine/math/index.ts'

export interface RandomGraph {
  readonly builder: GraphBuilder
  /** Nodes worth looking at, the scalar loss first. */
  readonly outputs: readonly NodeId[]
  readonly loss: NodeId
  readonly parameters: Record<string, Float32Array>
  readonly inputs: Record<string, Tensor>
}

const lengths = [1, 2, 3, 4, 5, 8, 9, 16, 17, 33] as const
const mostElements = 6000

/**
 * A graph of `count` ops drawn from all there are, over shapes with axes of length 1, odd lengths, broadcasts and views of
 * views; values stay within a few units. Same seed, same graph.
 */
export function randomGraph(seed: number, count: number): RandomGraph {
  return new Drawing(randomStream(seed, 'random graph')).drawn(count)
}

class Drawing {
  private readonly b = new GraphBuilder()
  private readonly parameters: Record<string, Float32Array> = {}
  private readonly inputs: Record<string, Tensor> = {}
  private readonly pool: NodeId[] = []
  private readonly stream: RandomStream

  constructor(stream: RandomStream) {
    this.stream = stream
  }

  drawn(count: number): RandomGraph {
    for (let i = 0; i < 3; i++) this.pool.push(this.parameter(this.shape()))
    this.pool.push(this.data(this.shape()))
    for (let i = 0; i < count; i++) {
      const node = this.op()
      if (node !== null && sizeOf(this.b.shape(node)) <= mostElements) this.pool.push(node)
    }
    const used = this.pool.slice(-6)
    const terms = used.map((node) => this.b.mean(this.b.unary('square', this.b.unary('tanh', node))))
    const loss = terms.reduce((p, q) => this.b.plus(p, q))
    return {
      builder: this.b,
      outputs: [loss, ...used],
      loss,
      parameters: this.parameters,
      inputs: this.inputs,
    }
  }

  private pick<T>(items: readonly T[]): T {
    return items[this.stream.integer(items.length)]!
  }

  private chance(p: number): boolean {
    return this.stream.uniform() < p
  }

  private shape(rank = this.stream.integer(5)): Shape {
    for (;;) {
      const shape = Array.from({ length: rank }, () => this.pick(lengths))
      if (sizeOf(shape) <= mostElements / 4) return shape
    }
  }

  private values(size: number): Float32Array {
    return Float32Array.from({ length: size }, () => this.stream.normal())
  }

  private parameter(shape: Shape): NodeId {
    const name = `p${Object.keys(this.parameters).length}`
    this.parameters[name] = this.values(sizeOf(shape))
    return this.b.parameter(name, shape)
  }

  private data(shape: Shape): NodeId {
    const name = `x${Object.keys(this.inputs).length}`
    this.inputs[name] = this.values(sizeOf(shape))
    return this.chance(0.5) ? this.b.data(name, shape) : this.b.fed(name, shape)
  }

  /** A parameter or, now and then, data or a constant. */
  private fresh(shape: Shape): NodeId {
    if (this.chance(0.6)) return this.parameter(shape)
    return this.chance(0.5) ? this.data(shape) : this.b.constant(this.values(sizeOf(shape)), shape)
  }

  /** One drawn op on nodes that are there; null where the drawn op does not fit the drawn node. */
  private op(): NodeId | null {
    const { b } = this
    const x = this.chance(0.5) ? this.pool.at(-1)! : this.pick(this.pool)
    const shape = b.shape(x)
    const axis = this.stream.integer(Math.max(1, shape.length))
    const length = shape[axis] ?? 1
    switch (this.stream.integer(20)) {
      case 0:
      case 1:
        return b.unary(
          this.pick(['tanh', 'sigmoid', 'silu', 'relu', 'softplus', 'erf', 'neg', 'abs', 'step']),
          x,
        )
      case 2:
        return b.unary('exp', b.unary('tanh', x))
      case 3:
        return b.unary('log', b.plus(b.unary('abs', x), b.scalar(1.5)))
      case 4:
        return b.unary('sqrt', b.plus(b.unary('square', b.unary('tanh', x)), b.scalar(0.5)))
      case 5:
        return b.binary(this.pick(['add', 'sub', 'mul']), b.unary('tanh', x), this.fresh(this.fewer(shape)))
      case 6:
        return b.over(x, b.plus(b.unary('square', this.fresh(this.fewer(shape))), b.scalar(1)))
      case 7: {
        const other = this.pool.filter((node) => this.fits(shape, b.shape(node)))
        return b.binary(
          this.pick(['add', 'sub', 'mul']),
          b.unary('tanh', x),
          b.unary('tanh', this.pick(other)),
        )
      }
      case 8:
      case 9:
      case 10:
        return shape.length < 2 ? null : this.matmul(x)
      case 11: {
        const axes = shape.flatMap((_, i) => (this.chance(0.5) ? [i] : []))
        return b.scale(b.sum(x, axes, this.chance(0.5)), 1 / Math.sqrt(sizeOf(axes.map((i) => shape[i]!))))
      }
      case 12:
        return b.reshape(x, this.refactored(sizeOf(shape)))
      case 13:
        return b.transpose(x, this.stream.shuffle(shape.map((_, i) => i)))
      case 14:
        return b.broadcast(x, [...this.shape(this.stream.integer(2)), ...shape])
      case 15: {
        if (shape.length === 0) return null
        const start = this.stream.integer(length)
        return b.slice(x, axis, start, start + 1 + this.stream.integer(length - start))
      }
      case 16:
        return shape.length === 0 ? null : b.pad(x, axis, this.stream.integer(3), this.stream.integer(3))
      case 17: {
        if (shape.length === 0) return null
        const parts = [
          x,
          b.unary('tanh', x),
          this.fresh(shape),
          b.slice(x, axis, 0, 1 + this.stream.integer(length)),
        ]
        return b.concat(this.stream.shuffle(parts).slice(0, 2 + this.stream.integer(3)), axis)
      }
      case 18:
        return shape.length === 0 ? null : this.chance(0.5) ? b.softmax(x) : b.logSoftmax(x)
      default:
        return shape.length === 4 ? this.convolution(x) : this.gather()
    }
  }

  /** A shape that broadcasts to `shape`. */
  private fewer(shape: Shape): Shape {
    const kept = shape.map((length) => (this.chance(0.3) ? 1 : length))
    return kept.slice(this.chance(0.3) ? this.stream.integer(kept.length + 1) : 0)
  }

  private fits(p: Shape, q: Shape): boolean {
    const lead = Math.max(p.length, q.length)
    return Array.from({ length: lead }, (_, i) => {
      const [m, n] = [p[p.length - 1 - i] ?? 1, q[q.length - 1 - i] ?? 1]
      return m === n || m === 1 || n === 1
    }).every((fit) => fit)
  }

  private refactored(size: number): Shape {
    const out: number[] = []
    let rest = size
    while (rest > 1 && out.length < 3) {
      const divisors = lengths.filter((d) => rest % d === 0)
      const divisor = this.pick(divisors)
      out.push(divisor)
      rest /= divisor
    }
    return this.stream.shuffle([...out, rest])
  }

  private matmul(x: NodeId): NodeId {
    const { b } = this
    const shape = b.shape(x)
    const [transposeA, transposeB] = [this.chance(0.4), this.chance(0.4)]
    const inner = shape.at(transposeA ? -2 : -1)!
    const columns = this.pick([...lengths, 40, 70])
    const lead = this.chance(0.5) ? this.fewer(shape.slice(0, -2)) : []
    const other = [...lead, ...(transposeB ? [columns, inner] : [inner, columns])]
    const scaled = this.chance(0.2) ? b.times(x, this.fresh(this.fewer(shape))) : x
    return b.scale(
      b.matmul(scaled, this.chance(0.8) ? this.fresh(other) : b.unary('tanh', this.fresh(other)), {
        transposeA,
        transposeB,
      }),
      1 / Math.sqrt(inner),
    )
  }

  private convolution(x: NodeId): NodeId | null {
    const { b } = this
    const [, channels = 1, height = 1, width = 1] = b.shape(x)
    const kernel = [1 + this.stream.integer(3), 1 + this.stream.integer(4)] as const
    const outputs = this.pick([1, 2, 3, 8])
    const stride = 1 + this.stream.integer(3)
    const padding = this.stream.integer(2)
    if (this.chance(0.5)) {
      const outputPadding = this.stream.integer(stride)
      const k = this.fresh([channels, outputs, ...kernel])
      if ((height - 1) * stride - 2 * padding + kernel[0] + outputPadding < 1) return null
      if ((width - 1) * stride - 2 * padding + kernel[1] + outputPadding < 1) return null
      return b.scale(b.convTranspose2d(x, k, { stride, padding, outputPadding }), 1 / Math.sqrt(channels))
    }
    const dilation = 1 + this.stream.integer(2)
    const reach = (k: number): number => dilation * (k - 1) + 1
    if (height + 2 * padding < reach(kernel[0]) || width + 2 * padding < reach(kernel[1])) return null
    const k = this.fresh([outputs, channels, ...kernel])
    return b.scale(
      b.conv2d(x, k, { stride, padding, dilation }),
      1 / Math.sqrt(channels * kernel[0] * kernel[1]),
    )
  }

  private gather(): NodeId {
    const shape = this.shape(1 + this.stream.integer(3))
    const name = `r${Object.keys(this.inputs).length}`
    const rows = this.pick(lengths)
    const table = this.data(shape)
    this.inputs[name] = Int32Array.from({ length: rows }, () => this.stream.integer(shape[0]!))
    return this.b.gather(table, this.b.fed(name, [rows], 'i32'))
  }
}
