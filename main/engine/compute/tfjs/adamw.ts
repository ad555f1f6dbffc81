import type { Tensor } from '@tensorflow/tfjs-core'
import { corrections, type ParameterRule, type TrainingStep } from '../../graph/index.ts'
import type { Tfjs } from './tfjs.ts'

/** One parameter and its moments on the device. */
export interface Moving {
  readonly weight: Tensor
  readonly first: Tensor
  readonly second: Tensor
}

/**
 * AdamW as graph/types.ts states it, for one parameter at step `t` (from 1). The tensors given stay; those that come
 * back are the caller's to keep.
 */
export function adamw(
  tf: Tfjs,
  { weight, first, second }: Moving,
  gradient: Tensor,
  rule: ParameterRule,
  step: TrainingStep,
  t: number,
  stepRate: number,
): Moving {
  const { beta1, beta2, epsilon } = step
  const [c1, c2] = corrections(step, t)
  const rate = stepRate * rule.rate
  const m = tf.add(tf.mul(first, beta1), tf.mul(gradient, 1 - beta1))
  const v = tf.add(tf.mul(second, beta2), tf.mul(tf.square(gradient), 1 - beta2))
  const spread = tf.add(tf.sqrt(tf.mul(v, c2)), epsilon)
  const move = tf.mul(tf.div(tf.mul(m, c1), spread), rate)
  const decayed = rule.decay === 0 ? weight : tf.sub(weight, tf.mul(weight, rate * rule.decay))
  return { weight: tf.sub(decayed, move), first: m, second: v }
}
