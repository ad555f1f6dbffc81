export { campaignColumns, inputColumns, names, type CampaignColumn, type ProcessInputs } from './columns.ts'
export { simulateCampaign, type Campaign, type CampaignSpecimen } from './campaign.ts'
export type { CampaignTruth } from './truth.ts'
export type { TrueEffect } from './effects.ts'
export { effectUnit } from './effects.ts'
export { trueEdges } from './scm.ts'
export { inputsByName, trueBest, trueOutcome, trueYieldMPa, type TrueOutcome } from './outcome.ts'
export { processTableCsv } from './process-table.ts'
export {
  micrographShape,
  microscopeView,
  renderMicrograph,
  type MicroscopeView,
  type SimulatedMicrograph,
} from './micrograph.ts'
export {
  arrowScores,
  candidateScore,
  featureError,
  intervalCoverage,
  labelIoU,
  objectScores,
  type ArrowScores,
  type LabelIoU,
} from './scorecard.ts'
