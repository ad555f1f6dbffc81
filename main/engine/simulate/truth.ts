import type { Progress } from '../dataset/table.ts'
import { variance } from '../math/index.ts'
import type { CampaignSpecimen } from './campaign.ts'
import { inputColumns } from './columns.ts'
import { scatter } from './constants.ts'
import { trueEffects, type Population, type TrueEffect } from './effects.ts'
import { trueBest, type TrueOutcome } from './outcome.ts'
import { trueEdges } from './scm.ts'

/** Everything known about a simulated campaign that its data do not tell. Plain data, fit for JSON. */
export interface CampaignTruth {
  /** Arrows among columns and measures, cause first; measured columns stand for what they measure. */
  readonly edges: readonly (readonly [string, string])[]
  readonly effects: readonly TrueEffect[]
  readonly population: Population
  readonly features: readonly ({ readonly specimen: string } & TrueOutcome)[]
  readonly noiseFloor: {
    /** Standard deviation, MPa, of the yield of a specimen of known microstructure, and the parts it is made of. */
    readonly givenMicrostructureMPa: number
    /** Same, given the process only: scatter of the microstructure comes on top. */
    readonly givenProcessMPa: number
    readonly heatMPa: number
    readonly specimenMPa: number
    readonly measurementMPa: number
    /** Largest R² any model of the process inputs can expect on these specimens. */
    readonly r2CeilingGivenProcess: number
  }
  readonly bestSpecimen: { readonly name: string; readonly trueYieldMPa: number }
  /** Strongest setting within the design's ranges, all eight inputs free. */
  readonly bestPossible: { readonly inputs: Readonly<Record<string, number>>; readonly yieldMPa: number }
  readonly ranges: readonly { readonly column: string; readonly low: number; readonly high: number }[]
}

export function campaignTruth(
  specimens: readonly CampaignSpecimen[],
  seed: number,
  progress: Progress,
): CampaignTruth {
  const { effects, population } = trueEffects(seed, progress)
  const residual = specimens.map((s) => s.actual.yieldMPa - s.expected.yieldMPa)
  const signal = variance(specimens.map((s) => s.expected.yieldMPa))
  const noise =
    residual.reduce((sum, r) => sum + r * r, 0) / residual.length + scatter.yieldMeasurementMPa ** 2
  const best = specimens.reduce((a, b) => (b.expected.yieldMPa > a.expected.yieldMPa ? b : a))
  return {
    edges: trueEdges,
    effects,
    population,
    features: specimens.map((s) => ({ specimen: s.name, ...s.actual })),
    noiseFloor: {
      givenMicrostructureMPa: Math.hypot(scatter.heatMPa, scatter.specimenMPa, scatter.yieldMeasurementMPa),
      givenProcessMPa: Math.sqrt(noise),
      heatMPa: scatter.heatMPa,
      specimenMPa: scatter.specimenMPa,
      measurementMPa: scatter.yieldMeasurementMPa,
      r2CeilingGivenProcess: signal / (signal + noise),
    },
    bestSpecimen: { name: best.name, trueYieldMPa: best.expected.yieldMPa },
    bestPossible: trueBest(4000, seed),
    ranges: inputColumns.map(({ name, range }) => ({ column: name, low: range![0], high: range![1] })),
  }
}
