/**
 * AdamW (Loshchilov & Hutter 2019, decoupled decay) over one flat parameter vector, β = (0.9, 0.99).
 * `rate` and `decay` are given per entry, so that weights and hypernetwork may learn at their own pace.
 */
export interface Adam {
  /** One update in place; `schedule` (0..1] multiplies every rate. */
  step(parameters: Float64Array, gradient: Float64Array, schedule: number): void
}

export function adam(rate: Float64Array, decay: Float64Array): Adam {
  const size = rate.length
  const first = new Float64Array(size)
  const second = new Float64Array(size)
  let count = 0
  return {
    step(parameters, gradient, schedule) {
      count++
      const firstBias = 1 - 0.9 ** count
      const secondBias = 1 - 0.99 ** count
      for (let i = 0; i < size; i++) {
        const g = gradient[i]!
        const m = 0.9 * first[i]! + 0.1 * g
        const v = 0.99 * second[i]! + 0.01 * g * g
        first[i] = m
        second[i] = v
        const r = rate[i]! * schedule
        parameters[i]! -=
          r * (m / firstBias / (Math.sqrt(v / secondBias) + 1e-8) + decay[i]! * parameters[i]!)
      }
    },
  }
}
