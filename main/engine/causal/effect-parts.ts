import type { Effect } from '../../contract/index.ts'
import { studentHalfWidth } from '../math/index.ts'
import { identify, type PossibleEffect } from './adjustment.ts'
import { usableSet, type EffectContext } from './effect-context.ts'
import { mixtureQuantile, mixtureSd, type Component } from './mixture.ts'
import type { LinearFit } from './regression.ts'

export type Estimate = NonNullable<Effect['total']>

/** One possible value of the total effect with its interval. */
export interface Part extends Estimate {
  /** Adjustment set and regression behind it; null for a 0 that follows from the graph alone. */
  readonly given: readonly number[] | null
  readonly fit: LinearFit | null
  /** The estimate is 0 because no directed path is there. */
  readonly zero: boolean
  /** No directed path is there, but under the tiers the regression leaves out 0: the graph missed a path. */
  readonly missedPath: boolean
  /** Interval of the adjusted regression itself. */
  readonly range: { readonly low: number; readonly high: number }
}

export function estimateOf(fit: LinearFit, level: number): Estimate {
  const estimate = fit.slopes[0]!
  const se = Math.sqrt(fit.covariance[0]!)
  const half = studentHalfWidth(level, fit.df) * se
  return { estimate, se, low: estimate - half, high: estimate + half }
}

/**
 * The value of one member of the class. A missing path gives 0, with an interval that also holds the adjusted
 * regression; where tiers alone make that regression valid and it leaves out 0, it is believed rather than the graph,
 * since tests on few rows miss paths that nearly cancel.
 */
export function partOf(
  member: PossibleEffect,
  usable: { given: readonly number[]; fit: LinearFit } | null,
  level: number,
): Part {
  if (usable === null)
    return {
      estimate: 0,
      low: 0,
      high: 0,
      se: 0,
      given: null,
      fit: null,
      zero: true,
      missedPath: false,
      range: { low: 0, high: 0 },
    }
  const { given, fit } = usable
  const value = estimateOf(fit, level)
  const missedPath = member.zero && member.byTiers && (value.low > 0 || value.high < 0)
  if (!member.zero || missedPath) return { ...value, given, fit, zero: false, missedPath, range: value }
  return {
    estimate: 0,
    se: value.se,
    low: Math.min(0, value.low),
    high: Math.max(0, value.high),
    given,
    fit,
    zero: true,
    missedPath,
    range: value,
  }
}

export interface ResampledEffect {
  readonly components: Component[]
  /** Share of resampled graphs with a directed path from x to y. */
  readonly pathShare: number
  /** Share of resampled graphs that gave no value. */
  readonly lost: number
}

/**
 * The values of the effect over resampled graphs: each with the t distribution of its own adjustment set, or the value
 * 0 where the graph has no path and tiers do not settle the set.
 */
export function resampledEffect(context: EffectContext, x: number, y: number): ResampledEffect {
  const components: Component[] = []
  let paths = 0
  let lost = 0
  for (const { graph, count } of context.resampled) {
    context.progress.check()
    const { members } = identify(graph, x, y)
    let gave = false
    for (const member of members) {
      const weight = count / members.length
      if (!member.zero) paths += weight
      const usable = isZero(member) ? null : usableSet(context, x, y, member)
      if (usable === null && !isZero(member)) continue
      gave = true
      components.push(
        usable === null
          ? { estimate: 0, se: 0, df: 1, weight }
          : {
              estimate: usable.fit.slopes[0]!,
              se: Math.sqrt(usable.fit.covariance[0]!),
              df: usable.fit.df,
              weight,
            },
      )
    }
    if (!gave) lost += count
  }
  const whole = Math.max(1, context.resampleCount)
  return { components: merged(components), pathShare: paths / whole, lost: lost / whole }
}

/** True when the member's value is 0 without a regression. */
export function isZero(member: PossibleEffect): boolean {
  return member.zero && (!member.byTiers || member.given === null)
}

function merged(components: readonly Component[]): Component[] {
  const out = new Map<string, Component>()
  for (const c of components) {
    const key = `${c.estimate} ${c.se} ${c.df}`
    const known = out.get(key)
    out.set(key, known === undefined ? c : { ...c, weight: c.weight + known.weight })
  }
  return [...out.values()]
}

/** Mean over the parts, with the widest interval of the parts and of the resampled mixture. */
export function totalOf(parts: readonly Part[], components: readonly Component[], level: number): Estimate {
  const estimate = parts.reduce((s, part) => s + part.estimate, 0) / parts.length
  let low = Math.min(...parts.map((part) => part.low))
  let high = Math.max(...parts.map((part) => part.high))
  let se = Math.max(...parts.map((part) => part.se))
  if (components.length > 0) {
    low = Math.min(low, mixtureQuantile(components, (1 - level) / 2))
    high = Math.max(high, mixtureQuantile(components, (1 + level) / 2))
    se = Math.max(se, mixtureSd(components))
  }
  return { estimate, se, low, high }
}
