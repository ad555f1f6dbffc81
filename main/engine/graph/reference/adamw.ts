import type { ParameterRule, TrainingStep } from '../types.ts'

/** cᵢ = 1/(1 − βᵢᵗ), t = 1, 2, …: what takes the moments' bias towards their start at zero away. */
export function corrections(step: Pick<TrainingStep, 'beta1' | 'beta2'>, t: number): [number, number] {
  return [1 / (1 - step.beta1 ** t), 1 / (1 - step.beta2 ** t)]
}

/** Moves `weights` and both moments in place as `TrainingStep` defines it; t is the number of this step, from 1. */
export function adamW(
  step: TrainingStep,
  rule: ParameterRule,
  t: number,
  stepRate: number,
  gradient: Float32Array,
  weights: Float32Array,
  first: Float32Array,
  second: Float32Array,
): void {
  const { beta1, beta2, epsilon } = step
  const [c1, c2] = corrections(step, t)
  const rate = stepRate * rule.rate
  const kept = 1 - rate * rule.decay
  for (let i = 0; i < weights.length; i++) {
    const g = gradient[i]!
    const m = beta1 * first[i]! + (1 - beta1) * g
    const v = beta2 * second[i]! + (1 - beta2) * g * g
    first[i] = m
    second[i] = v
    weights[i] = weights[i]! * kept - (rate * m * c1) / (Math.sqrt(v * c2) + epsilon)
  }
}
