import {
  broadcastShapes,
  reachable,
  sameShape,
  sizeOf,
  type Graph,
  type GraphNode,
  type NodeId,
  type Shape,
  type TrainingStep,
  type UnaryOp,
} from '../../graph/index.ts'
import { isBinary, isUnary, type Ir, type IrNode, type IrOp, type Leaf } from './ir.ts'

/** null for what is never shared. */
function keyOf(op: IrOp, inputs: readonly NodeId[], shape: Shape): string | null {
  // Each copy has a place of its own.
  if (op.op === 'copy') return null
  if (op.op === 'constant') return op.values.length === 1 ? `number ${op.values[0]}|${shape.join(',')}` : null
  const what = op.op === 'clip' ? `clip ${op.low} ${op.high}` : JSON.stringify(op)
  return `${what}|${inputs.join(',')}|${shape.join(',')}`
}

/** Makes nodes once each: the same op on the same inputs is one node, and plain identities never become one. */
export class IrBuilder {
  readonly nodes: IrNode[] = []
  private readonly known = new Map<string, NodeId>()

  add(op: IrOp, inputs: readonly NodeId[], shape: Shape): NodeId {
    const key = keyOf(op, inputs, shape)
    const found = key === null ? undefined : this.known.get(key)
    if (found !== undefined) return found
    this.nodes.push({ ...op, inputs, shape })
    const id = this.nodes.length - 1
    if (key !== null) this.known.set(key, id)
    return id
  }

  shape(id: NodeId): Shape {
    return this.nodes[id]!.shape
  }

  find(op: IrOp, inputs: readonly NodeId[], shape: Shape): NodeId | null {
    return this.known.get(keyOf(op, inputs, shape) ?? '') ?? null
  }

  leaf(leaf: Leaf, shape: Shape): NodeId {
    return this.add({ op: 'leaf', leaf }, [], shape)
  }

  reshape(input: NodeId, shape: Shape): NodeId {
    if (sameShape(this.shape(input), shape)) return input
    const node = this.nodes[input]!
    if (node.op === 'reshape') return this.reshape(node.inputs[0]!, shape)
    return this.add({ op: 'reshape' }, [input], shape)
  }

  /** Value of a node that is one number everywhere, known when compiled. */
  uniform(id: NodeId): number | null {
    const node = this.nodes[id]!
    if (node.op === 'constant' && node.values.length === 1) return node.values[0]!
    if (node.op === 'broadcast' || node.op === 'reshape') return this.uniform(node.inputs[0]!)
    return null
  }

  number(value: number, shape: Shape): NodeId {
    const one = this.add({ op: 'constant', values: Float32Array.of(value) }, [], [])
    return sizeOf(shape) === 1 && shape.length === 0 ? one : this.add({ op: 'broadcast' }, [one], shape)
  }

  unary(op: UnaryOp, a: NodeId, shape: Shape): NodeId {
    const value = this.uniform(a)
    if (value !== null && op === 'neg') return this.number(-value, shape)
    // relu(x) > 0 just where x > 0, and is kept anyway.
    const kept = op === 'step' ? this.find({ op: 'relu' }, [a], this.shape(a)) : null
    return this.add({ op }, [kept ?? a], shape)
  }

  binary(op: 'add' | 'sub' | 'mul' | 'div', a: NodeId, b: NodeId, shape: Shape): NodeId {
    const [p, q] = [this.uniform(a), this.uniform(b)]
    if (p !== null && q !== null) return this.number(Math.fround(combined(op, p, q)), shape)
    const whole = (id: NodeId): boolean => sameShape(this.shape(id), shape)
    if (q === 1 && (op === 'mul' || op === 'div') && whole(a)) return a
    if (p === 1 && op === 'mul' && whole(b)) return b
    if (op === 'mul') {
      for (const [x, y] of [
        [a, b],
        [b, a],
      ] as const) {
        const node = this.nodes[y]!
        if (node.op === 'step') return this.add({ op: 'mulStep' }, [x, node.inputs[0]!], shape)
      }
    }
    return this.add({ op }, [a, b], shape)
  }
}

function combined(op: 'add' | 'sub' | 'mul' | 'div', p: number, q: number): number {
  return op === 'add' ? p + q : op === 'sub' ? p - q : op === 'mul' ? p * q : p / q
}

/** The part of a graph that its outputs need, and an update for every rule of the step where there is one. */
export function buildIr(graph: Graph, outputs: readonly NodeId[], step: TrainingStep | null): Ir {
  const used = reachable(graph, step === null ? outputs : [...outputs, ...step.gradients])
  const b = new IrBuilder()
  const names = new Map<NodeId, NodeId>()
  graph.nodes.forEach((node, id) => {
    if (used[id] !== true) return
    if (node.shape.some((length) => !Number.isInteger(length) || length < 1))
      throw new Error(
        `node ${id} (${node.op}) has the shape [${node.shape.join(', ')}]: every axis needs a length`,
      )
    names.set(
      id,
      translate(
        b,
        node,
        node.inputs.map((input) => names.get(input)!),
      ),
    )
  })
  const moved = new Set<string>()
  const updates = (step?.rules ?? []).map(({ name }, rule) => {
    if (moved.has(name)) throw new Error(`two rules move the parameter ${name}`)
    moved.add(name)
    const gradient = names.get(step!.gradients[rule]!)!
    const shape = b.shape(gradient)
    const parameter = b.leaf({ kind: 'parameter', name, type: 'f32' }, shape)
    return b.add({ op: 'adam', rule }, [gradient, parameter], shape)
  })
  return { nodes: b.nodes, outputs: [...outputs.map((id) => names.get(id)!), ...updates] }
}

