import type { DatasetSummary, DatasetTable, ModelCard, ModelDetail } from '../../../contract/index.ts'
import { compareModels, trustOf } from '../../models/index.ts'
import { cardHtml, cardMarkdown, composeCard, heldOutCsv } from '../../report/index.ts'
import { modelInputs } from './predict.ts'

export interface CardInput {
  readonly model: ModelDetail
  /** SHA-256 of the stored model, and where its bytes lie. */
  readonly modelHash: string
  readonly path: string
  readonly dataset: DatasetSummary
  readonly table: DatasetTable
  readonly projectName: string
  readonly simulated: boolean
  readonly programVersion: string
}

export function modelCardOf(input: CardInput): ModelCard {
  const { model, dataset, table } = input
  return composeCard({
    ...input,
    inputs: modelInputs({ path: input.path, columns: dataset.columns }),
    comparison: compareModels(model),
    // A category has no intervals to trust.
    trust: model.outputs.flatMap(({ name, levels }) =>
      levels === undefined ? [trustOf(model, table, name, null)] : [],
    ),
  })
}

export const modelCardMarkdown = (input: CardInput): string => cardMarkdown(modelCardOf(input))
export const modelCardHtml = (input: CardInput): string => cardHtml(modelCardOf(input))
export const heldOutTable = ({ model, table }: Pick<CardInput, 'model' | 'table'>): string =>
  heldOutCsv(model, table)
