import type { Effect } from '../../contract/index.ts'
import { studentHalfWidth } from '../math/index.ts'
import { identify } from './adjustment.ts'
import { defaultGrid, type DoseResponse } from './curve.ts'
import { usableSet, type EffectContext } from './effect-context.ts'
import { isZero, type Part } from './effect-parts.ts'
import { mixtureQuantile } from './mixture.ts'

/** Mean outcome under do(x) over the grid, with intervals made as those of the total effect. */
export function effectCurve(
  context: EffectContext,
  x: number,
  y: number,
  parts: readonly Part[],
  at: readonly number[] | undefined,
  level: number,
): Effect['curve'] {
  const grid = at ?? defaultGrid(context.values[x]!)
  const flat = context.fit(x, y, [])!.yMean
  const own = parts.map((part) => (part.given === null ? null : context.curve(x, y, part.given, grid)))
  const resampled = resampledCurves(context, x, y, grid)
  return grid.map((value, g) => {
    const means: number[] = []
    let low = Infinity
    let high = -Infinity
    let supported = true
    for (const [k, part] of parts.entries()) {
      const curve = own[k] ?? null
      if (part.zero || curve === null) {
        means.push(flat)
        low = Math.min(low, flat)
        high = Math.max(high, flat)
      }
      if (curve === null) continue
      const half = studentHalfWidth(level, curve.df) * curve.se[g]!
      if (!part.zero) means.push(curve.mean[g]!)
      low = Math.min(low, curve.mean[g]! - half)
      high = Math.max(high, curve.mean[g]! + half)
      supported &&= curve.supported[g]!
    }
    const components = resampled.map(({ curve, weight }) =>
      curve === null
        ? { estimate: flat, se: 0, df: 1, weight }
        : { estimate: curve.mean[g]!, se: curve.se[g]!, df: curve.df, weight },
    )
    if (components.length > 0) {
      low = Math.min(low, mixtureQuantile(components, (1 - level) / 2))
      high = Math.max(high, mixtureQuantile(components, (1 + level) / 2))
    }
    return { x: value, mean: means.reduce((s, v) => s + v, 0) / means.length, low, high, supported }
  })
}

/** Curves of the resampled graphs with their weights; null stands for no influence, a flat curve. */
function resampledCurves(
  context: EffectContext,
  x: number,
  y: number,
  grid: readonly number[],
): { curve: DoseResponse | null; weight: number }[] {
  const weights = new Map<DoseResponse | null, number>()
  for (const { graph, count } of context.resampled) {
    const { members } = identify(graph, x, y)
    for (const member of members) {
      const usable = isZero(member) ? null : usableSet(context, x, y, member)
      const curve = usable === null ? null : context.curve(x, y, usable.given, grid)
      if (curve === null && !isZero(member)) continue
      weights.set(curve, (weights.get(curve) ?? 0) + count / members.length)
    }
  }
  return [...weights].map(([curve, weight]) => ({ curve, weight }))
}
