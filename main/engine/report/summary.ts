import type { ReportDocument } from '../../contract/index.ts'
import { columnName, countOf, modelNames } from '../../figures/index.ts'
import type { ReportInput } from './input.ts'
import { fewRows, refusalParagraphs, shareText, type SectionName } from './parts.ts'
import { bestCandidateSentence } from './sections/candidates.ts'
import { driverSentence } from './sections/causal.ts'

/** The refusal of a step, or the given sentence. */
function orRefusal(input: ReportInput, section: SectionName, otherwise: string): string {
  return refusalParagraphs(input, section)[0] ?? otherwise
}

function imported(input: ReportInput): string {
  const { importItems, micrographs, specimens, segmentations } = input
  if (micrographs.length === 0) return orRefusal(input, 'Import', 'No image was imported.')
  const refused = importItems.filter((item) => item.status === 'refused').length
  const objects = segmentations.reduce((sum, s) => sum + s.objectCount, 0)
  return (
    `${countOf(micrographs.length, 'micrograph')} of ${countOf(specimens.length, 'specimen')}` +
    `${refused === 0 ? ', no file refused' : `, ${countOf(refused, 'file')} refused`}` +
    `${segmentations.length === 0 ? '; not segmented yet.' : `; ${countOf(objects, 'object')} segmented.`}`
  )
}

function coverage(input: ReportInput): string {
  const { model } = input
  if (model === null) return orRefusal(input, 'Model', 'No model is trained: nothing can be predicted.')
  const parts = model.scores
    .filter((s) => s.model === model.recommended)
    .slice(0, 3)
    .map((s) => `${columnName(s.output)} ${shareText(s.coverage90, s.n)}`)
  const name = modelNames[model.recommended]
  return `Held-out coverage of the 90 % interval (${name}): ${parts.join('; ')}.`
}

function driver(input: ReportInput): string {
  const { causal, optimization } = input
  if (causal === null) return orRefusal(input, 'Causal map', 'The causes are not mapped.')
  const outcomes = [...new Set(causal.ranking.map((r) => r.outcome))]
  const properties = causal.nodes.filter((node) => node.role === 'property').map((node) => node.name)
  const wanted = [optimization?.objective, ...properties, ...outcomes].find(
    (name) => name !== undefined && outcomes.includes(name),
  )
  return wanted === undefined ? 'No effect is identified from this map.' : driverSentence(causal, wanted)
}

function candidate(input: ReportInput): string {
  const { optimization, dataset } = input
  if (optimization === null) return orRefusal(input, 'Candidates', 'No candidate is proposed.')
  return bestCandidateSentence(optimization, dataset?.summary.rowCount)
}

/** What a reader must know first, in the order of the data's way. */
export function summaryOf(input: ReportInput): ReportDocument['summary'] {
  const { project, dataset } = input
  const rows = dataset?.summary.rowCount ?? null
  const caution =
    rows !== null && rows < fewRows
      ? [
          {
            label: 'Caution',
            text: `${rows === 1 ? '1 row is' : `${rows} rows are`} few: strong effects can be seen, weak ones neither shown nor ruled out (see Dataset).`,
          },
        ]
      : []
  return [
    {
      label: 'Project',
      text: `${project.name}, seed ${project.seed}, Causalloy ${project.programVersion}${project.simulated ? '; all data come from the simulator' : ''}.`,
    },
    { label: 'Imported', text: imported(input) },
    { label: 'Prediction', text: coverage(input) },
    { label: 'Driver', text: driver(input) },
    { label: 'Next experiment', text: candidate(input) },
    ...caution,
  ]
}
