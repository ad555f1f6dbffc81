import type { RandomStream } from '../math/index.ts'
import { campaignColumns, names, roundTo } from './columns.ts'
import { scatter } from './constants.ts'
import { meanRadiusNm, precipitateFraction } from './precipitation.ts'
import { radiusOfSectionNm, sectionDiameterUm } from './section.ts'
import { grainSizeUm, yieldTerms } from './strength.ts'

/**
 * The campaign as a structural causal model: each node is a function of its parents and of its own noise, and is
 * handed nothing else, so the arrows of the truth cannot differ from what the code does.
 */
export interface StructuralNode {
  readonly name: string
  readonly parents: readonly string[]
  /** `parent` gives the value of a parent in the unit of its column; `noise` is this node's own. */
  readonly value: (parent: (name: string) => number, noise: number) => number
  /** uniform: on [0, 1), a choice of the design. normal: standard normal, scatter of nature. */
  readonly noise: 'uniform' | 'normal'
}

const rangeOf = (name: string): readonly [number, number] => {
  const range = campaignColumns.find((column) => column.name === name)?.range
  if (range === undefined || range === null) throw new RangeError(`${name} is not a setting`)
  return range
}
const stepOf = (name: string): number => campaignColumns.find((column) => column.name === name)!.step

function setting(name: string, share: number, logarithmic = false): number {
  const [low, high] = rangeOf(name)
  const value = logarithmic ? low * (high / low) ** share : low + share * (high - low)
  return roundTo(value, stepOf(name))
}
const shareOf = (name: string, value: number): number => {
  const [low, high] = rangeOf(name)
  return Math.min(1, Math.max(0, (value - low) / (high - low)))
}

/** A design choice that nothing else sways: uniform over its range, on a log scale where stated. */
const free = (name: string, logarithmic = false): StructuralNode => ({
  name,
  parents: [],
  noise: 'uniform',
  value: (_parent, noise) => setting(name, noise, logarithmic),
})

/** How strongly shop practice ties one setting to another, 0..1; the rest is free choice. */
export const practice = { coolingOnSolution: 0.4, ageingOnAluminium: 0.4 } as const

/** In causal order. */
export const structure: readonly StructuralNode[] = [
  free(names.cr),
  free(names.ni),
  free(names.al),
  free(names.solutionTemperature),
  free(names.ageingTime, true),
  free(names.deformation),
  {
    // Hotter charges are thin sections that are quenched harder: a confounder of cooling rate and grain size.
    name: names.coolingRate,
    parents: [names.solutionTemperature],
    noise: 'uniform',
    value: (parent, noise) => {
      const hot = shareOf(names.solutionTemperature, parent(names.solutionTemperature))
      const w = practice.coolingOnSolution
      return setting(names.coolingRate, w * hot + (1 - w) * noise, true)
    },
  },
  {
    // Alloys richer in Al have the higher solvus and are aged hotter: a confounder of ageing temperature.
    name: names.ageingTemperature,
    parents: [names.al],
    noise: 'uniform',
    value: (parent, noise) => {
      const w = practice.ageingOnAluminium
      return setting(names.ageingTemperature, w * shareOf(names.al, parent(names.al)) + (1 - w) * noise)
    },
  },
  {
    name: names.areaFraction,
    parents: [names.ni, names.al, names.ageingTemperature, names.ageingTime],
    noise: 'normal',
    value: (parent, noise) =>
      precipitateFraction(
        parent(names.ni),
        parent(names.al),
        parent(names.ageingTemperature),
        parent(names.ageingTime),
      ) * logNormal(noise, scatter.areaFraction),
  },
  {
    name: names.diameter,
    parents: [names.coolingRate, names.ageingTemperature, names.ageingTime],
    noise: 'normal',
    value: (parent, noise) =>
      sectionDiameterUm(
        meanRadiusNm(parent(names.coolingRate), parent(names.ageingTemperature), parent(names.ageingTime)),
      ) * logNormal(noise, scatter.radius),
  },
  {
    name: names.grainSize,
    parents: [names.solutionTemperature, names.deformation],
    noise: 'normal',
    value: (parent, noise) =>
      grainSizeUm(parent(names.solutionTemperature), parent(names.deformation)) *
      logNormal(noise, scatter.grainSize),
  },
  {
    name: names.yieldStrength,
    parents: [names.cr, names.ni, names.areaFraction, names.diameter, names.grainSize],
    noise: 'normal',
    value: (parent, noise) =>
      yieldTerms(
        parent(names.cr),
        parent(names.ni),
        parent(names.areaFraction),
        radiusOfSectionNm(parent(names.diameter)),
        parent(names.grainSize),
      ).totalMPa +
      Math.hypot(scatter.heatMPa, scatter.specimenMPa) * noise,
  },
]

/** Log-normal factor of mean 1. */
function logNormal(z: number, sd: number): number {
  return Math.exp(sd * z - 0.5 * sd * sd)
}

/** Arrows of the truth, cause first. */
export const trueEdges: readonly (readonly [string, string])[] = structure.flatMap((node) =>
  node.parents.map((parent) => [parent, node.name] as const),
)

/** Noise of every node, for one specimen. */
export type Noise = Readonly<Record<string, number>>

/** Noise without scatter of nature; design choices keep theirs. */
export function withoutScatter(noise: Noise): Noise {
  return Object.fromEntries(structure.map((n) => [n.name, n.noise === 'normal' ? 0 : noise[n.name]!]))
}

export function drawNoise(random: RandomStream): Noise {
  return Object.fromEntries(
    structure.map((n) => [n.name, n.noise === 'normal' ? random.normal() : random.uniform()]),
  )
}

/**
 * Values of every node for given noise, under an intervention: a node named in `set` takes that value and no longer
 * listens to its parents (do-operator). Values in the units of the columns; areaFraction 0..1, diameter µm.
 */
export function realise(noise: Noise, set: Readonly<Record<string, number>> = {}): Record<string, number> {
  const values: Record<string, number> = {}
  for (const node of structure) {
    const fixed = set[node.name]
    const parent = (name: string): number => {
      if (!node.parents.includes(name)) throw new RangeError(`${node.name} does not declare ${name}`)
      return values[name]!
    }
    values[node.name] = fixed ?? node.value(parent, noise[node.name]!)
  }
  return values
}
