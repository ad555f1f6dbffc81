import type { CardSection, ModelInput } from '../../../contract/index.ts'
import {
  columnName,
  countOf,
  formatNumber,
  missingMark,
  modelNames,
  sentenceStart,
  unitText,
} from '../../../figures/index.ts'
import { mean } from '../../math/index.ts'
import { instantText, listText, tableOf } from '../parts.ts'
import { sectionOfCard, type CardSource } from './compose.ts'

/** Which model this is, and where it comes from. */
export function modelFacts({ model, modelHash, projectName, programVersion }: CardSource): CardSection {
  const executor = model.hyperparameters['computed by']
  return sectionOfCard('Model', {
    paragraphs: [
      `Predicts ${listText(model.outputs.map(({ name }) => columnName(name)))} from ${listText(model.inputs.map(columnName))}, each as a distribution with intervals.`,
    ],
    facts: [
      { name: 'Kind', value: sentenceStart(modelNames[model.recommended]) },
      { name: 'Project', value: projectName },
      { name: 'Trained', value: instantText(model.createdAt) },
      { name: 'Seed', value: String(model.seed) },
      ...(executor === undefined ? [] : [{ name: 'Computed by', value: String(executor) }]),
      { name: 'Program', value: `causalloy ${programVersion}` },
      { name: 'Model id', value: model.id },
      { name: 'Model SHA-256', value: modelHash },
    ],
  })
}

export function dataSection({ dataset, table, model }: CardSource): CardSection {
  const used = new Set(model.heldOut.map((row) => row.specimen))
  return sectionOfCard('Data', {
    facts: [
      { name: 'Dataset', value: dataset.name },
      { name: 'Dataset SHA-256', value: dataset.hash },
      {
        name: 'Rows',
        value: `${countOf(dataset.rowCount, 'specimen')} in ${countOf(dataset.groupCount, 'group')}`,
      },
      {
        name: 'Rows with an output',
        value: String(table.specimens.filter((specimen) => used.has(specimen)).length),
      },
      { name: 'Frozen', value: instantText(dataset.createdAt) },
    ],
  })
}

const rangeText = (low: number, high: number) => `${formatNumber(low, 4)} to ${formatNumber(high, 4)}`

function limitText({ physicalLow, physicalHigh }: ModelInput): string {
  if (physicalLow === null && physicalHigh === null) return ''
  if (physicalHigh === null) return `≥ ${formatNumber(physicalLow, 5)}`
  return physicalLow === null
    ? `≤ ${formatNumber(physicalHigh, 5)}`
    : `${formatNumber(physicalLow, 5)} to ${formatNumber(physicalHigh, 5)}`
}

/** What goes in: outside these ranges nothing was seen. */
export function inputsSection({ inputs, dataset, model }: CardSource): CardSection {
  const left = model.inputs.filter((name) => !inputs.some((input) => input.name === name))
  return sectionOfCard('Inputs', {
    paragraphs:
      left.length === 0 ? [] : [`Left out, since they do not vary: ${listText(left.map(columnName))}.`],
    tables: [
      tableOf('Inputs: range of the rows trained on.', inputs, [
        { name: 'input', of: ({ name }) => columnName(name) },
        { name: 'unit', of: ({ unit }) => unitText(unit) },
        {
          name: 'role',
          of: ({ name }) => dataset.columns.find((column) => column.name === name)?.role ?? '',
        },
        {
          name: 'data',
          of: ({ kind, levels, low, high }) =>
            kind === 'category' ? levels.join(', ') : rangeText(low, high),
        },
        { name: 'physical limits', of: limitText },
        { name: 'missing cells', of: ({ missingSeen }) => (missingSeen ? 'some, told apart' : 'none seen') },
      ]),
    ],
  })
}

export function outputsSection({ model, table }: CardSource): CardSection {
  const rows = model.outputs.map(({ name, unit, levels }) => {
    const at = table.columns.findIndex((column) => column.name === name)
    const known = (table.values[at] ?? []).filter((v) => v !== null)
    return { name, unit, levels, known, numbers: known.filter((v): v is number => typeof v === 'number') }
  })
  return sectionOfCard('Outputs', {
    tables: [
      tableOf('Outputs: measured values of the dataset.', rows, [
        { name: 'output', of: ({ name }) => columnName(name) },
        { name: 'unit', of: ({ unit }) => unitText(unit) },
        { name: 'measured', right: true, of: ({ known }) => String(known.length) },
        {
          name: 'range',
          of: ({ numbers, levels }) =>
            numbers.length === 0
              ? (levels?.join(', ') ?? missingMark)
              : rangeText(
                  numbers.reduce((a, b) => Math.min(a, b), Infinity),
                  numbers.reduce((a, b) => Math.max(a, b), -Infinity),
                ),
        },
        {
          name: 'mean',
          right: true,
          of: ({ numbers }) => (numbers.length === 0 ? missingMark : formatNumber(mean(numbers), 4)),
        },
      ]),
    ],
  })
}
