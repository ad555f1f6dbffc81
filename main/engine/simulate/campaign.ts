import { ContractError } from '../../contract/index.ts'
import { silentProgress, type Progress } from '../dataset/table.ts'
import { randomStream } from '../math/index.ts'
import { inputColumns, inputNameOf, names, roundTo, type ProcessInputs } from './columns.ts'
import { scatter } from './constants.ts'
import { latinHypercube, heatSizes } from './design.ts'
import { outcomeOfValues, trueOutcome, type TrueOutcome } from './outcome.ts'
import { choosePixelSizeUm } from './magnification.ts'
import { realise, structure, type Noise } from './scm.ts'
import { campaignTruth, type CampaignTruth } from './truth.ts'

export interface CampaignSpecimen {
  readonly name: string
  readonly heat: string
  readonly process: ProcessInputs
  /** The specimen as it is, with its own scatter; what a perfect instrument would read. */
  readonly actual: TrueOutcome
  /** Expectation at its process, without any scatter. */
  readonly expected: TrueOutcome
  readonly measured: { readonly grainSizeUm: number; readonly yieldMPa: number }
  readonly pixelSizeUm: number
}

export interface Campaign {
  readonly seed: number
  readonly fieldsPerSpecimen: number
  readonly specimens: readonly CampaignSpecimen[]
  readonly truth: CampaignTruth
}

/**
 * A campaign of `specimens` (3–2000) in heats of two or three that share a composition, with 1–4 fields each.
 * Settings fill their space as Latin hypercubes, compositions over heats and treatments over specimens, except that
 * shop practice ties cooling rate to solution temperature and ageing temperature to Al (scm.ts), so that a naive
 * regression on either is not its causal effect. Deterministic in `seed`. Error BAD_REQUEST out of these ranges.
 */
export function simulateCampaign(
  request: { specimens: number; fieldsPerSpecimen: number; seed: number },
  progress: Progress = silentProgress,
): Campaign {
  const { specimens: n, fieldsPerSpecimen, seed } = request
  if (!Number.isInteger(n) || n < 3 || n > 2000)
    throw new ContractError('BAD_REQUEST', 'A campaign has 3 to 2000 specimens.', String(n))
  if (!Number.isInteger(fieldsPerSpecimen) || fieldsPerSpecimen < 1 || fieldsPerSpecimen > 4)
    throw new ContractError('BAD_REQUEST', 'A specimen has 1 to 4 fields.', String(fieldsPerSpecimen))
  const random = randomStream(seed, 'simulate/campaign')
  const heats = heatSizes(n, random.child('heats'))
  const heatNames: readonly string[] = [names.cr, names.ni, names.al]
  const specimenNames = structure
    .filter((node) => node.noise === 'uniform' && !heatNames.includes(node.name))
    .map((node) => node.name)
  const heatDesign = latinHypercube(heats.length, heatNames.length, random.child('compositions'))
  const specimenDesign = latinHypercube(n, specimenNames.length, random.child('treatments'))
  const order = random.child('order').shuffle(Array.from({ length: n }, (_, i) => i))
  const heatOf = heats.flatMap((size, heat) => Array.from({ length: size }, () => heat))
  const width = Math.max(3, String(n).length)

  const specimens: CampaignSpecimen[] = []
  for (let i = 0; i < n; i++) {
    if (i % 100 === 0) progress.check()
    // Names are dealt in a mixed order, so that a heat's specimens do not stand side by side in the table.
    const slot = order[i]!
    const heat = heatOf[slot]!
    const nature = random.child(`specimen/${String(slot)}`)
    const heatNoise = random.child(`heat/${String(heat)}`).normal()
    const noise: Record<string, number> = {}
    heatNames.forEach((name, k) => (noise[name] = heatDesign[heat]![k]!))
    specimenNames.forEach((name, k) => (noise[name] = specimenDesign[slot]![k]!))
    for (const node of structure) if (node.noise === 'normal') noise[node.name] = nature.normal()
    const ownMPa = scatter.heatMPa * heatNoise + scatter.specimenMPa * noise[names.yieldStrength]!
    noise[names.yieldStrength] = ownMPa / Math.hypot(scatter.heatMPa, scatter.specimenMPa)
    const name = `S${String(i + 1).padStart(width, '0')}`
    specimens.push(makeSpecimen(name, `H${String(heat + 1).padStart(2, '0')}`, noise, nature))
  }
  return { seed, fieldsPerSpecimen, specimens, truth: campaignTruth(specimens, seed, progress) }
}

function makeSpecimen(
  name: string,
  heat: string,
  noise: Noise,
  nature: ReturnType<typeof randomStream>,
): CampaignSpecimen {
  const values = realise(noise)
  const actual = outcomeOfValues(values)
  const inputs = Object.fromEntries(inputColumns.map((column) => [column.name, values[column.name]!]))
  const process = Object.fromEntries(
    Object.entries(inputNameOf).map(([key, column]) => [key, values[column]!]),
  ) as unknown as ProcessInputs
  return {
    name,
    heat,
    process,
    actual,
    expected: trueOutcome(inputs),
    measured: {
      grainSizeUm: roundTo(actual.grainSizeUm * Math.exp(scatter.grainMeasurement * nature.normal()), 0.1),
      yieldMPa: roundTo(actual.yieldMPa + scatter.yieldMeasurementMPa * nature.normal(), 0.1),
    },
    pixelSizeUm: choosePixelSizeUm(
      actual.equivalentCircleDiameterMeanUm,
      actual.areaFraction,
      nature.normal(),
    ),
  }
}
