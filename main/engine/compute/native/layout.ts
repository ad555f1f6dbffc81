import type { NodeId } from '../../graph/index.ts'
import type { IrBuilder } from './build-ir.ts'
import { isElementwise, isView, readersOf, type Ir, type IrNode } from './ir.ts'
import { rebuilt } from './simplify.ts'
import { broadcastTo, contiguous, isContiguous, reshaped, sliced, transposed, type View } from './views.ts'

/** A view of the memory that node `root` is kept in. */
export interface Place {
  readonly root: NodeId
  readonly view: View
}

/** Where the value of every node lies, in terms of the nodes that own memory. */
export interface Layout extends Ir {
  readonly places: readonly Place[]
  /** Joins whose memory has to be cleared first, since their parts leave some of it open. */
  readonly open: ReadonlySet<NodeId>
}

/** The view that a view op gives of its input's; null for a reshape that only a copy can do. */
function viewThrough(node: IrNode, input: View): View | null {
  switch (node.op) {
    case 'reshape':
      return reshaped(input, node.shape)
    case 'transpose':
      return transposed(input, node.permutation)
    case 'broadcast':
      return broadcastTo(input, node.shape)
    case 'slice':
      return sliced(input, node.axis, node.start, node.end)
    default:
      throw new Error(`${node.op} is no view`)
  }
}

/** The view that the input of a view op must have so that the op's own is `view`; null where there is none. */
function viewBefore(nodes: readonly IrNode[], node: IrNode, view: View): View | null {
  if (node.op === 'reshape') return reshaped(view, nodes[node.inputs[0]!]!.shape)
  if (node.op !== 'transpose') return null
  return transposed(
    view,
    node.permutation.map((_, i) => node.permutation.indexOf(i)),
  )
}

const isPlaceable = ({ op }: IrNode): boolean =>
  isElementwise(op) || op === 'sum' || op === 'matmul' || op === 'join'

interface Placement {
  /** Where joined nodes write, by node: inside the memory of a join. */
  readonly places: ReadonlyMap<NodeId, Place>
  /** Parts, as `join:index`, that only a copy can bring to their place. */
  readonly copies: ReadonlySet<string>
  readonly open: ReadonlySet<NodeId>
}

/** Lets the nodes that a join is made of write straight into it, wherever nothing else reads them. */
function placeParts({ nodes, outputs }: Ir): Placement {
  const readers = readersOf(nodes)
  const isOutput = new Set(outputs)
  const places = new Map<NodeId, Place>()
  const copies = new Set<string>()
  const open = new Set<NodeId>()
  for (let id = nodes.length - 1; id >= 0; id--) {
    const join = nodes[id]!
    if (join.op !== 'join') continue
    const own = places.get(id) ?? { root: id, view: contiguous(join.shape) }
    if (!join.full) open.add(own.root)
    join.inputs.forEach((part, i) => {
      const start = join.starts[i]!
      const slot = sliced(own.view, join.axis, start, start + nodes[part]!.shape[join.axis]!)
      const found = placeOf(part, slot, join.inputs.filter((other) => other === part).length)
      if (found === null) copies.add(`${id}:${i}`)
      else places.set(found.node, { root: own.root, view: found.view })
    })
  }
  return { places, copies, open }

  function placeOf(part: NodeId, slot: View, times: number): { node: NodeId; view: View } | null {
    if (times > 1) return null
    let node = part
    let view = slot
    for (;;) {
      if (readers[node]!.length !== 1 || isOutput.has(node)) return null
      const { op, inputs } = nodes[node]!
      if (!isView(op)) return isPlaceable(nodes[node]!) ? { node, view } : null
      const before = viewBefore(nodes, nodes[node]!, view)
      if (before === null) return null
      view = before
      node = inputs[0]!
    }
  }
}

/** Ops that read their inputs as dense memory. */
const wantsDense = (op: string): boolean =>
  op === 'softmax' || op === 'logSoftmax' || op === 'gather' || op === 'scatter'

/** Adds the copies without which a value cannot lie where its readers look for it, and says where each lies. */
export function laidOut(ir: Ir): Layout {
  const first = placeParts(ir)
  const places: Place[] = []
  const dense = (b: IrBuilder, id: NodeId): NodeId => b.add({ op: 'copy' }, [id], b.shape(id))
  /** Keeps the places of nodes made meanwhile: each lies in its own memory unless it is a view. */
  const note = (b: IrBuilder): void => {
    for (let id = places.length; id < b.nodes.length; id++) {
      const node = b.nodes[id]!
      const input = isView(node.op) ? places[node.inputs[0]!]! : null
      const view = input === null ? contiguous(node.shape) : viewThrough(node, input.view)
      if (view === null) throw new Error(`node ${id} is a reshape that needs a copy`)
      places.push({ root: input?.root ?? id, view })
    }
  }
  const denseFrom = (view: View, axis: number): boolean =>
    isContiguous({ ...view, shape: view.shape.slice(axis), strides: view.strides.slice(axis) })
  const withCopies = rebuilt(ir, (b, node, id) => {
    note(b)
    const view = (input: NodeId): View => places[input]!.view
    const { inputs, shape, ...op } = node
    const [x = -1, y = -1] = inputs
    const changed = (to: readonly NodeId[]): NodeId => b.add(op, to, shape)
    if (op.op === 'reshape' && reshaped(view(x), shape) === null) return changed([dense(b, x)])
    if (wantsDense(op.op))
      return changed(inputs.map((input) => (isContiguous(view(input)) ? input : dense(b, input))))
    if (op.op === 'windows') {
      const last = view(x).strides.at(-1)
      return changed([
        last === 1 || b.shape(x).at(-1) === 1 ? x : dense(b, x),
        denseFrom(view(y), 2) ? y : dense(b, y),
      ])
    }
    if (op.op === 'join')
      return changed(inputs.map((part, i) => (first.copies.has(`${id}:${i}`) ? dense(b, part) : part)))
    return null
  })
  const nodes = [...withCopies.nodes]
  // What is read after a run is dense and computed by the run, or a leaf.
  const outputs = withCopies.outputs.map((id) => {
    const view = viewOf(nodes, id)
    if (nodes[id]!.op === 'adam' || (isContiguous(view.view) && nodes[view.root]!.op !== 'constant'))
      return id
    nodes.push({ op: 'copy', inputs: [id], shape: nodes[id]!.shape })
    return nodes.length - 1
  })
  const second = placeParts({ nodes, outputs })
  if (second.copies.size > 0) throw new Error(`parts without a place: ${[...second.copies].join(', ')}`)
  const all: Place[] = []
  nodes.forEach((node, id) => {
    const input = isView(node.op) ? all[node.inputs[0]!]! : null
    const own = second.places.get(id)
    if (input === null) all.push(own ?? { root: id, view: contiguous(node.shape) })
    else {
      const view = viewThrough(node, input.view)
      // The only reader of such a view is the join, which has the part in place already.
      all.push({ root: input.root, view: view ?? contiguous(node.shape) })
    }
  })
  return { nodes, outputs, places: all, open: second.open }
}

function viewOf(nodes: readonly IrNode[], id: NodeId): Place {
  const node = nodes[id]!
  if (!isView(node.op)) return { root: id, view: contiguous(node.shape) }
  const input = viewOf(nodes, node.inputs[0]!)
  return { root: input.root, view: viewThrough(node, input.view)! }
}
