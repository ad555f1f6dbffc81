import { reportSectionName, type ReportDocument, type ReportSection } from '../../contract/index.ts'
import type { ReportInput } from './input.ts'
import type { SectionName } from './parts.ts'
import { withScores } from './scorecard.ts'
import { candidatesSection } from './sections/candidates.ts'
import { causalSection } from './sections/causal.ts'
import { datasetSection } from './sections/dataset.ts'
import { importSection } from './sections/import.ts'
import { manifestSection } from './sections/manifest.ts'
import { measuresSection } from './sections/measures.ts'
import { modelSection } from './sections/model.ts'
import { segmentationSection } from './sections/segmentation.ts'
import { summaryOf } from './summary.ts'

const composers: Readonly<Record<SectionName, (input: ReportInput) => ReportSection>> = {
  Import: importSection,
  Segmentation: segmentationSection,
  Measures: measuresSection,
  Dataset: datasetSection,
  Model: modelSection,
  'Causal map': causalSection,
  Candidates: candidatesSection,
  Manifest: manifestSection,
}

/**
 * The report as data: the eight sections of the contract in its order, always all of them; one without results
 * says why and what is missing. A pure function of its input: same input, same document.
 */
export function composeReport(input: ReportInput): ReportDocument {
  const sections = reportSectionName.options.map((name) => composers[name](input))
  const { scorecard } = input
  return {
    title: input.title ?? 'Campaign report',
    simulated: input.project.simulated,
    writtenAt: input.writtenAt,
    summary: summaryOf(input),
    sections: scorecard === null ? sections : sections.map((section) => withScores(section, scorecard)),
  }
}
