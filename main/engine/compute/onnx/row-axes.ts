import { sizeOf, type Graph, type GraphNode, type NodeId, type Shape } from '../../graph/index.ts'

/** The axis of a node's value that holds the rows: its length is lead·rows·trail, row-major, by earlier reshapes. */
export interface RowAxis {
  readonly axis: number
  readonly lead: number
  readonly trail: number
}

/**
 * Which axis of every node grows with the number of rows, when the first axis of the inputs called `rows` does. A graph
 * is built for one number of rows, at least two; what would be wrong for another throws an Error: a slice of rows, rows
 * beside a fixed axis of the same length, rows of two inputs crossed with each other.
 */
export function rowAxes(
  graph: Graph,
  used: readonly boolean[],
  rows: readonly string[],
): Map<NodeId, RowAxis> {
  const found = new Map<NodeId, RowAxis>()
  graph.nodes.forEach((node, id) => {
    if (used[id] !== true) return
    const own = rowAxis(graph, node, id, found, rows)
    if (own !== null) found.set(id, own)
  })
  return found
}

/** The same graph with −1 in place of the length of every row axis, as Reshape takes it. */
export function withOpenRows(graph: Graph, axes: ReadonlyMap<NodeId, RowAxis>): Graph {
  return {
    nodes: graph.nodes.map((node, id) => {
      const own = axes.get(id)
      return own === undefined ? node : { ...node, shape: node.shape.with(own.axis, -1) }
    }),
  }
}

function rowAxis(
  graph: Graph,
  node: GraphNode,
  id: NodeId,
  found: ReadonlyMap<NodeId, RowAxis>,
  rows: readonly string[],
): RowAxis | null {
  const fail = (why: string): never => {
    throw new Error(`node ${id} (${node.op}) cannot take any number of rows: ${why}`)
  }
  const axes = node.inputs.map((input) => found.get(input) ?? null)
  const shapes = node.inputs.map((input) => graph.nodes[input]!.shape)
  const [own = null, other = null] = axes
  const [shape = []] = shapes
  /** Inputs lined up from the right as broadcasting does; rows may only meet rows or an axis of length 1. */
  const met = (count: number, lead: (shape: Shape) => number): RowAxis | null => {
    const placed = axes
      .slice(0, count)
      .map((a, i) => (a === null ? null : { ...a, axis: a.axis + lead(shapes[i]!) }))
    const first = placed.find((a) => a !== null) ?? null
    if (first === null) return null
    placed.forEach((a, i) => {
      const length = shapes[i]![first.axis - lead(shapes[i]!)] ?? 1
      if (a === null ? length !== 1 : !same(a, first)) fail('rows meet another axis of the same length')
    })
    return first
  }
  if (node.op === 'input') {
    if (!rows.includes(node.name)) return null
    return (node.shape[0] ?? 0) < 2 ? fail('it is built for fewer than two') : { axis: 0, lead: 1, trail: 1 }
  }
  if (axes.every((a) => a === null)) return null
  switch (node.op) {
    case 'parameter':
    case 'constant':
      return null
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
      return met(2, (s) => node.shape.length - s.length)
    case 'matmul':
      return productAxis(node, shapes, own, other, fail)
    case 'sum': {
      if (own === null || node.axes.includes(own.axis)) return null
      const gone = node.keep ? 0 : node.axes.filter((axis) => axis < own.axis).length
      return { ...own, axis: own.axis - gone }
    }
    case 'reshape':
      return reshapedAxis(shape, node.shape, own!) ?? fail('rows are torn apart')
    case 'transpose':
      return { ...own!, axis: node.permutation.indexOf(own!.axis) }
    case 'broadcast':
      return { ...own!, axis: own!.axis + node.shape.length - shape.length }
    case 'slice':
    case 'pad':
      return own!.axis === node.axis ? fail('it counts rows') : own
    case 'concat':
      return axes.some((a) => a?.axis === node.axis) ? fail('it counts rows') : met(axes.length, () => 0)
    case 'gather': {
      if (other !== null) return other
      return own!.axis === 0 ? null : { ...own!, axis: own!.axis + shapes[1]!.length - 1 }
    }
    case 'softmax':
    case 'logSoftmax':
      return own
    case 'conv2d':
    case 'convTranspose2d':
      return own?.axis === 0 && other === null ? own : fail('rows are not its batch')
    default:
      return own
  }
}

function productAxis(
  node: GraphNode & { readonly op: 'matmul' },
  [shapeA = [], shapeB = []]: readonly Shape[],
  a: RowAxis | null,
  b: RowAxis | null,
  fail: (why: string) => never,
): RowAxis | null {
  const rank = node.shape.length
  const placed = [
    { of: a, shape: shapeA, inner: node.transposeA ? 2 : 1 },
    { of: b, shape: shapeB, inner: node.transposeB ? 1 : 2 },
  ].map(({ of, shape, inner }, side) => {
    if (of === null) return null
    const fromEnd = shape.length - of.axis
    if (fromEnd > 2) return { ...of, axis: rank - fromEnd }
    return fromEnd === inner ? ('inner' as const) : { ...of, axis: side === 0 ? rank - 2 : rank - 1 }
  })
  const [left, right] = placed
  if (left === 'inner' || right === 'inner')
    return left === right ? null : fail('rows are summed with a fixed axis')
  if (left && right && !same(left, right)) return fail('rows are crossed')
  const axis = left ?? right ?? null
  const fixed = left ? shapeB : shapeA
  if (
    axis !== null &&
    !(left && right) &&
    axis.axis < rank - 2 &&
    (fixed[axis.axis - rank + fixed.length] ?? 1) !== 1
  )
    return fail('rows meet another axis of the same length')
  return axis
}

const same = (a: RowAxis, b: RowAxis): boolean =>
  a.axis === b.axis && a.lead === b.lead && a.trail === b.trail

/** Element (p, r, q) of [P, rows, Q] in row-major order must fall into one axis of the new shape with all of its rows. */
function reshapedAxis(from: Shape, to: Shape, { axis, lead, trail }: RowAxis): RowAxis | null {
  const before = sizeOf(from.slice(0, axis)) * lead
  const after = sizeOf(from.slice(axis + 1)) * trail
  for (let j = 0, front = 1; j < to.length; front *= to[j]!, j++) {
    const behind = sizeOf(to.slice(j + 1))
    if (to[j]! > 1 && before % front === 0 && after % behind === 0)
      return { axis: j, lead: before / front, trail: after / behind }
  }
  return null
}