function translate(b: IrBuilder, node: GraphNode, inputs: readonly NodeId[]): NodeId {
  const { shape } = node
  const [x = -1, y = -1] = inputs
  switch (node.op) {
    case 'input':
      return b.leaf({ kind: node.per, name: node.name, type: node.type }, shape)
    case 'parameter':
      return b.leaf({ kind: 'parameter', name: node.name, type: 'f32' }, shape)
    case 'constant':
      return uniformConstant(b, node.values, shape)
    case 'sum': {
      const from = b.shape(x)
      const axes = node.axes.filter((axis) => from[axis] !== 1)
      if (axes.length === 0) return b.reshape(x, shape)
      const rest = from.filter((_, i) => !axes.includes(i))
      return b.reshape(b.add({ op: 'sum', axes }, [x], rest), shape)
    }
    case 'reshape':
      return b.reshape(x, shape)
    case 'broadcast':
      return sameShape(b.shape(x), shape) ? x : b.add({ op: 'broadcast' }, [x], shape)
    case 'transpose':
      return node.permutation.every((axis, i) => axis === i)
        ? x
        : b.add({ op: 'transpose', permutation: node.permutation }, [x], shape)
    case 'slice':
      return sameShape(b.shape(x), shape)
        ? x
        : b.add({ op: 'slice', axis: node.axis, start: node.start, end: node.end }, [x], shape)
    case 'pad':
      return node.before === 0 && node.after === 0
        ? x
        : b.add({ op: 'join', axis: node.axis, starts: [node.before], full: false }, [x], shape)
    case 'concat':
      return joined(b, inputs, node.axis, shape)
    case 'gather':
      return b.add({ op: 'gather' }, inputs, shape)
    case 'softmax':
    case 'logSoftmax':
      return b.add({ op: node.op }, inputs, shape)
    case 'clip':
      return b.add({ op: 'clip', low: node.low, high: node.high }, inputs, shape)
    case 'matmul': {
      const lead = broadcastShapes(b.shape(x).slice(0, -2), b.shape(y).slice(0, -2))
      const { transposeA, transposeB } = node
      return b.add({ op: 'matmul', transposeA, transposeB, block: null, scaled: false, lead }, inputs, shape)
    }
    case 'conv2d': {
      const { stride, padding, dilation } = node
      return b.add({ op: 'windows', stride, padding, dilation }, inputs, shape)
    }
    case 'convTranspose2d':
      return transposedConvolution(b, node, x, y, shape)
    default:
      if (isBinary(node.op)) return b.binary(node.op, x, y, shape)
      if (isUnary(node.op)) return b.unary(node.op, x, shape)
      throw new Error(`no rule for ${(node as GraphNode).op}`)
  }
}

/** An array of one and the same number is that number, broadcast. */
function uniformConstant(b: IrBuilder, values: Float32Array, shape: Shape): NodeId {
  const first = values[0]!
  return values.every((value) => Object.is(value, first))
    ? b.number(first, shape)
    : b.add({ op: 'constant', values }, [], shape)
}

/** Joins inside a join along the same axis are one; what they leave open stays open. */
function joined(b: IrBuilder, inputs: readonly NodeId[], axis: number, shape: Shape): NodeId {
  if (inputs.length === 1) return inputs[0]!
  const parts: NodeId[] = []
  const starts: number[] = []
  let at = 0
  let full = true
  for (const input of inputs) {
    const node = b.nodes[input]!
    if (node.op === 'join' && node.axis === axis) {
      node.inputs.forEach((part, i) => {
        parts.push(part)
        starts.push(at + node.starts[i]!)
      })
      full &&= node.full
    } else {
      parts.push(input)
      starts.push(at)
    }
    at += node.shape[axis]!
  }
  // Parts that meet leave nothing open, however they came.
  const ends = parts.map((part, i) => starts[i]! + b.shape(part)[axis]!)
  full ||= starts.every((start, i) => start === (i === 0 ? 0 : ends[i - 1])) && ends.at(-1) === at
  return b.add({ op: 'join', axis, starts, full }, parts, shape)
}

/** Columns of the kernel's windows, then added into the image: y[(o, i, j), (y, x)] = Σ_c k[c, (o, i, j)]·x[c, (y, x)]. */
function transposedConvolution(
  b: IrBuilder,
  node: GraphNode & { readonly op: 'convTranspose2d' },
  image: NodeId,
  kernel: NodeId,
  shape: Shape,
): NodeId {
  const [batch = 1, channels = 1, rows = 1, columns = 1] = b.shape(image)
  const [, outputs = 1, h = 1, w = 1] = b.shape(kernel)
  const flat = b.reshape(kernel, [channels, outputs * h * w])
  const pixels = b.reshape(image, [batch, channels, rows * columns])
  const products = b.add(
    { op: 'matmul', transposeA: true, transposeB: false, block: null, scaled: false, lead: [batch] },
    [flat, pixels],
    [batch, outputs * h * w, rows * columns],
  )
  const { stride, padding } = node
  return b.add({ op: 'scatter', stride, padding, kernel: [h, w], image: [rows, columns] }, [products], shape)
}
