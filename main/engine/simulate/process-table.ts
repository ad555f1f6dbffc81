import type { Campaign, CampaignSpecimen } from './campaign.ts'
import { campaignColumns, inputNameOf, names } from './columns.ts'

const specimenValue = (specimen: CampaignSpecimen, name: string): number => {
  if (name === names.grainSize) return specimen.measured.grainSizeUm
  if (name === names.yieldStrength) return specimen.measured.yieldMPa
  if (name === names.pixelSize) return specimen.pixelSizeUm
  for (const [key, column] of Object.entries(inputNameOf))
    if (column === name) return specimen.process[key as keyof CampaignSpecimen['process']]
  throw new RangeError(`no value for ${name}`)
}

/**
 * The process table as a laboratory would hand it over: UTF-8 CSV, one header line with units in brackets, one line
 * per specimen, decimal points, `\n` ends. No value of the truth is in it.
 */
export function processTableCsv(campaign: Campaign): string {
  const header = ['specimen', 'heat', ...campaignColumns.map((c) => `${c.name} (${c.unit})`)]
  const lines = campaign.specimens.map((specimen) => [
    specimen.name,
    specimen.heat,
    ...campaignColumns.map((column) => String(specimenValue(specimen, column.name))),
  ])
  return [header, ...lines].map((cells) => cells.join(',') + '\n').join('')
}
