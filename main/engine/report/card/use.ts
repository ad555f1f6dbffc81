import type { CardSection } from '../../../contract/index.ts'
import { formatNumber, namedMeasures } from '../../../figures/index.ts'
import { groupNotes, smallDatasetText, tableOf } from '../parts.ts'
import { sectionOfCard, type CardSource } from './compose.ts'

/** What the model must not be used for. */
export function limitsSection({ model, dataset, simulated }: CardSource): CardSection {
  const small = smallDatasetText(dataset.rowCount, dataset.groupCount)
  return sectionOfCard('Limits of use', {
    paragraphs: [
      ...(simulated ? ['Trained on simulated data: it knows nothing of a real alloy.'] : []),
      'Outside the ranges under Inputs no specimen was seen; intervals are not to be relied on there.',
      'It says what goes together in these data, not what setting an input would do; causes are mapped elsewhere.',
      'An interval holds a new specimen of a new group like those of the data; another furnace, laboratory or supplier is not one.',
      ...(small === null ? [] : [small]),
    ],
    notes: groupNotes([...model.notes, ...dataset.notes]),
  })
}

export function settingsSection({ model }: CardSource): CardSection {
  return sectionOfCard('Settings', {
    tables: [
      tableOf('Settings of the model.', Object.entries(model.hyperparameters), [
        { name: 'setting', of: ([name]) => namedMeasures(name) },
        {
          name: 'value',
          right: true,
          of: ([, value]) => (typeof value === 'number' ? formatNumber(value, 5) : value),
        },
      ]),
    ],
  })
}
