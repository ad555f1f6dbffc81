import { multiplyTransposed, transposeInto } from './product.ts'

/**
 * The base network f(P; γ): d → H → H → 2m with SiLU; outputs are m means and m raw log-variances.
 * γ generates its weights: each layer's input weights times (1 + r), plus a on each pre-activation and output.
 */
export interface Shape {
  readonly features: number
  readonly hidden: number
  readonly outputs: number
  readonly latent: number
}

/** Offsets into the flat base parameters; weights are stored out x in. */
export interface Layout {
  readonly w1: number
  readonly b1: number
  readonly w2: number
  readonly b2: number
  readonly w3: number
  readonly b3: number
  readonly size: number
  /** Length of γ: r1 (d), a1 (H), r2 (H), a2 (H), r3 (H), a3 (2m). */
  readonly gamma: number
}

export function layoutOf(shape: Shape): Layout {
  const { features: d, hidden: h, outputs: m } = shape
  const b1 = h * d
  const w2 = b1 + h
  const b2 = w2 + h * h
  const w3 = b2 + h
  const b3 = w3 + 2 * m * h
  return { w1: 0, b1, w2, b2, w3, b3, size: b3 + 2 * m, gamma: d + 4 * h + 2 * m }
}

/** Weights of one draw of γ and everything the backward pass needs of the forward one. */
export interface Workspace {
  readonly weights: Float64Array
  readonly gamma: Float64Array
  readonly output: Float64Array
  readonly outputGradient: Float64Array
  readonly gammaGradient: Float64Array
  readonly buffers: readonly Float64Array[]
}

export function workspace(shape: Shape, rows: number): Workspace {
  const { features: d, hidden: h, outputs: m } = shape
  const layout = layoutOf(shape)
  const buffer = (size: number): Float64Array => new Float64Array(size)
  return {
    weights: buffer(layout.size),
    gamma: buffer(layout.gamma),
    output: buffer(rows * 2 * m),
    outputGradient: buffer(rows * 2 * m),
    gammaGradient: buffer(layout.gamma),
    buffers: [
      buffer(rows * h), // 0 pre-activation 1, then its gradient
      buffer(rows * h), // 1 activation 1
      buffer(rows * h), // 2 pre-activation 2, then its gradient
      buffer(rows * h), // 3 activation 2
      buffer(rows * h), // 4 transposed gradient
      buffer(rows * h), // 5 transposed activation
      buffer(Math.max(h * h, 2 * m * h)), // 6 transposed weights
      buffer(rows * 2 * m), // 7 transposed output gradient
      buffer(Math.max(h * d, h * h, 2 * m * h)), // 8 gradient of generated weights
      buffer(rows * h), // 9 gradient of an activation
      buffer(rows * h), // 10 sigmoid 1
      buffer(rows * h), // 11 sigmoid 2
    ],
  }
}

/** Generates the weights of the γ in `space` from the base parameters. */
export function generateWeights(base: Float64Array, shape: Shape, space: Workspace): void {
  const { features: d, hidden: h, outputs: m } = shape
  const at = layoutOf(shape)
  const { weights, gamma } = space
  scaleColumns(base, weights, at.w1, h, d, gamma, 0)
  for (let i = 0; i < h; i++) weights[at.b1 + i] = base[at.b1 + i]! + gamma[d + i]!
  scaleColumns(base, weights, at.w2, h, h, gamma, d + h)
  for (let i = 0; i < h; i++) weights[at.b2 + i] = base[at.b2 + i]! + gamma[d + 2 * h + i]!
  scaleColumns(base, weights, at.w3, 2 * m, h, gamma, d + 3 * h)
  for (let i = 0; i < 2 * m; i++) weights[at.b3 + i] = base[at.b3 + i]! + gamma[d + 4 * h + i]!
}

function scaleColumns(
  base: Float64Array,
  weights: Float64Array,
  offset: number,
  rows: number,
  cols: number,
  gamma: Float64Array,
  gate: number,
): void {
  for (let i = 0; i < rows; i++) {
    const row = offset + i * cols
    for (let j = 0; j < cols; j++) weights[row + j] = base[row + j]! * (1 + gamma[gate + j]!)
  }
}

