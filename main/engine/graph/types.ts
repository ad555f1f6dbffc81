/** Rows before columns, static; [] is a scalar. */
export type Shape = readonly number[]

/** Number of a node in its graph; inputs always have smaller numbers, so 0..n−1 is an order of evaluation. */
export type NodeId = number

/** f(x), element by element. `step` is 1 where x > 0, else 0; `silu` is x·sigmoid(x); `erf` the error function. */
export type UnaryOp =
  | 'neg'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'square'
  | 'abs'
  | 'tanh'
  | 'sigmoid'
  | 'silu'
  | 'relu'
  | 'softplus'
  | 'erf'
  | 'step'

/** f(a, b), element by element, shapes broadcast as in numpy. */
export type BinaryOp = 'add' | 'sub' | 'mul' | 'div'

/** What one node does beside its inputs. All tensors are float32, but for the `rows` of a gather (int32). */
export type Operation =
  /** Fed at every call: `data` once for a run (tables, images), `step` anew for every step (draws, row numbers). */
  | {
      readonly op: 'input'
      readonly name: string
      readonly per: 'data' | 'step'
      readonly type: 'f32' | 'i32'
    }
  | { readonly op: 'parameter'; readonly name: string }
  | { readonly op: 'constant'; readonly values: Float32Array }
  | { readonly op: UnaryOp }
  | { readonly op: BinaryOp }
  | { readonly op: 'clip'; readonly low: number; readonly high: number }
  /** Last two axes multiplied, each optionally transposed first; leading axes broadcast as in numpy. Both have rank ≥ 2. */
  | { readonly op: 'matmul'; readonly transposeA: boolean; readonly transposeB: boolean }
  /** Sum over `axes` (ascending, ≥ 0); they stay as 1 when `keep`. */
  | { readonly op: 'sum'; readonly axes: readonly number[]; readonly keep: boolean }
  | { readonly op: 'reshape' }
  | { readonly op: 'transpose'; readonly permutation: readonly number[] }
  | { readonly op: 'broadcast' }
  /** Elements start..end−1 of one axis. */
  | { readonly op: 'slice'; readonly axis: number; readonly start: number; readonly end: number }
  /** Zeros before and after along one axis: the reverse of a slice. */
  | { readonly op: 'pad'; readonly axis: number; readonly before: number; readonly after: number }
  | { readonly op: 'concat'; readonly axis: number }
  /** inputs: table [N, ...], rows [B] int32 in 0..N−1; the result is [B, ...]. Has no reverse rule into its table. */
  | { readonly op: 'gather' }
  /** Over the last axis. */
  | { readonly op: 'softmax' }
  | { readonly op: 'logSoftmax' }
  /** inputs: image [B, C, H, W], kernel [O, C, h, w]; cross-correlation with equal zero padding on all sides. */
  | { readonly op: 'conv2d'; readonly stride: number; readonly padding: number; readonly dilation: number }
  /** inputs: image [B, C, H, W], kernel [C, O, h, w]; the reverse of conv2d in its image. H' = (H−1)·stride − 2·padding + h + outputPadding. */
  | {
      readonly op: 'convTranspose2d'
      readonly stride: number
      readonly padding: number
      readonly outputPadding: number
    }

export type GraphNode = {
  readonly inputs: readonly NodeId[]
  readonly shape: Shape
} & Operation

/** A pure function from inputs and parameters to every node: data, nothing runs here. */
export interface Graph {
  readonly nodes: readonly GraphNode[]
}

/** How AdamW moves one parameter: both are factors of the step's rate. */
export interface ParameterRule {
  readonly name: string
  readonly rate: number
  readonly decay: number
}

/**
 * One step of training: gradients of the scalar `loss` are nodes of the same graph. Update of every parameter w with
 * gradient g at step t = 1, 2, …, and rate η = stepRate·rule.rate (Loshchilov & Hutter 2019, arXiv 1711.05101):
 * m ← β₁m + (1−β₁)g;  v ← β₂v + (1−β₂)g²;  w ← w − η·decay·w − η·(m·c₁)/(√(v·c₂) + ε),
 * with cᵢ = 1/(1 − βᵢᵗ) computed in float64 and fed, so that every executor takes the same step.
 */
export interface TrainingStep {
  readonly graph: Graph
  readonly loss: NodeId
  /** Gradient node of each rule's parameter, in the order of `rules`. */
  readonly gradients: readonly NodeId[]
  readonly rules: readonly ParameterRule[]
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}

export type Tensor = Float32Array | Int32Array
/** By name of the input or parameter. */
export type Tensors = Readonly<Record<string, Tensor>>
export type Parameters = Readonly<Record<string, Float32Array>>

/** All that a run needs to go on bit-equal: written to a checkpoint, handed to `trainer`. */
export interface TrainingState {
  /** Steps taken so far. */
  readonly step: number
  readonly parameters: Parameters
  readonly firstMoments: Parameters
  readonly secondMoments: Parameters
}
