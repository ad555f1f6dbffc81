import type { GraphBuilder } from './builder.ts'
import { partsToNode, reverseRule, type Part } from './reverse-rules.ts'
import { sizeOf } from './shapes.ts'
import type { NodeId, ParameterRule, TrainingStep } from './types.ts'

/**
 * Appends to `builder` the nodes that compute ∂loss/∂w for every node w of `wanted`, in their order and each of w's
 * shape (reverse accumulation; Griewank & Walther 2008, chapter 3). Only nodes between `wanted` and `loss` get a
 * gradient, so a constant or an image costs nothing. A node that the loss does not depend on has a gradient of zeros.
 * At kinks: 0 for abs, relu and step at 0; 1 for clip at its bounds. Throws an Error when `loss` is no scalar or when
 * a gradient would have to pass through a gather into its table.
 */
export function gradients(builder: GraphBuilder, loss: NodeId, wanted: readonly NodeId[]): NodeId[] {
  if (sizeOf(builder.shape(loss)) !== 1)
    throw new Error(`the loss has the shape [${builder.shape(loss).join(', ')}], not that of a scalar`)
  const needed = dependents(builder, loss, wanted)
  const pending = new Map<NodeId, (NodeId | Part)[]>()
  const totals = new Map<NodeId, NodeId>()
  const give = (node: NodeId, share: NodeId | Part): void => {
    const shares = pending.get(node)
    if (shares === undefined) pending.set(node, [share])
    else shares.push(share)
  }
  if (needed[loss] === true) give(loss, builder.constant([1], builder.shape(loss)))
  for (let id = loss; id >= 0; id--) {
    const shares = pending.get(id)
    if (shares === undefined) continue
    const total = addShares(builder, id, shares)
    totals.set(id, total)
    reverseRule(builder, id, total, (input) => needed[input] === true, give)
  }
  return wanted.map((node) => totals.get(node) ?? builder.broadcast(builder.scalar(0), builder.shape(node)))
}

/** For every node up to the loss whether it is one of `wanted` or depends on one. */
function dependents(builder: GraphBuilder, loss: NodeId, wanted: readonly NodeId[]): boolean[] {
  const of = new Set(wanted)
  const needed: boolean[] = []
  for (let id = 0; id <= loss; id++)
    needed.push(of.has(id) || builder.node(id).inputs.some((input) => needed[input] === true))
  return needed
}

/** Slices of one axis that do not overlap are put together by one concat instead of a sum of padded copies. */
function addShares(builder: GraphBuilder, node: NodeId, shares: readonly (NodeId | Part)[]): NodeId {
  const whole = shares.filter((share) => typeof share === 'number')
  const parts = shares.filter((share) => typeof share !== 'number')
  const terms = [...whole, ...partsToNode(builder, builder.shape(node), parts)]
  return terms.slice(1).reduce((sum, term) => added(builder, sum, term), terms[0] ?? builder.scalar(0))
}

/** A negated share is taken off: one node less for every executor. */
function added(builder: GraphBuilder, sum: NodeId, term: NodeId): NodeId {
  const [negated = -1] = builder.node(term).inputs
  return builder.node(term).op === 'neg' ? builder.minus(sum, negated) : builder.plus(sum, term)
}

/** Usual constants of Adam (Kingma & Ba 2015, arXiv 1412.6980). */
const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

/**
 * The training step that lowers `loss` by AdamW in the parameters that `rules` name; other parameters of the graph stay
 * as they are. Appends the gradient nodes to `builder`. Throws an Error for a rule whose parameter the graph does not
 * hold exactly once.
 */
export function trainingStep(
  builder: GraphBuilder,
  loss: NodeId,
  rules: readonly ParameterRule[],
  constants: { readonly beta1?: number; readonly beta2?: number; readonly epsilon?: number } = {},
): TrainingStep {
  const wanted = rules.map(({ name }) => {
    const found = builder.nodes.flatMap((node, id) =>
      node.op === 'parameter' && node.name === name ? [id] : [],
    )
    if (found[0] === undefined || found.length > 1)
      throw new Error(`the graph holds ${found.length} parameters named ${name}`)
    return found[0]
  })
  const nodes = gradients(builder, loss, wanted)
  return { graph: builder.graph, loss, gradients: nodes, rules, ...adam, ...constants }
}
