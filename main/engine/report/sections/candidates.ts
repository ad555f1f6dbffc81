import {
  errorCodes,
  type Candidate,
  type OptimizationSummary,
  type ReportSection,
} from '../../../contract/index.ts'
import {
  candidatePredictions,
  columnName,
  countOf,
  formatFixed,
  formatLevel,
  formatNumber,
  formatQuantity,
  formatSetting,
  missingMark,
  namedMeasures,
  nameWithUnit,
  quantityParts,
  withUnit,
} from '../../../figures/index.ts'
import type { ReportInput } from '../input.ts'
import { groupNotes, instantText, listText, percent, sectionOf, smallDatasetText, tableOf } from '../parts.ts'

const numberWithUnit = (value: number, unit: string) => withUnit(formatNumber(value, 4), unit)
const rangeOf = (run: OptimizationSummary, column: string) => run.varied.find((b) => b.column === column)

/** The first candidate in a sentence: prediction with interval, beside the model's mean at the best specimen so far. */
export function bestCandidateSentence(run: OptimizationSummary, n: number | undefined): string {
  const best = run.candidates.find((c) => c.rank === 1) ?? run.candidates[0]
  const prediction = best?.predictions.find((p) => p.output === run.objective)
  if (best === undefined || prediction === undefined)
    return `No candidate for ${columnName(run.objective)} was found.`
  const settings = best.inputs
    .filter((i) => i.varied)
    .map((i) => `${columnName(i.column)} ${withUnit(formatSetting(i.value, rangeOf(run, i.column)), i.unit)}`)
  const predicted = { ...prediction, value: prediction.mean, ...(n === undefined ? {} : { n }) }
  return (
    `Candidate ${best.rank} (${settings.join(', ')}): predicted ${columnName(run.objective)} ${formatQuantity(predicted)}; ` +
    `the best specimen so far, ${run.incumbent.specimen}, has ${numberWithUnit(run.incumbent.value, run.unit)} by the model; ` +
    `probability that the candidate is better ${percent(best.probabilityOfImprovement, 2)}.`
  )
}

const inputOf = (candidate: Candidate, column: string) => candidate.inputs.find((i) => i.column === column)

function limitText(run: OptimizationSummary, unitOf: (output: string) => string): string {
  const texts = run.constraints.map(({ output, min, max }) => {
    const parts = [
      ...(min === null ? [] : [`at least ${numberWithUnit(min, unitOf(output))}`]),
      ...(max === null ? [] : [`at most ${numberWithUnit(max, unitOf(output))}`]),
    ]
    return `${columnName(output)} ${parts.join(' and ')}`
  })
  return texts.length === 0 ? 'without constraints' : `with ${listText(texts)}`
}

export function candidatesSection(input: ReportInput): ReportSection {
  const { optimization: run, model, dataset } = input
  if (run === null) {
    const reason =
      model === null
        ? `No candidate is proposed, since no model is trained. ${errorCodes.NO_MODEL.hint}`
        : 'No candidate is proposed yet. Run the optimiser over the critical parameters.'
    return sectionOf(input, 'Candidates', { paragraphs: [reason] })
  }
  const small =
    dataset === null ? null : smallDatasetText(dataset.summary.rowCount, dataset.summary.groupCount)
  const varied = [
    ...new Set(run.candidates.flatMap((c) => c.inputs.filter((i) => i.varied).map((i) => i.column))),
  ]
  const outputs = [...new Set(run.candidates.flatMap((c) => c.predictions.map((p) => p.output)))]
  const unsure = run.candidates.filter((c) => c.probabilityOfImprovement < 0.5).length
  const unitOfInput = (column: string) =>
    run.candidates.map((c) => inputOf(c, column)?.unit).find((unit) => unit !== undefined) ??
    dataset?.summary.columns.find((c) => c.name === column)?.unit ??
    ''
  const unitOfOutput = (output: string) =>
    run.candidates.flatMap((c) => c.predictions).find((p) => p.output === output)?.unit ?? ''
  const levels = [...new Set(run.candidates.flatMap((c) => c.predictions.map((p) => formatLevel(p.level))))]
  return sectionOf(input, 'Candidates', {
    paragraphs: [
      `Proposed ${instantText(run.createdAt)}, seed ${run.seed}: ${run.direction} ${columnName(run.objective)} ${limitText(run, unitOfOutput)}, over ` +
        `${listText(run.varied.map((b) => columnName(b.column)))}; ${countOf(run.evaluated, 'point')} of the design space evaluated.`,
      ...(run.candidates.length === 0
        ? [`No candidate was found. ${errorCodes.NO_FEASIBLE_CANDIDATE.hint}`]
        : [bestCandidateSentence(run, dataset?.summary.rowCount)]),
      ...(unsure === 0
        ? []
        : [
            `${countOf(unsure, 'candidate')} of ${run.candidates.length} ${unsure === 1 ? 'is' : 'are'} more likely than not below the best specimen so far: ` +
              `proposed for what ${unsure === 1 ? 'it' : 'they'} would teach.`,
          ]),
      ...(small === null
        ? []
        : [
            'The set is small (see Dataset): take the candidates as the next experiment to learn from, not as a promise of the property.',
          ]),
    ],
    notes: groupNotes([
      ...run.notes,
      ...run.candidates.flatMap((c) => c.notes.map((note) => ({ ...note, item: `candidate ${c.rank}` }))),
    ]),
    figures: run.candidates.length === 0 ? [] : outputs.map((output) => candidatePredictions(run, output)),
    tables: [
      tableOf(
        `Candidates: settings, and predictions with their ${listText(levels)} interval`,
        run.candidates,
        [
          { name: 'no.', right: true, of: (c) => String(c.rank) },
          ...varied.map((column) => ({
            name: columnName(column),
            unit: unitOfInput(column),
            right: true,
            of: (c: Candidate) => {
              const found = inputOf(c, column)
              return found === undefined ? missingMark : formatSetting(found.value, rangeOf(run, column))
            },
          })),
          ...outputs.map((output) => ({
            name: columnName(output),
            unit: unitOfOutput(output),
            right: true,
            of: (c: Candidate) => {
              const p = c.predictions.find((prediction) => prediction.output === output)
              return p === undefined ? missingMark : quantityParts({ ...p, value: p.mean }).number
            },
          })),
          {
            name: 'P(better)',
            unit: '%',
            right: true,
            of: (c) => formatFixed(100 * c.probabilityOfImprovement, 0),
          },
          ...(run.constraints.length === 0
            ? []
            : [
                {
                  name: 'P(limits met)',
                  unit: '%',
                  right: true,
                  of: (c: Candidate) => formatFixed(100 * c.probabilityFeasible, 0),
                },
              ]),
          {
            name: 'expected gain',
            unit: run.unit,
            right: true,
            of: (c) => formatNumber(c.expectedImprovement, 2),
          },
          { name: 'nearest', of: (c) => c.nearestSpecimen },
        ],
      ),
      tableOf('Varied parameters', run.varied, [
        { name: 'parameter', of: (b) => nameWithUnit(columnName(b.column), unitOfInput(b.column)) },
        { name: 'from', right: true, of: (b) => formatNumber(b.low, 5) },
        { name: 'to', right: true, of: (b) => formatNumber(b.high, 5) },
      ]),
      tableOf('Parameters kept fixed', run.fixed, [
        { name: 'parameter', of: (f) => nameWithUnit(columnName(f.column), unitOfInput(f.column)) },
        { name: 'value', right: true, of: (f) => formatNumber(f.value, 5) },
        { name: 'reason', of: (f) => namedMeasures(f.reason) },
      ]),
    ],
  })
}
