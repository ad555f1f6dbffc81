import type { BinaryOp, NodeId, Shape, UnaryOp } from '../../graph/index.ts'

/** What is given from outside: an input of the graph or a parameter. */
export interface Leaf {
  readonly kind: 'data' | 'step' | 'parameter'
  readonly name: string
  readonly type: 'f32' | 'i32'
}

/**
 * The graph on its way to a program. Beside the ops of a graph: `join` puts parts side by side (concat and pad), `copy`
 * makes a view dense, `windows` is conv2d, `scatter` adds columns back into images, `adam` moves a parameter by its
 * gradient, `mulStep` is a·step(b).
 */
export type IrOp =
  | { readonly op: 'leaf'; readonly leaf: Leaf }
  | { readonly op: 'constant'; readonly values: Float32Array }
  | { readonly op: UnaryOp | BinaryOp | 'copy' | 'mulStep' }
  | { readonly op: 'clip'; readonly low: number; readonly high: number }
  | {
      readonly op: 'matmul'
      readonly transposeA: boolean
      readonly transposeB: boolean
      /** Leading axis of the stacked product that is summed over with the inner axis; null where none is. */
      readonly block: number | null
      /** The third input, [..., inner], multiplies along the inner axis. */
      readonly scaled: boolean
      /** Broadcast leading axes, the block's among them. */
      readonly lead: Shape
    }
  | { readonly op: 'sum'; readonly axes: readonly number[] }
  | { readonly op: 'reshape' }
  | { readonly op: 'transpose'; readonly permutation: readonly number[] }
  | { readonly op: 'broadcast' }
  | { readonly op: 'slice'; readonly axis: number; readonly start: number; readonly end: number }
  | { readonly op: 'join'; readonly axis: number; readonly starts: readonly number[]; readonly full: boolean }
  | { readonly op: 'gather' }
  | { readonly op: 'softmax' | 'logSoftmax' }
  | { readonly op: 'windows'; readonly stride: number; readonly padding: number; readonly dilation: number }
  | {
      readonly op: 'scatter'
      readonly stride: number
      readonly padding: number
      readonly kernel: readonly [number, number]
      readonly image: readonly [number, number]
    }
  | { readonly op: 'adam'; readonly rule: number }

export type IrNode = { readonly inputs: readonly NodeId[]; readonly shape: Shape } & IrOp

export interface Ir {
  readonly nodes: readonly IrNode[]
  /** Nodes whose values are read after a run. */
  readonly outputs: readonly NodeId[]
}

const unary: ReadonlySet<string> = new Set<UnaryOp>([
  'neg',
  'exp',
  'log',
  'sqrt',
  'square',
  'abs',
  'tanh',
  'sigmoid',
  'silu',
  'relu',
  'softplus',
  'erf',
  'step',
])
const binary: ReadonlySet<string> = new Set<BinaryOp>(['add', 'sub', 'mul', 'div'])

export const isUnary = (op: string): op is UnaryOp => unary.has(op)
export const isBinary = (op: string): op is BinaryOp => binary.has(op)

/** Ops that are nothing but another way to look at their input's memory. */
export const isView = (op: string): op is 'reshape' | 'transpose' | 'broadcast' | 'slice' =>
  op === 'reshape' || op === 'transpose' || op === 'broadcast' || op === 'slice'

/** Ops whose every element depends on the elements at the same place of their inputs. */
export const isElementwise = (op: string): boolean =>
  isUnary(op) || isBinary(op) || op === 'clip' || op === 'copy' || op === 'mulStep'

export const isProduct = (op: string): op is 'matmul' | 'windows' => op === 'matmul' || op === 'windows'

/** Indices over which a node's work runs: those of its input where it adds up or updates. */
export function domainOf(nodes: readonly IrNode[], id: NodeId): Shape {
  const node = nodes[id]!
  return node.op === 'sum' || node.op === 'adam' ? nodes[node.inputs[0]!]!.shape : node.shape
}

/** For every node, the nodes that read it. */
export function readersOf(nodes: readonly IrNode[]): NodeId[][] {
  const readers: NodeId[][] = nodes.map(() => [])
  nodes.forEach(({ inputs }, id) => {
    for (const input of new Set(inputs)) readers[input]!.push(id)
  })
  return readers
}
