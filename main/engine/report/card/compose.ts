import type {
  CardSection,
  DatasetSummary,
  DatasetTable,
  ModelCard,
  ModelComparisonTable,
  ModelDetail,
  ModelInput,
  ModelTrust,
} from '../../../contract/index.ts'
import { calibrationSection, comparisonSection, splitSection } from './quality.ts'
import { dataSection, inputsSection, modelFacts, outputsSection } from './subject.ts'
import { limitsSection, settingsSection } from './use.ts'

/** Everything a card says, as plain data. */
export interface CardSource {
  readonly model: ModelDetail
  /** SHA-256 of the stored model. */
  readonly modelHash: string
  readonly dataset: DatasetSummary
  readonly table: DatasetTable
  readonly inputs: readonly ModelInput[]
  readonly comparison: ModelComparisonTable
  /** Trust of the recommended kind, one for each output. */
  readonly trust: readonly ModelTrust[]
  readonly projectName: string
  readonly simulated: boolean
  readonly programVersion: string
}

export const sectionOfCard = (title: string, content: Partial<Omit<CardSection, 'title'>>): CardSection => ({
  title,
  paragraphs: [],
  facts: [],
  tables: [],
  notes: [],
  figures: [],
  ...content,
})

/** What a person who is handed the model must know of it. A pure function: same source, same card. */
export function composeCard(source: CardSource): ModelCard {
  const { model, simulated, projectName } = source
  return {
    modelId: model.id,
    title: `Model card: ${projectName === '' ? 'project' : projectName}`,
    simulated,
    createdAt: model.createdAt,
    sections: [
      modelFacts(source),
      limitsSection(source),
      dataSection(source),
      inputsSection(source),
      outputsSection(source),
      splitSection(source),
      comparisonSection(source),
      calibrationSection(source),
      settingsSection(source),
    ],
  }
}
