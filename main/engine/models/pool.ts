import { mean } from '../math/index.ts'
import { blendMoments } from './blend.ts'
import { calibrate } from './calibration.ts'
import type { ComponentName } from './components.ts'
import { gaussianCrps } from './gaussian.ts'
import { mayJoin } from './kinds.ts'
import type { Moments, Sample } from './types.ts'

/** Standard errors, groups counting as one draw each, by which the blend must improve to lose or gain a part. */
const CLEARLY = 2

/**
 * The parts of the blend: all of `fitted` but those that may only join (kinds.ts), then one change at a time, a part left out or let in,
 * while the largest gain in held-out CRPS exceeds two standard errors of the paired difference. Weights stay equal: fitted
 * ones follow the noise of few groups. `fitted`: out-of-fold moments of each component.
 */
export function choosePool(sample: Sample, fitted: ReadonlyMap<ComponentName, Moments>): ComponentName[] {
  const joining = mayJoin(sample)
  const known = new Map<string, Map<number, number>>()
  const lossesOf = (parts: readonly ComponentName[]): Map<number, number> => {
    const key = [...parts].sort().join()
    const losses = known.get(key) ?? groupLosses(sample, blendMoments(parts.map((name) => fitted.get(name)!)))
    known.set(key, losses)
    return losses
  }
  const usable = (name: ComponentName): boolean =>
    fitted.get(name)?.mean.every((v) => !Number.isNaN(v)) ?? false
  let parts = [...fitted.keys()].filter((name) => usable(name) && !joining.includes(name))
  for (;;) {
    const now = lossesOf(parts)
    const changes = [
      ...(parts.length > 1 ? parts.map((name) => parts.filter((other) => other !== name)) : []),
      ...joining.filter((name) => usable(name) && !parts.includes(name)).map((name) => [...parts, name]),
    ]
    let best: { parts: ComponentName[]; gain: number } | null = null
    for (const changed of changes) {
      const { gain, error } = gainOf(now, lossesOf(changed))
      if (gain > CLEARLY * error && gain > (best?.gain ?? 0)) best = { parts: changed, gain }
    }
    if (best === null) return parts
    parts = best.parts
  }
}

/** Mean calibrated CRPS of each group over its cells, each output in units of its spread. */
function groupLosses(sample: Sample, moments: Moments): Map<number, number> {
  const m = sample.outputs.length
  const cells = new Map<number, number[]>()
  for (let j = 0; j < m; j++) {
    const { factor } = calibrate(sample, moments, j)
    const unit = spreadOf(sample, j)
    for (let i = 0; i < sample.n; i++) {
      const at = i * m + j
      const y = sample.y[at]!
      const centre = moments.mean[at]!
      if (Number.isNaN(y) || Number.isNaN(centre)) continue
      const sd = factor * Math.sqrt(moments.epistemicVariance[at]! + moments.aleatoricVariance[at]!)
      const own = cells.get(sample.groups[i]!) ?? []
      own.push(gaussianCrps(y, centre, sd) / unit)
      cells.set(sample.groups[i]!, own)
    }
  }
  return new Map([...cells].map(([group, losses]) => [group, losses.reduce((a, b) => a + b, 0)]))
}

function spreadOf(sample: Sample, j: number): number {
  const m = sample.outputs.length
  const values = Array.from({ length: sample.n }, (_, i) => sample.y[i * m + j]!).filter(
    (v) => !Number.isNaN(v),
  )
  const centre = mean(values)
  const spread = mean(values.map((v) => Math.abs(v - centre)))
  return spread > 0 ? spread : 1
}

/** Gain in the sum over rows, a group's rows counting together, and its standard error. */
function gainOf(
  now: ReadonlyMap<number, number>,
  changed: ReadonlyMap<number, number>,
): { gain: number; error: number } {
  const gains = [...now].map(([group, loss]) => loss - (changed.get(group) ?? loss))
  const gain = mean(gains)
  const count = gains.length
  const error = count < 2 ? Infinity : Math.sqrt(mean(gains.map((g) => (g - gain) ** 2)) / (count - 1))
  return { gain, error }
}
