import type { Candidate, OptimizationSummary, Prediction } from '../../../main/contract/index.ts'
import {
  columnName,
  formatFixed,
  formatNumber,
  formatQuantity,
  formatSetting,
  nameWithUnit,
  quantityParts,
} from '../../ui/format.ts'
import type { GridColumn } from '../../ui/grid.ts'
import { outputsInOrder } from './problem.ts'

const quantityOf = (prediction: Prediction) => ({
  ...prediction,
  value: prediction.mean,
  method: 'predicted',
})
/** A setting as it is to be dialled in. */
export function settingText(
  run: Pick<OptimizationSummary, 'varied'>,
  { column, value }: Candidate['inputs'][number],
): string {
  return formatSetting(
    value,
    run.varied.find((range) => range.column === column),
  )
}
export function predictionText(prediction: Prediction): string {
  return quantityParts(quantityOf(prediction)).number
}

/** One column per varied input, per output with its interval, and for each figure of merit of a candidate. */
export function candidateGrid(run: OptimizationSummary): GridColumn<Candidate>[] {
  const varied = run.candidates[0]?.inputs.filter((input) => input.varied) ?? []
  const shown = outputsInOrder(run)
  const inputs = varied.map(({ column, unit }): GridColumn<Candidate> => ({
    key: `in-${column}`,
    title: columnName(column),
    exportName: column,
    unit,
    align: 'right',
    width: Math.max(84, 24 + 6.6 * nameWithUnit(columnName(column), unit).length),
    value: (candidate) => candidate.inputs.find((input) => input.column === column)?.value ?? null,
    text: (candidate) => {
      const input = candidate.inputs.find((entry) => entry.column === column)
      return input === undefined ? '–' : settingText(run, input)
    },
  }))
  const outputs = shown.map((output, index): GridColumn<Candidate> => {
    const of = (candidate: Candidate) => candidate.predictions.find((p) => p.output === output)
    const first = run.candidates.map(of).find((prediction) => prediction !== undefined)
    return {
      key: `out-${output}`,
      title: columnName(output),
      exportName: output,
      unit: first?.unit ?? '',
      align: 'right',
      width: Math.max(120, 24 + 6.6 * nameWithUnit(columnName(output), first?.unit ?? '').length),
      hidden: index > 3,
      value: (candidate) => of(candidate)?.mean ?? null,
      text: (candidate) => {
        const prediction = of(candidate)
        return prediction === undefined ? '–' : predictionText(prediction)
      },
      hint: (candidate) => {
        const prediction = of(candidate)
        return prediction === undefined ? undefined : formatQuantity(quantityOf(prediction))
      },
    }
  })
  return [
    { key: 'rank', title: '#', align: 'right', width: 40, value: (candidate) => candidate.rank },
    ...inputs,
    ...outputs,
    {
      key: 'ei',
      title: 'EI',
      unit: run.unit,
      align: 'right',
      width: 84,
      value: (candidate) => candidate.expectedImprovement,
      text: (candidate) => formatNumber(candidate.expectedImprovement, 3),
      hint: () => 'expected improvement over the best specimen so far',
    },
    {
      key: 'pi',
      title: 'P(improve)',
      align: 'right',
      width: 88,
      value: (candidate) => candidate.probabilityOfImprovement,
      text: (candidate) => formatFixed(candidate.probabilityOfImprovement, 2),
    },
    {
      key: 'pf',
      title: 'P(feasible)',
      align: 'right',
      width: 88,
      value: (candidate) => candidate.probabilityFeasible,
      text: (candidate) => formatFixed(candidate.probabilityFeasible, 2),
      hint: () => 'probability of meeting every limit',
    },
    { key: 'near', title: 'Nearest specimen', width: 120, value: (candidate) => candidate.nearestSpecimen },
    {
      key: 'notes',
      title: 'Notes',
      width: 170,
      value: (candidate) =>
        candidate.notes.length === 0 ? null : candidate.notes.map((note) => note.message).join(' '),
      text: (candidate) => candidate.notes.map((note) => note.message).join(' '),
      hint: (candidate) => candidate.notes.map((note) => note.message).join('\n') || undefined,
    },
  ]
}