/** Forward pass of the generated weights; x: rows x d, result in space.output: rows x 2m. */
export function forward(shape: Shape, space: Workspace, x: Float64Array, rows: number): void {
  const { features: d, hidden: h, outputs: m } = shape
  const at = layoutOf(shape)
  const { weights: w, buffers } = space
  const part = (from: number, to: number): Float64Array => w.subarray(from, to)
  multiplyTransposed(x, part(at.w1, at.b1), buffers[0]!, rows, h, d, part(at.b1, at.w2))
  silu(buffers[0]!, buffers[1]!, buffers[10]!, rows * h)
  multiplyTransposed(buffers[1]!, part(at.w2, at.b2), buffers[2]!, rows, h, h, part(at.b2, at.w3))
  silu(buffers[2]!, buffers[3]!, buffers[11]!, rows * h)
  multiplyTransposed(buffers[3]!, part(at.w3, at.b3), space.output, rows, 2 * m, h, part(at.b3, at.size))
}

/**
 * Backward pass after `forward` on the same rows: adds dLoss/d(base parameters) to `gradient` and sets
 * space.gammaGradient, from space.outputGradient. xT: d x rows.
 */
export function backward(
  base: Float64Array,
  shape: Shape,
  space: Workspace,
  xT: Float64Array,
  rows: number,
  gradient: Float64Array,
): void {
  const { features: d, hidden: h, outputs: m } = shape
  const o = 2 * m
  const at = layoutOf(shape)
  const { weights, buffers, outputGradient, gammaGradient } = space
  const [p1, a1, p2, a2, gT, aT, wT, oT, dw, da, s1, s2] = buffers as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  gammaGradient.fill(0)
  const biasGradient = (g: Float64Array, count: number, offset: number, gate: number): void => {
    for (let j = 0; j < count; j++) {
      let sum = 0
      for (let i = 0; i < rows; i++) sum += g[j * rows + i]!
      gradient[offset + j]! += sum
      gammaGradient[gate + j]! += sum
    }
  }
  const weightGradient = (outs: number, ins: number, offset: number, gate: number): void => {
    const gamma = space.gamma
    for (let i = 0; i < outs; i++) {
      const row = i * ins
      for (let j = 0; j < ins; j++) {
        const g = dw[row + j]!
        gradient[offset + row + j]! += g * (1 + gamma[gate + j]!)
        gammaGradient[gate + j]! += g * base[offset + row + j]!
      }
    }
  }
  transposeInto(outputGradient, oT, rows, o)
  transposeInto(a2, aT, rows, h)
  multiplyTransposed(oT, aT, dw, o, h, rows)
  weightGradient(o, h, at.w3, d + 3 * h)
  biasGradient(oT, o, at.b3, d + 4 * h)
  transposeInto(weights.subarray(at.w3, at.b3), wT, o, h)
  multiplyTransposed(outputGradient, wT, da, rows, h, o)
  siluBackward(p2, da, s2, rows * h)
  transposeInto(p2, gT, rows, h)
  transposeInto(a1, aT, rows, h)
  multiplyTransposed(gT, aT, dw, h, h, rows)
  weightGradient(h, h, at.w2, d + h)
  biasGradient(gT, h, at.b2, d + 2 * h)
  transposeInto(weights.subarray(at.w2, at.b2), wT, h, h)
  multiplyTransposed(p2, wT, da, rows, h, h)
  siluBackward(p1, da, s1, rows * h)
  transposeInto(p1, gT, rows, h)
  multiplyTransposed(gT, xT, dw, h, d, rows)
  weightGradient(h, d, at.w1, 0)
  biasGradient(gT, h, at.b1, d)
}

function silu(p: Float64Array, a: Float64Array, sigmoid: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    const v = p[i]!
    const s = 1 / (1 + Math.exp(-v))
    sigmoid[i] = s
    a[i] = v * s
  }
}

/** Replaces the pre-activation by dLoss/d(pre-activation). */
function siluBackward(
  p: Float64Array,
  activationGradient: Float64Array,
  sigmoid: Float64Array,
  size: number,
): void {
  for (let i = 0; i < size; i++) {
    const s = sigmoid[i]!
    p[i] = activationGradient[i]! * s * (1 + p[i]! * (1 - s))
  }
}
