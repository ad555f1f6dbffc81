import type { ColumnRole } from '../../contract/index.ts'

/** A column of the simulated campaign. `range` is what the design draws from; `step` is the lab's resolution. */
export interface CampaignColumn {
  readonly name: string
  readonly unit: string
  readonly role: ColumnRole
  readonly range: readonly [number, number] | null
  readonly step: number
}

/**
 * Names of the nodes of the truth. Composition, process, grain size and yield are named as in the header of the
 * process table without its unit; the two image features are named as the measures that estimate them.
 */
export const names = {
  cr: 'Cr',
  ni: 'Ni',
  al: 'Al',
  solutionTemperature: 'solution temperature',
  ageingTemperature: 'ageing temperature',
  ageingTime: 'ageing time',
  coolingRate: 'cooling rate',
  deformation: 'deformation',
  areaFraction: 'areaFraction',
  diameter: 'equivalentCircleDiameterMean',
  grainSize: 'grain size',
  yieldStrength: 'yield strength',
  pixelSize: 'pixel size',
} as const

/** Columns of the process table after `specimen` and `heat`, in their order. */
export const campaignColumns: readonly CampaignColumn[] = [
  { name: names.cr, unit: 'wt%', role: 'composition', range: [8, 14], step: 0.01 },
  { name: names.ni, unit: 'wt%', role: 'composition', range: [6, 9.5], step: 0.01 },
  { name: names.al, unit: 'wt%', role: 'composition', range: [4.5, 6.8], step: 0.01 },
  { name: names.solutionTemperature, unit: '°C', role: 'process', range: [1120, 1260], step: 1 },
  { name: names.ageingTemperature, unit: '°C', role: 'process', range: [660, 820], step: 1 },
  { name: names.ageingTime, unit: 'h', role: 'process', range: [4, 200], step: 0.1 },
  { name: names.coolingRate, unit: 'K/s', role: 'process', range: [0.5, 100], step: 0.01 },
  { name: names.deformation, unit: '%', role: 'process', range: [10, 70], step: 0.1 },
  { name: names.grainSize, unit: 'µm', role: 'microstructure', range: null, step: 0.1 },
  { name: names.yieldStrength, unit: 'MPa', role: 'property', range: null, step: 0.1 },
  { name: names.pixelSize, unit: 'µm', role: 'context', range: null, step: 0.0001 },
]

/** The eight settable columns: three of composition, five of process. */
export const inputColumns: readonly CampaignColumn[] = campaignColumns.filter((c) => c.range !== null)

/** What was done to one specimen. Balance of the composition is Fe. */
export interface ProcessInputs {
  readonly crWt: number
  readonly niWt: number
  readonly alWt: number
  readonly solutionTemperatureC: number
  readonly ageingTemperatureC: number
  readonly ageingTimeH: number
  readonly coolingRateKPerS: number
  readonly deformationPct: number
}

export const inputNameOf: { readonly [K in keyof ProcessInputs]: string } = {
  crWt: names.cr,
  niWt: names.ni,
  alWt: names.al,
  solutionTemperatureC: names.solutionTemperature,
  ageingTemperatureC: names.ageingTemperature,
  ageingTimeH: names.ageingTime,
  coolingRateKPerS: names.coolingRate,
  deformationPct: names.deformation,
}

/** Rounds to a column's resolution without leaving binary dust such as 0.30000000000000004. */
export function roundTo(value: number, step: number): number {
  const steps = Math.round(value / step)
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  return Number((steps * step).toFixed(digits))
}
