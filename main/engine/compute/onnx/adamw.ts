import type { NodeId, TrainingStep } from '../../graph/index.ts'
import type { Block } from './blocks.ts'
import type { OnnxGraph } from './onnx-graph.ts'

/** Names of a block's two moments in the loop's body. */
export interface Moments {
  readonly first: string
  readonly second: string
}

/** The factors of a gradient that is a product of two matrices with a short common axis. */
export interface ThinProduct {
  readonly factors: readonly NodeId[]
  readonly transA: number
  readonly transB: number
}

/** Up to here a second product is cheaper than the passes over memory that it saves. */
const thin = 16

/** How a block's gradient is made when it is a thin product, as that of a hypernetwork's head is; else null. */
export function thinProduct(step: TrainingStep, { members }: Block): ThinProduct | null {
  const { nodes } = step.graph
  const node = nodes[step.gradients[members[0]!.rule]!]!
  if (members.length !== 1 || node.op !== 'matmul') return null
  const [left = [], right = []] = node.inputs.map((input) => nodes[input]!.shape)
  if (left.length !== 2 || right.length !== 2 || left[node.transposeA ? 0 : 1]! > thin) return null
  return { factors: node.inputs, transA: node.transposeA ? 1 : 0, transB: node.transposeB ? 1 : 0 }
}

const scaled = (body: OnnxGraph, x: string, factor: number): string =>
  body.op('Mul', [x, body.scalar(factor)])

/** m ← β₁m + (1−β₁)g and v ← β₂v + (1−β₂)g². */
export function movedMoments(
  body: OnnxGraph,
  { beta1, beta2 }: TrainingStep,
  { first, second }: Moments,
  g: string,
): Moments {
  const squares = body.op('Mul', [scaled(body, g, 1 - beta2), g])
  return {
    first: body.op('Add', [scaled(body, first, beta1), scaled(body, g, 1 - beta1)]),
    second: body.op('Add', [scaled(body, second, beta2), squares]),
  }
}

/** The same for a thin gradient: m is one Gemm, and g comes scaled by √(1−β₂) out of another. */
export function thinMoments(
  body: OnnxGraph,
  { beta1, beta2 }: TrainingStep,
  { first, second }: Moments,
  { transA, transB }: ThinProduct,
  factors: readonly string[],
): Moments {
  const root = body.op('Gemm', factors, { transA, transB, alpha: { real: Math.sqrt(1 - beta2) } })
  return {
    first: body.op('Gemm', [...factors, first], {
      transA,
      transB,
      alpha: { real: 1 - beta1 },
      beta: { real: beta1 },
    }),
    second: body.op('Add', [scaled(body, second, beta2), body.op('Mul', [root, root])]),
  }
}

/**
 * w ← w − a·m/(√v + e) − d·w, with a = η·c₁/√c₂, e = ε/√c₂ and d = η·decay (null: none) as numbers of the step: what
 * `TrainingStep` says but for rounding, in fewer passes over memory.
 */
export function movedWeights(
  body: OnnxGraph,
  weights: string,
  { first, second }: Moments,
  { a, e, d }: { readonly a: string; readonly e: string; readonly d: string | null },
): string {
  const root = body.op('Add', [body.op('Sqrt', [second]), e])
  const moved = body.op('Sub', [weights, body.op('Div', [body.op('Mul', [first, a]), root])])
  return d === null ? moved : body.op('Sub', [moved, body.op('Mul', [weights, d])])
}
