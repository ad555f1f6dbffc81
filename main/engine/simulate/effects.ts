import type { Progress } from '../dataset/table.ts'
import { randomStream } from '../math/index.ts'
import { campaignColumns, names } from './columns.ts'
import { drawNoise, realise, structure, trueEdges, withoutScatter } from './scm.ts'

/** The true total effect of do(treatment = x) on an outcome over the population of the design. */
export interface TrueEffect {
  readonly treatment: string
  readonly outcome: string
  /** Slope of the dose curve over the population's own values of the treatment: outcome per unit of treatment. */
  readonly perUnit: number
  /** Same, in standard deviations of the population. */
  readonly standardised: number
  /** Slope a regression of the outcome on the treatment alone tends to: what confounding makes of it. */
  readonly naivePerUnit: number
  /** E[outcome | do(treatment = x)] over the 5–95 % range of the treatment. */
  readonly curve: readonly { readonly x: number; readonly mean: number }[]
}

export interface Population {
  readonly mean: Readonly<Record<string, number>>
  readonly sd: Readonly<Record<string, number>>
}

/** Members that make the population's moments and naive slopes, and those over which a dose curve is averaged. */
const members = 6000
const draws = 256
const grid = 17

function descendants(name: string): Set<string> {
  const found = new Set<string>()
  const queue = [name]
  for (let next = queue.pop(); next !== undefined; next = queue.pop())
    for (const [from, to] of trueEdges)
      if (from === next && !found.has(to)) {
        found.add(to)
        queue.push(to)
      }
  return found
}

const unitOf = (name: string): string => campaignColumns.find((c) => c.name === name)?.unit ?? ''

/**
 * True total effects of every node on the yield strength and on the microstructure, by Monte Carlo over `draws`
 * members of the population with common random numbers: dose curves E[Y | do(X = x)] on a grid, and their slope
 * weighted by the population's distribution of X, which is what a linear adjusted regression estimates. 0 exactly
 * where no directed path leads from treatment to outcome.
 */
export function trueEffects(
  seed: number,
  progress: Progress,
): { effects: TrueEffect[]; population: Population } {
  const random = randomStream(seed, 'simulate/effects')
  const noises = Array.from({ length: members }, () => withoutScatter(drawNoise(random)))
  const values = noises.map((noise) => realise(noise))
  const column = (name: string): number[] => values.map((m) => m[name]!)
  const stats = Object.fromEntries(structure.map((n) => [n.name, moments(column(n.name))]))
  const outcomes = [names.areaFraction, names.diameter, names.grainSize, names.yieldStrength]
  const effects: TrueEffect[] = []
  for (const { name: treatment } of structure) {
    if (treatment === names.yieldStrength) continue
    progress.check()
    const x = column(treatment)
    const sorted = [...x].sort((a, b) => a - b)
    // Knots at the quantiles; the outermost are the extremes, so that every member lies between two of them.
    const knots = Array.from(
      { length: grid },
      (_, g) => sorted[Math.round((g * (sorted.length - 1)) / (grid - 1))]!,
    )
    const reached = descendants(treatment)
    const means = outcomes.map(() => new Array<number>(grid).fill(0))
    knots.forEach((knot, g) => {
      for (let i = 0; i < draws; i++) {
        const under = realise(noises[i]!, { [treatment]: knot })
        outcomes.forEach((outcome, o) => (means[o]![g]! += under[outcome]! / draws))
      }
    })
    outcomes.forEach((outcome, o) => {
      if (outcome === treatment) return
      const dose = x.map((value) => interpolate(knots, means[o]!, value))
      const perUnit = reached.has(outcome) ? slope(x, dose) : 0
      effects.push({
        treatment,
        outcome,
        perUnit,
        standardised: (perUnit * stats[treatment]!.sd) / stats[outcome]!.sd,
        naivePerUnit: slope(x, column(outcome)),
        curve: knots.slice(1, -1).map((knot, g) => ({ x: knot, mean: means[o]![g + 1]! })),
      })
    })
  }
  const pick = (key: 'mean' | 'sd'): Record<string, number> =>
    Object.fromEntries(Object.entries(stats).map(([name, s]) => [name, s[key]]))
  return { effects, population: { mean: pick('mean'), sd: pick('sd') } }
}

/** Unit of an effect, as `MPa per °C`. */
export function effectUnit(effect: TrueEffect): string {
  return `${unitOf(effect.outcome) || '1'} per ${unitOf(effect.treatment) || '1'}`
}

function moments(values: readonly number[]): { mean: number; sd: number } {
  const centre = values.reduce((sum, v) => sum + v, 0) / values.length
  const squares = values.reduce((sum, v) => sum + (v - centre) ** 2, 0)
  return { mean: centre, sd: Math.sqrt(squares / (values.length - 1)) }
}

function slope(x: readonly number[], y: readonly number[]): number {
  const mx = moments(x)
  const my = moments(y)
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += (x[i]! - mx.mean) * (y[i]! - my.mean)
  return sum / ((x.length - 1) * mx.sd ** 2)
}

function interpolate(knots: readonly number[], values: readonly number[], x: number): number {
  let g = 1
  while (g < knots.length - 1 && knots[g]! < x) g++
  const width = knots[g]! - knots[g - 1]!
  const share = width > 0 ? (x - knots[g - 1]!) / width : 0
  return values[g - 1]! + share * (values[g]! - values[g - 1]!)
}
