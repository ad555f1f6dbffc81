import type { Effect, EffectRanking } from '../../contract/index.ts'
import type { Progress, Table } from '../dataset/table.ts'
import { standardDeviation } from '../math/index.ts'
import { finite } from './columns.ts'
import { effectContext } from './effect-context.ts'
import { estimateIn } from './effect.ts'
import type { Discovery } from './types.ts'

/**
 * Treatments in the order of their influence on one outcome, strongest first: |total effect| of one standard
 * deviation of the treatment, in standard deviations of the outcome. Effects without a value are left out.
 * `separableFromNext` compares sizes: false when the intervals of |effect| of two neighbours overlap; the last one
 * has nothing after it and is true.
 * @throws as estimateEffect
 */
export function rankEffects(
  table: Table,
  discovery: Discovery,
  outcome: string,
  treatments: readonly string[],
  progress: Progress,
): EffectRanking[] {
  const context = effectContext(table, discovery, discovery.tierLists, discovery.resampleGraphs, progress)
  return rankingOf(
    table,
    treatments.map((treatment) => estimateIn(context, { treatment, outcome })),
  )
}

/** The ranking of effects on one outcome. */
export function rankingOf(table: Table, effects: readonly Effect[]): EffectRanking[] {
  const sd = new Map(table.columns.map((c) => [c.name, standardDeviation(finite(c.values))]))
  const items = effects.flatMap((effect) => {
    if (effect.total === null) return []
    const scale = sd.get(effect.treatment)! / sd.get(effect.outcome)!
    const { estimate, low, high } = effect.total
    return {
      treatment: effect.treatment,
      outcome: effect.outcome,
      standardisedEffect: estimate * scale,
      low: low * scale,
      high: high * scale,
      level: effect.level,
    }
  })
  items.sort(
    (a, b) =>
      Math.abs(b.standardisedEffect) - Math.abs(a.standardisedEffect) || order(a.treatment, b.treatment),
  )
  return items.map((item, k) => {
    const next = items[k + 1]
    return {
      ...item,
      rank: k + 1,
      separableFromNext: next === undefined || sizeRange(item).low > sizeRange(next).high,
      critical: item.low > 0 || item.high < 0,
    }
  })
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function sizeRange({ low, high }: { low: number; high: number }): { low: number; high: number } {
  const largest = Math.max(Math.abs(low), Math.abs(high))
  return { low: low <= 0 && high >= 0 ? 0 : Math.min(Math.abs(low), Math.abs(high)), high: largest }
}
