import { linearFeatures, scaledCondition } from './inputs.ts'
import { modulationsOf, type Modulations } from './modulations.ts'
import type { GeneratorState } from './types.ts'

/** The hypernetwork in plain TypeScript at one condition; the same as `hypernetwork.ts`. */
export interface ConditionedWeights {
  readonly layout: Modulations
  readonly fields: number
  /** Linear features of the condition. */
  readonly features: readonly number[]
  /** Modulations for a draw z of K numbers. */
  modulation(z: ArrayLike<number>): Float64Array
}

export function weightsAt(state: GeneratorState, condition: readonly number[]): ConditionedWeights {
  const x = scaledCondition(state.inputs, condition)
  const features = linearFeatures(x, state.quadratic)
  const { hidden, latent } = state.settings
  const fields = state.kind === 'grey' ? 1 : state.phases - 1
  const layout = modulationsOf(state.settings, fields, state.kind === 'grey')
  const size = layout.size
  const take = (name: string): Float32Array => {
    const values = state.parameters[name]
    if (values === undefined) throw new Error(`the state lacks ${name}`)
    return values
  }
  const trunk = take('trunk')
  const bias = take('trunkBias')
  const head = take('head')
  const spread = take('spread')
  const psi = Float64Array.from([
    ...features,
    ...Array.from({ length: hidden }, (_, h) => {
      let sum = bias[h]!
      for (let i = 0; i < x.length; i++) sum += x[i]! * trunk[i * hidden + h]!
      return Math.tanh(sum)
    }),
  ])
  const through = (table: Float32Array, start: number): Float64Array => {
    const out = new Float64Array(size)
    for (let p = 0; p < psi.length; p++)
      for (let d = 0; d < size; d++) out[d]! += psi[p]! * table[start + p * size + d]!
    return out
  }
  const mean = through(head, 0)
  const directions = Array.from({ length: latent }, (_, k) => through(spread, k * psi.length * size))
  const base = new Float64Array(size)
  for (let f = 0; f < features.length; f++)
    for (let d = 0; d < size; d++) base[d]! += features[f]! * state.priorHead[f * size + d]!
  return {
    layout,
    fields,
    features,
    modulation: (z) =>
      base.map((value, d) => {
        let change = mean[d]!
        for (let k = 0; k < latent; k++) change += z[k]! * directions[k]![d]!
        return value + layout.scale[d]! * change
      }),
  }
}
