import type { ModelKind } from '../../contract/index.ts'
import { mean } from '../math/index.ts'
import { ALL_KINDS } from './kinds.ts'

/** Standard errors by which another kind must do better than the one that would be taken without looking. */
const CLEARLY = 3
/** Fewer groups cannot tell two kinds apart. */
const LEAST_GROUPS = 5

/** Losses (CRPS, in units of the mean baseline's) of one kind on held-out cells, and the group of each. */
export interface KindLosses {
  readonly kind: ModelKind
  readonly losses: readonly number[]
}

/**
 * The kind to serve: the first of `kinds` in the order of ALL_KINDS (the blend, where it was fitted), unless another does
 * better on held-out cells by more than three standard errors of the paired difference, groups counting as one draw each.
 * Best of many on few groups is a lottery: choosing the lowest figure alone costs more than it gains.
 */
export function recommend(kinds: readonly KindLosses[], groups: readonly (number | string)[]): ModelKind {
  const ordered = [...kinds].sort((a, b) => ALL_KINDS.indexOf(a.kind) - ALL_KINDS.indexOf(b.kind))
  const usual = ordered[0]
  if (usual === undefined) return 'mean'
  let best = { kind: usual.kind, gain: 0 }
  for (const { kind, losses } of ordered.slice(1)) {
    const byGroup = new Map<number | string, number[]>()
    losses.forEach((loss, i) => {
      const own = byGroup.get(groups[i]!) ?? []
      own.push(usual.losses[i]! - loss)
      byGroup.set(groups[i]!, own)
    })
    const gains = [...byGroup.values()].map(mean)
    if (gains.length < LEAST_GROUPS) continue
    const gain = mean(gains)
    const spread = Math.sqrt(mean(gains.map((v) => (v - gain) ** 2)) / (gains.length - 1))
    if (gain > CLEARLY * spread && gain > best.gain) best = { kind, gain }
  }
  return best.kind
}
