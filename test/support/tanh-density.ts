import type { Density } from './hmc.ts'

/** Rows and priors of a network d → H tanh → 1 whose weights are inferred with known noise; data row-major. */
export interface TanhProblem {
  readonly inputs: number
  readonly hidden: number
  readonly x: Float64Array
  readonly y: Float64Array
  readonly noiseSd: number
  /** Standard deviations of the independent zero-mean normal priors. */
  readonly prior: { readonly w1: number; readonly b1: number; readonly w2: number; readonly b2: number }
}

/** Order of the weights: w1 (H x d), b1 (H), w2 (H), b2. */
export function weightCount({ inputs, hidden }: { inputs: number; hidden: number }): number {
  return hidden * (inputs + 2) + 1
}

export function priorSds(problem: TanhProblem): Float64Array {
  const { inputs: d, hidden: h, prior } = problem
  return new Float64Array(weightCount(problem))
    .fill(prior.w1, 0, h * d)
    .fill(prior.b1, h * d, h * (d + 1))
    .fill(prior.w2, h * (d + 1), h * (d + 2))
    .fill(prior.b2, h * (d + 2))
}

/** Posterior of the weights by hand: written apart from the graph, so that it can disagree with it. */
export function tanhDensity(problem: TanhProblem): Density {
  const { inputs: d, hidden: h, x, y, noiseSd } = problem
  const n = y.length
  const sds = priorSds(problem)
  const b1 = h * d
  const w2 = b1 + h
  const b2 = w2 + h
  const active = new Float64Array(h)
  const precision = 1 / noiseSd ** 2
  return {
    dimension: sds.length,
    logDensity(q, gradient) {
      let value = 0
      for (let k = 0; k < sds.length; k++) {
        const scaled = q[k]! / sds[k]!
        value -= 0.5 * scaled * scaled
        gradient[k] = -scaled / sds[k]!
      }
      for (let i = 0; i < n; i++) {
        let f = q[b2]!
        for (let j = 0; j < h; j++) {
          let a = q[b1 + j]!
          for (let c = 0; c < d; c++) a += q[j * d + c]! * x[i * d + c]!
          const t = tanh(a)
          active[j] = t
          f += q[w2 + j]! * t
        }
        const residual = y[i]! - f
        value -= 0.5 * precision * residual * residual
        const g = precision * residual
        gradient[b2]! += g
        for (let j = 0; j < h; j++) {
          const t = active[j]!
          gradient[w2 + j]! += g * t
          const back = g * q[w2 + j]! * (1 - t * t)
          gradient[b1 + j]! += back
          for (let c = 0; c < d; c++) gradient[j * d + c]! += back * x[i * d + c]!
        }
      }
      return value
    },
  }
}

/** Output of the network with weights q at n rows. */
export function tanhForward(
  problem: Pick<TanhProblem, 'inputs' | 'hidden'>,
  q: Float64Array,
  x: Float64Array,
): Float64Array {
  const { inputs: d, hidden: h } = problem
  return Float64Array.from({ length: x.length / d }, (_, i) => {
    let f = q[h * (d + 2)]!
    for (let j = 0; j < h; j++) {
      let a = q[h * d + j]!
      for (let c = 0; c < d; c++) a += q[j * d + c]! * x[i * d + c]!
      f += q[h * (d + 1) + j]! * tanh(a)
    }
    return f
  })
}

/** Math.tanh costs several times an exponential; the two agree to 1e-15. */
function tanh(a: number): number {
  const e = Math.exp(2 * Math.min(20, Math.max(-20, a)))
  return (e - 1) / (e + 1)
}
